import pytest
from django.urls import reverse

from audit.models import Entry
from interviews import operations
from interviews.models import Answer, Interview, State
from tests import factories

HTMX = {"HTTP_HX_REQUEST": "true"}
HOSTILE = '<svg onload=alert(1)> {{7*7}} {% include "x" %} "><img src=x onerror=1>'


@pytest.fixture
def at(interview):
    def address(name, *args):
        return reverse(f"interviews:{name}", args=[interview.pk, *args])

    return address


@pytest.fixture
def write(interview):
    def written(person, question="proud-of", text="We moved payroll.", version=0):
        return operations.save_answer(
            by=person, interview=interview, question=question, value={"text": text}, version=version
        )

    return written


PAGES = ["prepare", "check_answers", "question", "autosave", "share"]


@pytest.mark.parametrize("name", PAGES)
def test_strangers_find_nothing_and_hr_may_not(at, name, sign_in, outsider, hr):
    address = at(name, "proud-of") if name in ("question", "autosave") else at(name)
    for person, status in ((outsider, 404), (hr, 403)):
        browser = sign_in(person)
        posted = browser.post(address, {"text": "mine", "version": "0"})
        read = browser.get(address)
        assert posted.status_code in (status, 405 if name in ("prepare", "check_answers") else status)
        assert read.status_code in (status, 405 if name in ("autosave", "share") else status)
    assert not Answer.objects.exists()
    assert not Interview.objects.filter(employee_shared_at__isnull=False).exists()


def test_nothing_is_saved_by_reading(at, sign_in, employee):
    browser = sign_in(employee)
    assert browser.get(at("autosave", "proud-of")).status_code == 405
    assert browser.get(at("share")).status_code == 405
    assert not Answer.objects.exists()


def test_question_of_the_other_side_or_of_nobody_is_not_there(at, sign_in, manager):
    assert sign_in(manager).get(at("question", "for-me")).status_code == 404
    assert sign_in(manager).get(at("question", "unheard-of")).status_code == 404


def test_each_side_reads_its_own_wording(at, sign_in, employee, manager):
    assert "What are you proud of?" in sign_in(employee).get(at("question", "proud-of")).text
    assert "What has this person achieved?" in sign_in(manager).get(at("question", "proud-of")).text


def test_save_and_continue_leads_to_the_next_question_and_at_last_to_the_check(at, sign_in, employee):
    browser = sign_in(employee)
    answer = browser.post(at("question", "proud-of"), {"text": "Payroll\r\nmoved", "version": "0", "then": "next"})
    assert answer.url == at("question", "for-me")
    assert Answer.objects.get().value == {"text": "Payroll\nmoved"}
    last = browser.post(at("question", "ratings"), {"version": "0", "level-planning": "3", "then": "next"})
    assert last.url == at("check_answers")
    later = browser.post(at("question", "for-me"), {"text": "", "version": "0", "then": "later"})
    assert later.url == at("prepare")


def test_a_double_submit_is_harmless(at, sign_in, employee):
    browser = sign_in(employee)
    for _twice in range(2):
        answer = browser.post(at("question", "proud-of"), {"text": "Payroll", "version": "0", "then": "next"})
        assert answer.status_code == 302
    assert Answer.objects.get().version == 1


def test_autosave_answers_with_the_moment_and_the_new_version(at, sign_in, employee, write):
    write(employee)
    answer = sign_in(employee).post(at("autosave", "proud-of"), {"text": "More", "version": "1"}, **HTMX)
    assert answer.status_code == 200
    assert "Saved" in answer.text
    assert 'id="id_version" value="2" hx-swap-oob="true"' in answer.text
    assert Answer.objects.get().value == {"text": "More"}


def test_a_stale_autosave_gets_both_texts_and_overwrites_nothing(at, sign_in, employee, write):
    write(employee, text="from the other window")
    answer = sign_in(employee).post(at("autosave", "proud-of"), {"text": "from this window", "version": "0"}, **HTMX)
    assert answer.status_code == 409
    assert "from the other window" in answer.text
    assert "from this window" in answer.text
    assert Answer.objects.get().value == {"text": "from the other window"}


def test_a_stale_submit_shows_both_and_lets_one_choose(at, sign_in, employee, write):
    write(employee, text="from the other window")
    browser = sign_in(employee)
    mine = {"text": "from this window", "version": "0", "then": "next"}
    answer = browser.post(at("question", "proud-of"), mine)
    assert answer.status_code == 409
    assert answer.text.count("from this window") == 2
    assert "from the other window" in answer.text
    assert 'name="version" value="1"' in answer.text
    assert "hx-post" not in answer.text.split('id="answer"')[1].split("</form>")[0]
    assert Answer.objects.get().value == {"text": "from the other window"}
    browser.post(at("question", "proud-of"), mine | {"then": "theirs"})
    assert Answer.objects.get().value == {"text": "from the other window"}
    browser.post(at("question", "proud-of"), mine | {"version": "1"})
    assert Answer.objects.get().value == {"text": "from this window"}


@pytest.mark.parametrize("name", ["question", "autosave"])
def test_what_can_not_be_kept_is_refused_and_stays_on_the_page(at, sign_in, employee, name):
    answer = sign_in(employee).post(at(name, "proud-of"), {"text": "x" * 20_001, "version": "0"})
    assert answer.status_code == 422
    assert "20001" in answer.text
    assert not Answer.objects.exists()
    if name == "question":
        assert "x" * 20_001 in answer.text


@pytest.mark.parametrize(
    "extra", [{"author": "x", "interview": "y", "state": "signed", "role": "hr"}, {"value": '{"text": "other"}'}]
)
def test_only_the_fields_of_the_question_are_taken(at, sign_in, employee, extra):
    sign_in(employee).post(at("question", "proud-of"), {"text": "mine", "version": "0"} | extra)
    answer = Answer.objects.select_related("interview").get()
    assert answer.value == {"text": "mine"}
    assert answer.author_id == employee.pk
    assert answer.interview.state == State.PREPARING


@pytest.mark.parametrize("name", ["question", "check_answers"])
def test_hostile_text_is_shown_as_text(at, sign_in, employee, write, name):
    write(employee, text=HOSTILE)
    shown = sign_in(employee).get(at(name, "proud-of") if name == "question" else at(name)).text
    assert "<svg onload" not in shown
    assert "<img src=x" not in shown
    assert "&lt;svg onload=alert(1)&gt; {{7*7}} {% include" in shown


@pytest.mark.parametrize("name", ["prepare", "check_answers", "question"])
def test_a_draft_is_on_no_page_of_the_other_side(at, sign_in, employee, manager, write, name):
    write(employee, text="my secret draft")
    operations.share_answers(by=manager, interview=Interview.objects.get())
    address = at(name, "proud-of") if name == "question" else at(name)
    assert "my secret draft" not in sign_in(manager).get(address).text


def test_what_is_released_is_read_by_both_and_the_reading_is_noted(at, sign_in, employee, manager, write):
    write(employee, text="shared by Amara")
    write(employee, "for-me", "for Amara alone")
    write(manager, text="shared by Jonas")
    for person in (employee, manager):
        operations.share_answers(by=person, interview=Interview.objects.get())
    for person, other in ((employee, "shared by Jonas"), (manager, "shared by Amara")):
        for address in (at("check_answers"), at("question", "proud-of")):
            assert other in sign_in(person).get(address).text
    assert "for Amara alone" not in sign_in(manager).get(at("check_answers")).text
    assert "for Amara alone" in sign_in(employee).get(at("check_answers")).text
    assert set(Entry.objects.filter(action="interview.read").values_list("actor", flat=True)) == {
        employee.pk,
        manager.pk,
    }


def test_shared_answers_stand(at, sign_in, employee, write):
    write(employee)
    browser = sign_in(employee)
    assert browser.post(at("share")).url == at("detail")
    page = browser.get(at("question", "proud-of")).text
    assert "<textarea" not in page
    assert "We moved payroll." in page
    for name, status in (("question", 422), ("autosave", 422)):
        answer = browser.post(at(name, "proud-of"), {"text": "typed too late", "version": "1"})
        assert answer.status_code == status
        assert "You have shared your answers" in answer.text
        if name == "question":
            assert "typed too late" in answer.text
    assert Answer.objects.get().value == {"text": "We moved payroll."}


def test_sharing_twice_is_sharing_once(at, sign_in, employee):
    browser = sign_in(employee)
    browser.post(at("share"))
    first = Interview.objects.get().employee_shared_at
    assert first is not None
    assert browser.post(at("share")).url == at("detail")
    assert Interview.objects.get().employee_shared_at == first
    assert Entry.objects.filter(action="interview.shared").count() == 1


def test_missing_answers_are_named_and_do_not_block(at, sign_in, employee):
    browser = sign_in(employee)
    page = browser.get(at("check_answers")).text
    assert "One question that matters" in page
    assert "You can share all the same." in page
    browser.post(at("share"))
    assert Interview.objects.get().employee_shared_at is not None


def test_the_list_counts_what_is_done(at, sign_in, employee, write):
    write(employee)
    write(employee, "for-me", "  ")
    assert "1 of 4 done" in sign_in(employee).get(at("prepare")).text


def test_ones_own_answer_of_last_time_is_at_hand(at, sign_in, employee, manager, interview):
    before = factories.make_interview(employee, manager, version=interview.version, state=State.PREPARING)
    for person, text in ((employee, "what I said then"), (manager, "what he said then")):
        operations.save_answer(by=person, interview=before, question="proud-of", value={"text": text}, version=0)
    Interview.objects.filter(pk=before.pk).update(
        state=State.SIGNED, started_at=before.created_at, closed_at=before.created_at
    )
    page = sign_in(employee).get(at("question", "proud-of")).text
    assert "what I said then" in page
    assert "What you wrote in" in page
    assert "what he said then" not in page
    assert "what I said then" not in sign_in(manager).get(at("question", "proud-of")).text


@pytest.mark.parametrize(("name", "count"), [("prepare", 5), ("check_answers", 5), ("question", 6)])
def test_pages_take_few_queries(at, sign_in, employee, write, django_assert_num_queries, name, count):
    write(employee)
    browser = sign_in(employee)
    address = at(name, "proud-of") if name == "question" else at(name)
    browser.get(address)
    with django_assert_num_queries(count):
        browser.get(address)

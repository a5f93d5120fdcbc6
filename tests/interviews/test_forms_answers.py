import pytest
from django.http import QueryDict

from interviews.answering import LONGEST
from interviews.forms.answers import AnswerForm
from tests.interviews.test_answering import EMPTY, FULL, question

HOSTILE = "<svg onload=alert(1)> {{7*7}} {% include 'x' %} \"><img src=x onerror=1> \u202e 𝒳\n\n  two"


def posted(**given):
    data = QueryDict(mutable=True)
    for name, value in {"version": "0", **given}.items():
        data.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
    return data


POSTED = {
    "long_text": posted(text="One\r\n\r\ntwo"),
    "short_text": posted(text="One"),
    "choice": posted(choice="b"),
    "choices": posted(choices=["b", "a"], text="both"),
    "scale": posted(point="4"),
    "date": posted(date="2026-12-03"),
    "skills": posted(level__planning="3", evidence__planning="The move", level__listening="0", evidence__listening=""),
    "sbi": posted(situation="Monday", behaviour="waited", impact="calm", intent=""),
    "direction": posted(directions=["not_sure", "upward"], why="Curious"),
    "roadblock": posted(what="Typing", since="May", tried="", who="IT"),
}


@pytest.mark.parametrize("kind", FULL)
def test_what_is_sent_is_what_is_kept(kind):
    form = AnswerForm(POSTED[kind], question=question(kind))
    assert form.is_valid(), form.errors
    kept = {key: sorted(part) if isinstance(part, list) else part for key, part in form.value.items()}
    wanted = {key: sorted(part) if isinstance(part, list) else part for key, part in FULL[kind][0].items()}
    assert kept == wanted


@pytest.mark.parametrize("kind", FULL)
def test_what_is_kept_is_what_is_shown(kind):
    value = FULL[kind][0]
    form = AnswerForm(question=question(kind), value=value, version=7)
    again = posted(version="7")
    for field in form.parts:
        shown = field.value()
        if shown is not None:
            again.setlist(field.name, [str(each) for each in shown] if isinstance(shown, list) else [str(shown)])
    sent = AnswerForm(again, question=question(kind))
    assert sent.is_valid(), sent.errors
    assert sent.cleaned_data["version"] == 7
    assert sent.value == value


@pytest.mark.parametrize("kind", EMPTY)
def test_nothing_is_required(kind):
    form = AnswerForm(posted(), question=question(kind))
    assert form.is_valid(), form.errors


def test_words_are_kept_exactly():
    form = AnswerForm(posted(text=HOSTILE), question=question("long_text"))
    assert form.is_valid()
    assert form.value == {"text": HOSTILE}


@pytest.mark.parametrize("text", ["x" * (LONGEST + 1), "a\x00b", "a\udc00b"])
@pytest.mark.parametrize(
    ("kind", "name"), [("long_text", "text"), ("sbi", "impact"), ("direction", "why"), ("skills", "evidence-planning")]
)
def test_what_can_not_be_kept_is_refused_in_words(kind, name, text):
    data = posted()
    data[name] = text
    form = AnswerForm(data, question=question(kind))
    assert not form.is_valid()
    assert list(form.errors) == [name]


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("choice", "choice", "z"),
        ("choices", "choices", "z"),
        ("scale", "point", "6"),
        ("scale", "point", "0"),
        ("skills", "level-planning", "9"),
        ("direction", "directions", "z"),
        ("date", "date", "yesterday"),
    ],
)
def test_what_was_not_offered_is_refused(kind, name, value):
    data = posted()
    data[name] = value
    form = AnswerForm(data, question=question(kind))
    assert not form.is_valid()
    assert list(form.errors) == [name]


@pytest.mark.parametrize("version", ["", "-1", "x", "99999999999999999999999"])
def test_a_version_that_is_no_number_is_refused(version):
    form = AnswerForm(posted(version=version, text="x"), question=question("long_text"))
    assert not form.is_valid()

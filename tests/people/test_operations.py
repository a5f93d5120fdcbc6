import datetime
import re

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit.models import Entry
from outbox import operations as outbox
from outbox.models import Message, MessageState
from people import operations
from people.models import Employee, Membership, MembershipRole, Organisation, WelcomeLink
from people.policy import Refused
from tests.factories import PASSWORD, make_department, make_employee, make_hr

pytestmark = pytest.mark.django_db
GOOD = "turnip lantern oblique ferry"


@pytest.fixture
def newcomer(department):
    person = make_employee("Nora", "Lind", department=department, email="nora.lind@example.test")
    person.set_unusable_password()
    person.save(update_fields=["password"])
    return person


def deliver():
    """What the worker does; the mails that went out."""
    mail.outbox.clear()
    while ids := outbox.claim():
        for pk in ids:
            outbox.deliver(pk=pk)
    return mail.outbox


def token_in(message):
    return re.search(r"/welcome/([\w-]+)/", message.body).group(1)


class TestWelcome:
    def test_link_is_made_at_sending_and_only_its_hash_is_kept(self, hr, newcomer):
        assert operations.send_welcome(by=hr, people=[newcomer]).sent == [newcomer]
        assert not WelcomeLink.objects.exists()
        [message] = deliver()
        token = token_in(message)
        assert message.to == ["nora.lind@example.test"]
        assert WelcomeLink.objects.get().token_sha256 != token
        assert token not in str(list(Message.objects.values()))
        assert operations.usable_link(token).person == newcomer

    def test_works_once(self, newcomer):
        token, _link = operations.issue_welcome_link(person=newcomer)
        other, _link = operations.issue_welcome_link(person=newcomer)
        operations.use_welcome_link(token=token, password=GOOD)
        newcomer.refresh_from_db()
        assert newcomer.check_password(GOOD)
        for spent in (token, other):
            with pytest.raises(Refused):
                operations.use_welcome_link(token=spent, password="completely different anchors")
        newcomer.refresh_from_db()
        assert newcomer.check_password(GOOD)

    def test_works_for_seven_days(self, newcomer):
        now = timezone.now()
        token, _link = operations.issue_welcome_link(person=newcomer, now=now - datetime.timedelta(days=7))
        with pytest.raises(Refused):
            operations.use_welcome_link(token=token, password=GOOD, now=now)
        operations.use_welcome_link(token=token, password=GOOD, now=now - datetime.timedelta(minutes=1))

    @pytest.mark.parametrize("weak", ["short", "123456789012345", "nora.lind@example.test", "passwordpassword"])
    def test_a_weak_password_spends_nothing(self, newcomer, weak):
        token, _link = operations.issue_welcome_link(person=newcomer)
        with pytest.raises(ValidationError):
            operations.use_welcome_link(token=token, password=weak)
        newcomer.refresh_from_db()
        assert not newcomer.has_usable_password()
        assert operations.usable_link(token)

    def test_whoever_has_left_gets_nothing_and_opens_nothing(self, hr, newcomer):
        token, _link = operations.issue_welcome_link(person=newcomer)
        operations.send_welcome(by=hr, people=[newcomer])
        newcomer.is_active = False
        newcomer.save(update_fields=["is_active"])
        assert deliver() == []
        assert Message.objects.get().state == MessageState.DROPPED
        with pytest.raises(Refused):
            operations.use_welcome_link(token=token, password=GOOD)
        assert operations.send_welcome(by=hr, people=[newcomer]).sent == []

    def test_whoever_has_a_password_is_passed_over(self, hr, newcomer, employee):
        welcomed = operations.send_welcome(by=hr, people=[newcomer, employee])
        assert (welcomed.sent, welcomed.passed_over) == ([newcomer], [employee])
        operations.use_welcome_link(token=operations.issue_welcome_link(person=newcomer)[0], password=GOOD)
        assert deliver() == []

    def test_twice_is_one_mail(self, hr, newcomer):
        now = datetime.datetime(2026, 3, 2, 10, 5, tzinfo=datetime.UTC)
        operations.send_welcome(by=hr, people=[newcomer], now=now)
        operations.send_welcome(by=hr, people=[newcomer], now=now)
        assert Message.objects.count() == 1

    @pytest.mark.parametrize("who", ["employee", "manager", "outsider"])
    def test_others_are_refused(self, request, who, newcomer):
        with pytest.raises(Refused):
            operations.send_welcome(by=request.getfixturevalue(who), people=[newcomer])
        assert not Message.objects.exists()

    def test_one_out_of_scope_refuses_all(self, newcomer, outsider):
        partner = make_hr(department=newcomer.department)
        with pytest.raises(Refused):
            operations.send_welcome(by=partner, people=[newcomer, outsider])
        assert not Message.objects.exists()

    def test_same_number_of_queries_for_many(self, hr, django_assert_num_queries):
        def newcomers(n):
            people = [make_employee("Nell", department=None) for _ in range(n)]
            Employee.objects.filter(pk__in=[p.pk for p in people]).update(password="!")
            return people

        operations.send_welcome(by=hr, people=newcomers(1))  # the audit chain begins
        for n in (1, 30):
            people = newcomers(n)
            hr.refresh_from_db()
            with django_assert_num_queries(10):
                operations.send_welcome(by=hr, people=people)


class TestOffices:
    def test_everybody_in_office_is_told(self, administrator, hr, employee, outsider):
        operations.grant_membership(by=administrator, person=employee, role=MembershipRole.HR)
        mails = deliver()
        assert {m.to[0] for m in mails} == {administrator.email, hr.email, employee.email}
        assert "Amara Okafor" in mails[0].subject
        assert "Ada Nowak" in mails[0].body
        entry = Entry.objects.get(action="membership.granted")
        assert (entry.actor, entry.subject, entry.detail["role"]) == (administrator.pk, employee.pk, "hr")

    def test_twice_is_once(self, administrator, employee, department):
        for _again in range(2):
            operations.grant_membership(
                by=administrator, person=employee, role=MembershipRole.HR, department=department
            )
        assert employee.memberships.count() == 1
        assert Entry.objects.filter(action="membership.granted").count() == 1

    def test_told_when_ended_too(self, administrator, hr):
        operations.revoke_membership(by=administrator, membership=hr.memberships.get())
        assert not hr.memberships.exists()
        mails = deliver()
        assert {m.to[0] for m in mails} == {administrator.email, hr.email}
        assert "no longer" in mails[0].body

    @pytest.mark.parametrize("who", ["employee", "manager", "hr"])
    def test_others_are_refused(self, request, who, administrator, outsider):
        by = request.getfixturevalue(who)
        before = Membership.objects.count()
        with pytest.raises(Refused):
            operations.grant_membership(by=by, person=by, role=MembershipRole.ADMINISTRATOR)
        with pytest.raises(Refused):
            operations.revoke_membership(by=by, membership=administrator.memberships.get())
        assert Membership.objects.count() == before
        assert not Message.objects.exists()

    def test_the_last_administrator_stays(self, administrator):
        gone = make_employee(is_active=False)
        Membership.objects.create(person=gone, role=MembershipRole.ADMINISTRATOR)
        with pytest.raises(Refused, match="last administrator"):
            operations.revoke_membership(by=administrator, membership=administrator.memberships.get())
        assert administrator.memberships.exists()

    def test_nobody_who_left_and_no_administrator_of_a_part(self, administrator, employee, department):
        with pytest.raises(Refused):
            operations.grant_membership(
                by=administrator, person=employee, role=MembershipRole.ADMINISTRATOR, department=department
            )
        employee.is_active = False
        employee.save(update_fields=["is_active"])
        with pytest.raises(Refused):
            operations.grant_membership(by=administrator, person=employee, role=MembershipRole.HR)
        assert not employee.memberships.exists()


class TestLeaving:
    def test_past_closes_future_waits_empty_opens(self, hr, employee):
        now = timezone.now()
        today = employee.local_date(now)
        operations.set_leaving(by=hr, person=employee, left_on=today + datetime.timedelta(days=3), now=now)
        employee.refresh_from_db()
        assert employee.is_active
        operations.set_leaving(by=hr, person=employee, left_on=today, now=now)
        employee.refresh_from_db()
        assert not employee.is_active
        operations.set_leaving(by=hr, person=employee, left_on=None, now=now)
        employee.refresh_from_db()
        assert employee.is_active
        assert [e.action for e in Entry.objects.filter(subject=employee.pk)] == [
            "person.left_on_set",
            "person.left_on_set",
            "person.account_closed",
            "person.left_on_set",
            "person.account_opened",
        ]

    def test_refused_to_others_for_oneself_and_above(self, employee, manager, administrator):
        partner = make_hr(manager=manager, department=manager.department)
        for by, person in (
            (employee, manager), (manager, employee), (administrator, employee), (partner, partner), (partner, manager),
        ):  # fmt: skip
            with pytest.raises(Refused):
                operations.set_leaving(by=by, person=person, left_on=datetime.date(2025, 1, 1))
        assert not Employee.objects.exclude(left_on=None).exists()
        assert not Entry.objects.exists()

    def test_not_before_the_first_day(self, hr, employee):
        with pytest.raises(Refused):
            operations.set_leaving(by=hr, person=employee, left_on=datetime.date(2019, 1, 1))
        employee.refresh_from_db()
        assert employee.left_on is None

    def test_the_sweep_closes_on_the_day_where_they_work(self):
        day = datetime.date(2026, 3, 2)
        tokyo = make_employee(left_on=day, timezone="Asia/Tokyo")
        austin = make_employee(left_on=day, timezone="America/Chicago")
        stays = make_employee()
        operations.issue_welcome_link(person=tokyo)
        noon_before = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
        assert operations.close_accounts_of_leavers(noon_before) == 0
        assert operations.close_accounts_of_leavers(noon_before + datetime.timedelta(hours=4)) == 1
        assert set(Employee.objects.active()) == {austin, stays}
        assert not WelcomeLink.objects.exists()
        assert operations.close_accounts_of_leavers(noon_before + datetime.timedelta(days=1)) == 1
        assert operations.close_accounts_of_leavers(noon_before + datetime.timedelta(days=1)) == 0
        assert Entry.objects.filter(action="person.account_closed").count() == 2


class TestOrganisation:
    def test_administrator_changes_what_differs(self, administrator):
        operations.change_settings(by=administrator, name="Meridian", sender="talks@meridian.test")
        operations.change_settings(by=administrator, name="Meridian")
        assert Organisation.current().name == "Meridian"
        assert Entry.objects.get(action="organisation.changed").detail["fields"] == "name,sender"

    @pytest.mark.parametrize("who", ["employee", "hr"])
    def test_others_are_refused(self, request, who, department):
        by = request.getfixturevalue(who)
        with pytest.raises(Refused):
            operations.change_settings(by=by, name="Mine")
        with pytest.raises(Refused):
            operations.change_department_parent(by=by, department=department, parent=make_department())
        assert not Organisation.objects.exists()
        department.refresh_from_db()
        assert department.parent is None

    def test_departments_form_a_tree(self, administrator):
        top, middle, low = (make_department() for _ in range(3))
        operations.change_department_parent(by=administrator, department=middle, parent=top)
        operations.change_department_parent(by=administrator, department=low, parent=middle)
        for parent in (low, top):
            with pytest.raises(Refused):
                operations.change_department_parent(by=administrator, department=top, parent=parent)
        top.refresh_from_db()
        assert top.parent is None


class TestCreateAdmin:
    @staticmethod
    def run(capsys, email):
        call_command("create_admin", email)
        return re.search(r"http://testserver/welcome/([\w-]+)/", capsys.readouterr().out).group(1)

    def test_makes_an_administrator_with_a_link(self, capsys):
        token = self.run(capsys, "Ada.Nowak@Example.test")
        person = operations.use_welcome_link(token=token, password=GOOD)
        assert (person.email, person.first_name, person.last_name) == ("ada.nowak@example.test", "Ada", "Nowak")
        assert person.is_administrator
        assert not person.is_staff
        assert not person.is_superuser

    def test_again_gives_only_a_new_link(self, capsys, hr):
        first, second = self.run(capsys, hr.email), self.run(capsys, hr.email.upper())
        assert first != second
        assert hr.memberships.filter(role=MembershipRole.ADMINISTRATOR).count() == 1
        hr.refresh_from_db()
        assert hr.check_password(PASSWORD)
        assert operations.use_welcome_link(token=second, password=GOOD) == hr

    def test_the_others_in_office_are_told(self, capsys, hr):
        self.run(capsys, "ada@example.test")
        assert hr.email in {m.to[0] for m in deliver()}

    @pytest.mark.parametrize("email", ["nobody", "gone@example.test"])
    def test_refuses_what_is_no_address_and_who_left(self, email):
        make_employee(email="gone@example.test", is_active=False)
        with pytest.raises(CommandError):
            call_command("create_admin", email)
        assert not Membership.objects.exists()

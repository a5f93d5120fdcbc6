"""Whom somebody has talked with lately: people, not conversations. A contact is a signed interview or a held check-in.

coverage  active people with a signed conversation in the last twelve months ÷ active people
in touch  active people with at least two contacts in the last six months ÷ active people
"""

import datetime

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from insights.queries.figures import Selection, zone
from interviews.models import Interview, State
from people.models import Employee
from plans.models import CheckIn

YEAR, HALF_YEAR = datetime.timedelta(days=365), datetime.timedelta(days=182)
LABELS = {
    "people": _("active people"),
    "talked": _("signed a conversation in the last twelve months"),
    "not_talked": _("signed none in the last twelve months"),
    "in_touch": _("had two contacts or more in the last six months"),
    "out_of_touch": _("had fewer than two contacts in the last six months"),
}


def with_contacts(people: QuerySet[Employee], today: datetime.date, where: datetime.tzinfo) -> QuerySet[Employee]:
    """Each person with `has_talked` and the number of `contacts`."""
    signed = Interview.objects.filter(employee=OuterRef("pk"), state=State.SIGNED).order_by()
    held = CheckIn.objects.filter(plan__employee=OuterRef("pk"), held_on__gt=today - HALF_YEAR).order_by()
    lately = signed.filter(closed_at__gte=_after(today - HALF_YEAR, where))
    return people.annotate(
        has_talked=Exists(signed.filter(closed_at__gte=_after(today - YEAR, where))),
        contacts=_number(lately, "employee") + _number(held, "plan__employee"),
    )


def _number(rows: QuerySet[Interview] | QuerySet[CheckIn], whose: str) -> Coalesce:
    count = rows.values(whose).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(count), 0, output_field=IntegerField())


def _after(day: datetime.date, where: datetime.tzinfo) -> datetime.datetime:
    """The end of a day where the organisation is."""
    return datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time(), where)


FIGURES = {
    "people": Q(),
    "talked": Q(has_talked=True),
    "not_talked": Q(has_talked=False),
    "in_touch": Q(contacts__gte=2),
    "out_of_touch": Q(contacts__lt=2),
}


def covered(chosen: Selection, figure: str) -> QuerySet[Employee]:
    """The people whom a figure counts."""
    people = Employee.objects.active().in_scope_of(chosen.user).filter(chosen.of_people())
    return with_contacts(people, chosen.today, chosen.where or zone()).filter(FIGURES[figure])

"""HR follows what was agreed, and asks by hand whoever owes it."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from audit import operations as audit
from outbox.models import Message
from outbox.operations import post
from people.models import Employee
from people.policy import Refused, require
from plans.models import Action, CheckIn, Plan, Promise
from plans.operations.keeping import plan_of, type_of
from plans.owing import pending


def nudge_owner(
    *, by: Employee, item: Action | Promise | CheckIn, now: datetime.datetime | None = None
) -> list[Employee]:
    """Mail whoever owes this, each at most once a day. Answers to whom a mail went."""
    now = now or timezone.now()
    what = type_of[type(item)]
    with transaction.atomic():
        # Two who ask at once are put in order here, so that the second sees what the first has sent.
        plan = Plan.objects.select_for_update(of=("self",)).select_related("employee").get(pk=plan_of(item).pk)
        require(by, "plan.follow", plan.employee)
        owed = pending(what, item.pk)
        if owed is None:
            raise Refused(_("This is settled already. Nobody was reminded."))
        people = {
            f"plans.nudge:{item.pk}:{person.pk}:{person.local_date(now)}": person
            for person in owed.people
            if person.pk != by.pk
        }
        if not people:
            raise Refused(_("There is nobody else who could do it. Nobody was reminded."))
        told = set(Message.objects.filter(key__in=people).values_list("key", flat=True))
        reminded = {key: person for key, person in people.items() if key not in told}
        if not reminded:
            names = get_text_list([person.get_full_name() for person in people.values()], _("and"))
            raise Refused(
                _("%(names)s got a reminder today already. Tomorrow you can send another one.") % {"names": names}
            )
        audit.record(action="plan.nudged", by=by, subject=item, at=now, people=len(reminded))
        context = {"what": what.value, "item": str(item.pk), "by": str(by.pk)}
        for key, person in reminded.items():
            post(key=key, to=person, kind="plans.nudge", context=context, now=now)
    return list(reminded.values())

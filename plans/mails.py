"""The mails of plans. Each looks at the plan again before it leaves; none says what was agreed."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from outbox.kinds import Kind, register
from outbox.models import Message
from people.mails import address, letterhead
from people.models import Employee
from plans.owing import pending


def nudge(message: Message) -> dict[str, Any] | None:
    """HR asks how something stands. Only while it is open and still this person's to do."""
    item = pending(message.context["what"], message.context["item"])
    asked_by = Employee.objects.filter(pk=message.context["by"]).first()
    if item is None or asked_by is None or message.recipient not in item.people:
        return None
    return letterhead() | {
        "what": item.what.value,
        "employee": item.employee,
        "owner": item.owner,
        "day": item.due_on,
        "asked_by": asked_by,
        "link": address(f"plans:{item.what.value}", pk=item.pk),
    }


register(
    Kind(
        "plans.nudge",
        _("somebody in HR asked you how something in a plan stands"),
        "plans/mail/nudge",
        nudge,
        mandatory=True,
    )
)

"""The promise behind every nudge: once a minute, whatever the rows say is due gets done.

Each step stands alone: one that fails is logged and the next still runs. Running twice at once changes nothing.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from audit import operations as audit
from insights import operations as insights
from interviews import operations as interviews
from interviews import reminders as interview_reminders
from outbox import operations as outbox
from outbox import tasks as outbox_tasks
from outbox.reminders import plan
from people import operations as people
from plans import reminders as plan_reminders
from records import operations as records

log = logging.getLogger(__name__)

# What every app has to remind of.
RULES = (*interview_reminders.RULES, *plan_reminders.RULES)


def plan_due(*, now: datetime) -> int:
    """Post the reminders that are due and not there yet."""
    return plan(RULES, now=now).total()


STEPS: dict[str, Callable[..., object]] = {
    "accounts of leavers closed": people.close_accounts_of_leavers,
    "sessions and tries forgotten": people.forget_what_is_over,
    "interviews of leavers ended": interviews.end_for_leavers,
    "private notes erased": interviews.erase_old_notes,
    "records made": records.make_missing_records,
    "reminders planned": plan_due,
    "stale claims released": outbox.release_stale_claims,
    "figures counted": insights.count_due,
}


def run(now: datetime | None = None) -> dict[str, object]:
    """Run every step, then deliver what is waiting. The log line anchors the audit chain outside the database."""
    now = now or timezone.now()
    done: dict[str, object] = {}
    for name, step in STEPS.items():
        try:
            done[name] = step(now=now)
        except Exception:
            log.exception("sweep: %s failed", name)
    done["mails sent"] = outbox_tasks.deliver_due()
    log.info("sweep %s audit head %s", {name: n for name, n in done.items() if n}, audit.head())
    return done

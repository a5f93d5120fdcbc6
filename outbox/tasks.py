import contextlib
import smtplib
import time
from typing import Any

from celery import shared_task

# Well below settings.CELERY_TASK_TIME_LIMIT: a task that is ended by force leaves a mail half sent.
AT_MOST_SECONDS = 100
# A server that refuses so many in a row is left alone until the next sweep.
REFUSALS = 3


def _close(connection: Any) -> None:
    with contextlib.suppress(smtplib.SMTPException, OSError):
        connection.close()


@shared_task(name="outbox.tasks.deliver_due")
def deliver_due() -> int:
    """Send what is due, one by one over one connection, until nothing is left or the time is up."""
    from django.core.mail import get_connection

    from outbox import operations

    settled, refusals, began = 0, 0, time.monotonic()
    connection = get_connection()
    while refusals < REFUSALS and time.monotonic() - began < AT_MOST_SECONDS and (ids := operations.claim()):
        refused = operations.deliver(pk=ids[0], connection=connection) == operations.Delivery.REFUSED
        refusals = refusals + 1 if refused else 0
        settled += 1
        if refused:
            _close(connection)
    _close(connection)
    return settled

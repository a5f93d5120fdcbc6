"""Whether the parts behind the pages are at work. Asked with little patience, answered in words without numbers."""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection

from careerconv.celery import app
from outbox import heartbeat

# Seconds until a part that does not answer is called down.
PATIENCE = 2.0
# A worker writes its row at each sweep; one that is busy may miss two.
SILENCE = max(timedelta(minutes=3), timedelta(seconds=3 * settings.SWEEP_SECONDS))
# Mails leave within a minute or two; what no worker has taken after this long is a fault.
WAIT = timedelta(minutes=15)

# Threads of their own, because a server that neither answers nor refuses would hold up whoever asks. When all of them
# are held up, whoever asks next is told "down" at the end of their patience.
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="readiness")
Found = TypeVar("Found")


@dataclass(frozen=True)
class Readiness:
    database: str
    broker: str
    worker: str
    mails: str

    @property
    def is_ready(self) -> bool:
        """Mails that wait are no reason to take the pages away; they are there to be watched."""
        return self.database == self.broker == self.worker == "ok"


def ask(*, now: datetime, patience: float = PATIENCE) -> Readiness:
    """Ask every part at once."""
    rows, bell = _threads.submit(_look_at_rows, now), _threads.submit(_reach_broker)
    both: list[Future[Any]] = [rows, bell]
    wait(both, timeout=patience)
    found, is_reached = _result(rows), _result(bell)
    broker = "ok" if is_reached else "down"
    if found is None:
        return Readiness(database="down", broker=broker, worker="unknown", mails="unknown")
    silence, longest_wait = found
    is_heard = silence is not None and silence < SILENCE
    return Readiness(
        database="ok",
        broker=broker,
        worker="ok" if is_heard else "silent",
        mails="ok" if longest_wait < WAIT else "waiting",
    )


def _look_at_rows(now: datetime) -> tuple[timedelta | None, timedelta]:
    try:
        return heartbeat.silence(name="worker", now=now), heartbeat.longest_wait(now=now)
    finally:
        # A connection for this question only: an old one that still works says nothing about new ones.
        connection.close()


def _reach_broker() -> bool:
    if folder := settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("data_folder_in"):
        return Path(str(folder)).is_dir()
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=PATIENCE)
    return True


def _result(future: Future[Found]) -> Found | None:
    """What came of it; nothing when it failed, or has not come to an end."""
    if future.cancel() or not future.done() or future.exception():
        return None
    return future.result()

"""No mail lost, none twice: workers killed outright, Redis gone, a mail server that refuses, and two beats.

Nobody can promise better over SMTP than this: a mail whose worker died between the server's word and our own note of
it goes out again, and then with the same Message-ID.
"""

import email
import logging
import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.journeys.site import BASE, BIN, Ground, Site, until

from processes import free_port, start, stop  # isort: skip - found by the way that the site has opened

log = logging.getLogger(__name__)
MAILS = 240
KILLS = 5
POST = """
from django.utils import timezone
from outbox.operations import post_many
from people.models import Employee
people = [Employee(first_name="P%d" % n, email="p%d@example.org" % n) for n in range({start}, {end})]
Employee.objects.bulk_create(people)
holder = Employee.objects.get(email="p0@example.org")
said = {{"person": str(holder.pk), "by": None, "role": "hr", "department": None}}
for _twice in range(2):
    post_many(mails=[("try:%s" % p.email, p, said) for p in people], kind="people.role_granted")
"""


class Postbox:
    """A mail server that keeps the Message-ID of whatever it took, and can be told to refuse."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.refused = 0
        self.refuses = False
        self.lock = threading.Lock()

    # The name is the one that aiosmtpd calls.
    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        with self.lock:
            if self.refuses:
                self.refused += 1
                return "451 Not now"
            content = envelope.original_content or b""
            self.taken.append(email.message_from_bytes(content)["Message-ID"])
        return "250 Taken"


class Fleet(Site):
    """Workers and beats of one installation that can be ended and started one by one, without pages."""

    def __init__(self, ground: Ground, mail_port: int, redis_port: int) -> None:
        super().__init__(ground)
        self.env |= {
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "CELERY_BROKER_URL": f"redis://127.0.0.1:{redis_port}/0",
            "SWEEP_SECONDS": "1",
            "OUTBOX_CLAIM_SECONDS": "4",
        }
        self.count = 0

    def begin(self, *arguments: str | Path) -> subprocess.Popen[bytes]:
        self.count += 1
        with (self.logs / f"{self.count}-{arguments[0]}.log").open("wb") as log:
            return start([BIN / "celery", "-A", "careerconv", *arguments], log=log, cwd=BASE, env=self.env)

    def worker(self) -> subprocess.Popen[bytes]:
        return self.begin("worker", "--concurrency", "1", "--without-gossip", "--without-mingle", "-l", "INFO")

    def beat(self) -> subprocess.Popen[bytes]:
        return self.begin("beat", "--schedule", self.data / f"schedule-{self.count}", "--pidfile=")

    def rows(self) -> Counter[str]:
        with psycopg.connect(self.env["DATABASE_URL"]) as connection:
            return Counter(dict(connection.execute("SELECT state, count(*) FROM outbox_message GROUP BY state")))

    def wait_is_over(self) -> None:
        """As if the pause before the next try had passed."""
        with psycopg.connect(self.env["DATABASE_URL"]) as connection:
            connection.execute("UPDATE outbox_message SET not_before = created_at WHERE state = 'waiting'")

    @contextmanager
    def founded(self) -> Iterator["Fleet"]:
        self.data.mkdir()
        self.logs.mkdir()
        with ExitStack() as end:
            end.callback(self.ground.drop, self.name)
            self.ground.sql(f"CREATE DATABASE {self.name} TEMPLATE {self.ground.template}")
            yield self


def own_redis(port: int, folder: Path) -> subprocess.Popen[bytes]:
    command: list[str | Path] = [
        "redis-server",
        "--bind",
        "127.0.0.1",
        "--port",
        str(port),
        "--save",
        "",
        "--dir",
        folder,
    ]
    with (folder / "redis.log").open("ab") as log:
        return start(command, log=log)


@pytest.fixture(autouse=True)
def _nothing_on_the_console() -> None:
    """No window is opened here."""


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    box = Postbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    yield box, server.port
    server.stop()


def test_no_mail_is_lost_and_none_goes_twice(ground: Ground, postbox: tuple[Postbox, int], tmp_path: Path) -> None:
    box, mail_port = postbox
    chance, redis_port = random.Random(7), free_port()
    with Fleet(ground, mail_port, redis_port).founded() as fleet, ExitStack() as end:
        running: list[subprocess.Popen[bytes]] = [own_redis(redis_port, tmp_path)]
        end.callback(stop, running)
        running += [fleet.beat(), fleet.beat(), fleet.worker(), fleet.worker()]
        fleet.manage("shell", "-c", POST.format(start=0, end=MAILS // 2))
        until(lambda: len(box.taken) > 5, what="the first mails", within=60)

        for _kill in range(KILLS):
            time.sleep(chance.uniform(0.2, 1.2))
            victim = running.pop(3)
            os.killpg(victim.pid, signal.SIGKILL)
            victim.wait()
            running.append(fleet.worker())

        box.refuses = True
        stop([running.pop(0)])  # Redis is gone; the page that posts these must not care
        fleet.manage("shell", "-c", POST.format(start=MAILS // 2, end=MAILS))
        running.insert(0, own_redis(redis_port, tmp_path))
        until(lambda: box.refused > 5, what="refusals", within=90)
        box.refuses = False
        fleet.wait_is_over()

        until(lambda: fleet.rows() == {"sent": MAILS}, what=f"all mails; now {fleet.rows()}", within=120)
        counted = Counter(box.taken)
        again = sum(counted.values()) - len(counted)
        log.info("%d mails, %d kills, %d refusals: %d sent again", MAILS, KILLS, box.refused, again)
        assert len(counted) == MAILS
        assert again <= KILLS

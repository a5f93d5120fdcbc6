"""The whole installation, alive: web server, worker, beat and a mail server on PostgreSQL and Redis."""

import email
import email.policy
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import URLError
from urllib.parse import urlsplit

import psycopg
import redis

BASE = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(BASE / "bin"))

from processes import PYTHON, free_port, start, stop  # noqa: E402 - bin/ holds scripts and is no package
from servers import postgresql, scratch, server_account  # noqa: E402
from servers import redis as redis_server  # noqa: E402

BIN = PYTHON.parent
# Quick enough that nobody waits long for beat, slow enough that sweeps don't fill the machine.
SWEEP_SECONDS = 3
# What no log of a healthy installation holds.
TROUBLE = re.compile(r"Traceback \(most recent call last\)|\b(?:ERROR|CRITICAL)\b")
Found = TypeVar("Found")


def until(ask: Callable[[], Found], *, what: str, within: float = 30) -> Found:
    """What `ask` gives as soon as it gives something; fails when it stays nothing for so long."""
    deadline = time.monotonic() + within
    while not (found := ask()):
        if time.monotonic() > deadline:
            raise AssertionError(f"Waited {within:g} seconds in vain for {what}")
        time.sleep(0.1)
    return found


@contextmanager
def servers() -> Iterator[tuple[str, str]]:
    """Addresses of a PostgreSQL and a Redis: those that bin/test gives, else some of our own."""
    given = os.environ.get("TEST_POSTGRES_URL"), os.environ.get("TEST_REDIS_URL")
    if given[0] and given[1]:
        yield given[0], given[1]
        return
    owner = server_account()
    with scratch(owner) as folder, postgresql(folder, owner) as database, redis_server(folder) as broker:
        yield database, broker


class Ground:
    """What several sites share: the servers, a migrated database to copy, the collected static files."""

    def __init__(self, *, folder: Path, database: str, broker: str) -> None:
        self.folder, self.database = folder, database
        # Not the number that other tests may use on the same Redis.
        self.broker = urlsplit(broker)._replace(path="/7").geturl()
        self.template = f"journeys_{secrets.token_hex(4)}"
        self.static = folder / "static"
        self.count = 0

    def prepare(self) -> None:
        self.sql(f"CREATE DATABASE {self.template}")
        env = environment(self.folder, database=self.address_of(self.template), broker=self.broker, port=0, mail_port=0)
        manage("migrate", "--verbosity", "0", env=env)
        if is_fresh(collected := BASE / "var" / "static"):
            shutil.copytree(collected, self.static)
        else:
            manage("collectstatic", "--noinput", "--verbosity", "0", env=env)

    def sql(self, statement: str) -> None:
        with psycopg.connect(self.database, autocommit=True) as connection:
            connection.execute(statement.encode())

    def address_of(self, name: str) -> str:
        return urlsplit(self.database)._replace(path=f"/{name}").geturl()

    def drop(self, name: str) -> None:
        self.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def is_fresh(collected: Path) -> bool:
    """True when bin/setup collected these after the last change to any of them."""
    manifest = collected / "staticfiles.json"
    if not manifest.exists():
        return False
    sources = [BASE / "careerconv" / "settings.py", *(p for p in (BASE / "static").rglob("*") if p.is_file())]
    return max(source.stat().st_mtime for source in sources) < manifest.stat().st_mtime


def environment(data: Path, *, database: str, broker: str, port: int, mail_port: int) -> dict[str, str]:
    """The settings of an installation, and nothing of what the tests have set for themselves."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "TZ")
    return {
        **{name: value for name, value in os.environ.items() if name in kept},
        "DJANGO_SETTINGS_MODULE": "careerconv.settings",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "AUDIT_KEY": secrets.token_urlsafe(64),
        "DATA_DIR": str(data),
        "DATABASE_URL": database,
        "CELERY_BROKER_URL": broker,
        "SITE_URL": f"http://127.0.0.1:{port}",
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "SWEEP_SECONDS": str(SWEEP_SECONDS),
        "PYTHONUNBUFFERED": "1",
    }


def manage(*arguments: str, env: dict[str, str], exit_code: int = 0) -> str:
    """What a command of manage.py printed; fails when it ends with another exit code than expected."""
    command = [str(PYTHON), "manage.py", *arguments]
    done = subprocess.run(command, cwd=BASE, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == exit_code, f"{' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


class Site:
    """One installation with an address; `manage` runs its commands, `mails` reads what it has sent."""

    def __init__(self, ground: Ground) -> None:
        ground.count += 1
        self.ground = ground
        self.name = f"{ground.template}_{ground.count}"
        self.data = ground.folder / self.name
        self.port, self.mail_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.outbox = self.data / "mail"
        self.logs = self.data / "log"
        self.env = environment(
            self.data,
            database=ground.address_of(self.name),
            broker=ground.broker,
            port=self.port,
            mail_port=self.mail_port,
        )

    @contextmanager
    def alive(self) -> Iterator["Site"]:
        self.data.mkdir()
        self.logs.mkdir()
        (self.data / "static").symlink_to(self.ground.static)
        redis.Redis.from_url(self.ground.broker).flushdb()
        with ExitStack() as end:
            end.callback(self.ground.drop, self.name)
            self.ground.sql(f"CREATE DATABASE {self.name} TEMPLATE {self.ground.template}")
            end.callback(stop, processes := [])
            for name, command in self.commands().items():
                with (self.logs / f"{name}.log").open("wb") as log:
                    processes.append(start(command, log=log, cwd=BASE, env=self.env))
            until(self.answers, what=f"the web server; its log says:\n{self.log('web')}", within=60)
            until(lambda: " ready." in self.log("worker"), what="the worker", within=60)
            yield self
            for process in processes:
                assert process.poll() is None, f"A process ended on the way: {process.args!r}"

    def commands(self) -> dict[str, list[str | Path]]:
        celery: list[str | Path] = [BIN / "celery", "-A", "careerconv"]
        mail: list[str | Path] = [
            PYTHON,
            "-m",
            "careerconv.mailsink",
            "--port",
            str(self.mail_port),
            "--folder",
            self.outbox,
        ]
        bind = ["--bind", f"127.0.0.1:{self.port}", "--workers", "2", "--threads", "4", "--no-control-socket"]
        return {
            "mail": mail,
            "web": [BIN / "gunicorn", "careerconv.wsgi", *bind],
            "worker": [*celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle", "-l", "INFO"],
            "beat": [*celery, "beat", "--schedule", self.data / "beat-schedule", "--pidfile="],
        }

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as response:
                return bool(response.status == 200)
        except (URLError, OSError):
            return False

    def manage(self, *arguments: str, exit_code: int = 0) -> str:
        return manage(*arguments, env=self.env, exit_code=exit_code)

    def log(self, name: str) -> str:
        path = self.logs / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def troubles(self) -> list[str]:
        """What the logs should not hold: the first bad place of each, with what stands around it."""
        found = []
        for name in self.commands():
            lines = self.log(name).splitlines()
            bad = [n for n, line in enumerate(lines) if TROUBLE.search(line)]
            if bad:
                around = "\n".join(lines[max(bad[0] - 2, 0) : bad[0] + 60])
                found.append(f"{name}.log, {len(bad)} bad lines:\n{around}")
        return found

    def arrived(self, *, to: str = "", having: str = "") -> list[EmailMessage]:
        """What has come for this address and holds these words in its subject, the newest first."""
        mails = []
        for path in sorted(self.outbox.glob("*.eml"), reverse=True):
            mail: Any = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if to in mail["X-Envelope-To"] and having.lower() in mail["Subject"].lower():
                mails.append(mail)
        return mails

    def mails(self, *, to: str, having: str = "", count: int = 1, within: float = 60) -> list[EmailMessage]:
        """The same, waited for until there are so many."""

        def enough() -> list[EmailMessage]:
            found = self.arrived(to=to, having=having)
            return found if len(found) >= count else []

        try:
            return until(enough, what=f"{count} mail(s) to {to} “{having}”", within=within)
        except AssertionError as error:
            came = [f"{mail['X-Envelope-To']}: {mail['Subject']}" for mail in self.arrived()]
            raise AssertionError(
                f"{error}. These came: {came}\nThe worker says:\n{self.log('worker')[-3000:]}"
            ) from None

    def link(self, mail: EmailMessage) -> str:
        """The one address of this site that the mail wants its reader to open."""
        text = mail.get_body(("plain",))
        assert text
        found = re.findall(rf"{re.escape(self.url)}[^\s>]*", text.get_content())
        assert found, text.get_content()
        return str(found[0])

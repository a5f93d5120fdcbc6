"""Measure the main pages: `make bench`, or `python -m bench --sizes 1000 --years 1` for a quick look.

PostgreSQL and Redis are started for it, unless BENCH_POSTGRES_URL names a server: databases that were generated there
today stay and are used again. The web server is gunicorn with the settings it is deployed with.
"""

import argparse
import hashlib
import json
import os
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit

import psycopg

BASE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BASE / "bin"))

from processes import PYTHON, free_port, start, stop  # noqa: E402 - bin/ holds scripts and is no package
from servers import postgresql, redis, scratch, server_account  # noqa: E402

from bench import browser, load, report  # noqa: E402

RESULTS = Path(__file__).parent / "results.json"
SEED = 1
MEMORY_REQUESTS = 10_000


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a table for the terminal


class Site:
    """One generated organisation and the settings under which it is served."""

    def __init__(self, *, folder: Path, database: str, broker: str, employees: int, years: int) -> None:
        self.server, self.employees, self.years = database, employees, years
        digest = hashlib.sha256(f"{time.strftime('%Y%m%d')}{_sources()}{years}".encode()).hexdigest()[:12]
        self.name = f"bench_{employees}_{digest}"
        self.port = free_port()
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR", "TZ")}
        self.env = kept | {
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "SECRET_KEY": secrets.token_urlsafe(64),
            "AUDIT_KEY": secrets.token_urlsafe(64),
            "DATA_DIR": str(folder),
            "STATIC_ROOT": str(BASE / "var" / "static"),
            "DATABASE_URL": urlsplit(database)._replace(path=f"/{self.name}").geturl(),
            "CELERY_BROKER_URL": broker,
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "BIND": f"127.0.0.1:{self.port}",
            "LOG_FORMAT": "json",
        }
        self.log = folder / "web.log"

    def python(self, *arguments: str) -> str:
        done = subprocess.run([str(PYTHON), *arguments], cwd=BASE, env=self.env, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(arguments)} failed.")
        return done.stdout

    def fill(self) -> None:
        """Migrate and generate, then sweep once, so that HR's figures are counted."""
        with psycopg.connect(self.server, autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.name]).fetchone()
            if not known:
                say(f"\nGenerating {self.employees:,} employees with {self.years} years of history …")
                unfinished = f"{self.name}_unfinished"
                connection.execute(f'DROP DATABASE IF EXISTS "{unfinished}"'.encode())
                connection.execute(f'CREATE DATABASE "{unfinished}"'.encode())
                final = self.env["DATABASE_URL"]
                self.env["DATABASE_URL"] = urlsplit(self.server)._replace(path=f"/{unfinished}").geturl()
                self.python("manage.py", "migrate", "-v0")
                size = ("--employees", str(self.employees), "--years", str(self.years), "--seed", str(SEED))
                say(self.python("manage.py", "generate_data", *size).splitlines()[-4].strip())
                self.python("-c", COUNT)
                self.env["DATABASE_URL"] = final
                connection.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{self.name}"'.encode())
        with psycopg.connect(self.env["DATABASE_URL"], autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")

    def addresses(self) -> list[load.Address]:
        found: list[load.Address] = json.loads(self.python("-m", "bench.pages"))
        return found

    @contextmanager
    def served(self, *options: str) -> Iterator[int]:
        """The web server as it is deployed, with `options` besides: its process number."""
        command: list[str | Path] = [PYTHON.parent / "gunicorn", "-c", "deploy/gunicorn.py", *options]
        with self.log.open("wb") as log:
            server = start(command, log=log, cwd=BASE, env=self.env)
        try:
            deadline = time.monotonic() + 60
            while not self._answers():
                if server.poll() is not None or time.monotonic() > deadline:
                    sys.exit(f"The web server did not start:\n{self.log.read_text(errors='replace')}")
                time.sleep(0.1)
            yield server.pid
        finally:
            stop([server])

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.env['SITE_URL']}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False


COUNT = """
import django; django.setup()
from insights.operations import count_due
while count_due(): pass
"""


def _sources() -> str:
    """What the generated rows depend on."""
    found = hashlib.sha256()
    for path in sorted([*BASE.glob("careerconv/generating/*"), *BASE.glob("*/migrations/*.py")]):
        if path.is_file():
            found.update(path.read_bytes())
    return found.hexdigest()


def measure(sites: list[Site]) -> dict[str, Any]:
    results: dict[str, Any] = {"years": sites[0].years, "cores": os.cpu_count()}
    found = {}
    for site in sites:
        site.fill()
        addresses = site.addresses()
        with site.served():
            pages = load.measured(addresses, site.port)
            if site is sites[0]:
                home = next(address for address in addresses if address["name"] == "home")
                results["loads"] = browser.loads(home, site.port)
        found[site.employees] = {"baseline": pages.pop("bare"), "pages": pages}
        say(report.table(site.employees, **found[site.employees]))
        if site is sites[0]:
            with site.served("--workers", "1", "--max-requests", "0") as server:
                worker = int(Path(f"/proc/{server}/task/{server}/children").read_text().split()[0])
                results["worker"] = load.memory_after(MEMORY_REQUESTS, addresses, site.port, worker)
    first = sites[0].employees
    results |= {"employees": first, **found[first]}
    if len(sites) > 1:
        last = sites[-1].employees
        results["larger"] = {"employees": last, **found[last]}
        results["growth"] = report.growth(found[first]["pages"], found[last]["pages"])
    return results


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000], help="how many employees")
    parser.add_argument("--years", type=int, default=3, help="how many years of history")
    asked = parser.parse_args()
    owner = server_account()
    with ExitStack() as stack:
        folder = stack.enter_context(scratch(owner))
        given = os.environ.get("BENCH_POSTGRES_URL")
        database = given or stack.enter_context(postgresql(folder, owner, shared_buffers="1GB"))
        broker = stack.enter_context(redis(folder))
        data = folder / "data"
        data.mkdir()
        sites = [
            Site(folder=data, database=database, broker=broker, employees=n, years=asked.years) for n in asked.sizes
        ]
        results = measure(sites)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    for line in report.rest(results):
        say(line)
    say(f"\n{RESULTS.relative_to(BASE)} has all of it.")


if __name__ == "__main__":
    main()

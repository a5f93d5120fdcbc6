"""Throw-away servers for tests and measurements: in a temporary folder, on free ports of the loopback."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processes import free_port, start, stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROLE = "careerconv"


@contextlib.contextmanager
def scratch(owner: pwd.struct_passwd) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="careerconv-test-"))
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def server_account() -> pwd.struct_passwd:
    """PostgreSQL refuses to run as root; the account that Debian's package makes is used then."""
    return pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


def wait_until(ready: Callable[[], bool], *, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while not ready():
        if server.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"A server did not start:\n{log.read_text(errors='replace')}")
        time.sleep(0.1)


@contextlib.contextmanager
def postgresql(folder: Path, owner: pwd.struct_passwd, **settings: str) -> Iterator[str]:
    """A cluster that needs to survive nothing, and the URL of its database. `settings` are PostgreSQL's own."""
    newest = max(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    binaries, data, log = newest.parent, folder / "postgresql", folder / "postgresql.log"
    password, password_file = secrets.token_hex(16), folder / "password"
    password_file.write_text(password)
    os.chown(password_file, owner.pw_uid, owner.pw_gid)
    as_owner: dict[str, Any] = {}
    if os.geteuid() == 0:
        as_owner = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    initdb = [
        *(str(newest), "--pgdata", str(data), "--username", ROLE, "--pwfile", str(password_file)),
        *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
    ]
    made = subprocess.run(initdb, cwd=folder, capture_output=True, text=True, check=False, **as_owner)
    if made.returncode:
        sys.exit(f"initdb failed:\n{made.stdout}{made.stderr}")
    port = free_port()
    command: list[str | Path] = [binaries / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1"]
    unsafe = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    for name, value in {"unix_socket_directories": "", "max_connections": "60", **unsafe, **settings}.items():
        command += ["-c", f"{name}={value}"]
    with log.open("wb") as output:
        server = start(command, log=output, cwd=folder, **as_owner)
    ask = [str(binaries / "pg_isready"), "--quiet", "--host", "127.0.0.1", "--port", str(port)]
    try:
        wait_until(lambda: subprocess.run(ask, check=False).returncode == 0, server=server, log=log)
        yield f"postgresql://{ROLE}:{password}@127.0.0.1:{port}/postgres"
    finally:
        # SIGINT is PostgreSQL's word for: end now, wait for no client.
        stop([server], by=signal.SIGINT)


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[str]:
    port, log = free_port(), folder / "redis.log"
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    with log.open("wb") as output:
        server = start([*command, "--dir", folder], log=output)

    def ready() -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    try:
        wait_until(ready, server=server, log=log)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        stop([server])

"""What bin/backup writes and bin/restore reads: one tar file with the database, the files and, at its end, a manifest.

The database comes first. A record's file is on disk before its row is committed and never changes afterwards, so the
files copied after the snapshot hold everything that its rows name; taken the other way round, a record made in between
would have a row and no file. What was made after the snapshot is a file without a row, which harms nobody.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

BASE = Path(__file__).resolve().parent.parent
FORMAT = 1
MANIFEST = "manifest.json"
DUMPS = {"postgresql": "database.dump", "sqlite": "database.sqlite3"}
# What DATA_DIR holds beside what must be kept: made from the sources, only for a while, or kept elsewhere.
LEFT_OUT = {"static", ".static", "fonts", "fontconfig", "cache", "broker", "log", "mail", "run.lock", "secrets.env"}
PASSING_START = ("beat-schedule", ".")


class Failed(Exception):  # noqa: N818 - what happened
    """Said to whoever runs the script; nothing was left half done."""


def use_django() -> None:
    """Settings and models of this installation; in a folder of its own they come from .venv."""
    python = BASE / ".venv" / "bin" / "python"
    if python.exists() and sys.prefix == sys.base_prefix:
        os.execv(python, [str(python), *sys.argv])  # noqa: S606 - the same script with the right packages
    sys.path.insert(0, str(BASE))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careerconv.settings")
    import django

    django.setup()


# ---------------------------------------------------------------- writing


def back_up(folder: Path) -> Path:
    """Write one archive into the folder; whole or not at all."""
    from django.conf import settings

    folder.mkdir(parents=True, exist_ok=True)
    began = datetime.now(UTC)
    name = f"careerconv-{began:%Y%m%dT%H%M%SZ}"
    unfinished, dump = folder / f"{name}.tar.part", folder / f"{name}.dump.part"
    target = folder / f"{name}.tar"
    try:
        kind, about = _dump_database(dump)
        with _private(unfinished) as file, tarfile.open(fileobj=file, mode="w") as tar:
            members = {DUMPS[kind]: _add(tar, DUMPS[kind], dump)}
            for path in _files(Path(settings.DATA_DIR), apart=[folder, *_database_files()]):
                member = f"data/{path.relative_to(settings.DATA_DIR).as_posix()}"
                if (added := _add(tar, member, path)) is not None:
                    members[member] = added
            manifest = {"format": FORMAT, "at": began.isoformat(), "database": kind, **about, "members": members}
            content = json.dumps(manifest, indent=1).encode()
            tar.addfile(_info(MANIFEST, len(content)), io.BytesIO(content))
            tar.close()
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
        dump.unlink(missing_ok=True)
    return target


def _dump_database(target: Path) -> tuple[str, dict[str, Any]]:
    """A snapshot of one moment, and what is in it: rows of each table, migrations, the end of the audit chain."""
    from django.db import connection

    with _private(target):
        pass
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(_sqlite_path())) as live, closing(sqlite3.connect(target)) as copy:
            live.execute("PRAGMA busy_timeout = 20000")
            live.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            return "sqlite", _about(copy.cursor(), connection.introspection.table_names())
    with connection.cursor() as cursor:
        # pg_dump takes over this very snapshot, so what is counted is what is dumped.
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        _postgres("pg_dump", "--format=custom", "--lock-wait-timeout=60s", f"--snapshot={snapshot}", f"--file={target}")
        about = _about(cursor, connection.introspection.table_names(cursor))
        cursor.execute("COMMIT")
    return "postgresql", about


def _about(cursor: Any, tables: list[str]) -> dict[str, Any]:
    def ask(question: str) -> list[Any]:
        cursor.execute(question)
        return list(cursor.fetchall())

    head = ask("SELECT sequence, digest FROM audit_head")
    return {
        "rows": {table: ask(f'SELECT count(*) FROM "{table}"')[0][0] for table in sorted(tables)},  # noqa: S608 - ours
        "migrations": sorted(f"{app}.{name}" for app, name in ask("SELECT app, name FROM django_migrations")),
        "audit_head": f"{head[0][0]}:{head[0][1]}" if head else "",
    }


def _files(data: Path, *, apart: list[Path]) -> list[Path]:
    aside = {path.resolve() for path in apart} | {(data / name).resolve() for name in LEFT_OUT}
    found = []
    # A folder may lie on another disk, behind a link.
    for folder, folders, names in os.walk(data, followlinks=True):
        here = Path(folder)
        folders[:] = [name for name in folders if not name.startswith(".") and (here / name).resolve() not in aside]
        found += [here / name for name in names if (here / name).resolve() not in aside]
    return sorted(path for path in found if path.is_file() and not path.name.startswith(PASSING_START))


def _add(tar: tarfile.TarFile, name: str, path: Path) -> dict[str, Any] | None:
    """Put a file in and say what it is; None when it was removed meanwhile, as a slower worker's draft is."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            reader = _Hashing(file)
            tar.addfile(_info(name, size), reader)
    except FileNotFoundError:
        return None
    return {"size": size, "sha256": reader.hash.hexdigest()}


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o600, int(datetime.now(UTC).timestamp())
    return info


def _private(path: Path) -> IO[bytes]:
    """A new file that nobody else can read, not even for a moment."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


class _Hashing:
    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.hash = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.hash.update(data)
        return data


# ---------------------------------------------------------------- reading


def unpack(archive: Path, staging: Path) -> dict[str, Any]:
    """Every file of the archive into a folder, each compared with the manifest, which comes last."""
    found: dict[str, dict[str, Any]] = {}
    manifest: dict[str, Any] | None = None
    try:
        with tarfile.open(archive) as tar:
            for member in tar:
                file = tar.extractfile(member) if member.isreg() else None
                if file is None:
                    raise Failed(f"{member.name} in this archive is no file.")
                if member.name == MANIFEST:
                    manifest = json.load(file)
                else:
                    found[member.name] = _extract(file, staging / _safe(member.name))
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise Failed(f"This is no archive of ours, or it is damaged: {error}") from error
    if manifest is None or manifest.get("format") != FORMAT:
        raise Failed("The archive has no manifest at its end: it was cut off, or it is none of ours.")
    written = manifest["members"]
    if wrong := sorted(name for name in {*found, *written} if found.get(name) != written.get(name)):
        raise Failed(f"Not as they were written: {', '.join(wrong[:10])}. Nothing was restored.")
    return manifest


def _safe(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or path.parts[0] not in {"data", *DUMPS.values()}:
        raise Failed(f"{name} has no place in an archive of ours.")
    return path


def _extract(file: IO[bytes], target: Path) -> dict[str, Any]:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    with _private(target) as output:
        while data := file.read(1 << 20):
            digest.update(data)
            size += output.write(data)
        output.flush()
        os.fsync(output.fileno())
    return {"size": size, "sha256": digest.hexdigest()}


def refuse_unless_empty(data: Path, manifest: dict[str, Any]) -> None:
    """Nothing that is there is ever overwritten."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    if manifest["database"] != connection.vendor:
        raise Failed(f"The archive is of {manifest['database']}, but DATABASE_URL is of {connection.vendor}.")
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if newer := sorted(set(manifest["migrations"]) - known):
        raise Failed(f"The archive was made by a newer version: this one does not know {newer[0]}.")
    if connection.vendor == "sqlite":
        is_empty = not Path(_sqlite_path()).exists()
    else:
        is_empty = not connection.introspection.table_names()
    if not is_empty:
        raise Failed("The database is not empty. Restore into a new one; nothing is overwritten.")
    brought = {PurePosixPath(name).parts[1] for name in manifest["members"] if name.startswith("data/")}
    if there := sorted(name for name in brought if (data / name).exists()):
        raise Failed(f"{data} holds {', '.join(there)} already. Restore into an empty folder; nothing is overwritten.")


def put_in_place(staging: Path, data: Path, manifest: dict[str, Any]) -> None:
    """Files first: a database without them would look complete."""
    if (staging / "data").is_dir():
        for path in sorted((staging / "data").iterdir()):
            if path.is_dir():
                path.chmod(0o700)
            path.rename(data / path.name)
    dump = staging / DUMPS[manifest["database"]]
    if manifest["database"] == "sqlite":
        dump.rename(_sqlite_path())
    else:
        _postgres(
            "pg_restore",
            "--exit-on-error",
            "--single-transaction",
            "--no-owner",
            "--no-privileges",
            "--no-comments",
            str(dump),
        )


def compare(manifest: dict[str, Any]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        about = _about(cursor, connection.introspection.table_names(cursor))
    for part in ("rows", "migrations", "audit_head"):
        if about[part] != manifest[part]:
            raise Failed(f"What came out is not what went in: {part} differ.")


# ---------------------------------------------------------------- the two databases


def _sqlite_path() -> str:
    from django.conf import settings

    return str(settings.DATABASES["default"]["NAME"])


def _database_files() -> list[Path]:
    from django.db import connection

    if connection.vendor != "sqlite":
        return []
    return [Path(f"{_sqlite_path()}{end}") for end in ("", "-wal", "-shm", "-journal")]


def _postgres(program: str, *arguments: str) -> None:
    """PostgreSQL's own tools with our address; the password stays out of the list of processes."""
    from django.db import connection

    (_psql, *address), env = connection.client.settings_to_cmd_args_env(connection.settings_dict, [])
    address[-1] = f"--dbname={address[-1]}"
    command = [program, *address, *arguments]
    try:
        done = subprocess.run(command, env={**os.environ, **(env or {})}, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise Failed(f"There is no {program}: install the client of your PostgreSQL (postgresql-client).") from error
    if done.returncode:
        raise Failed(f"{program}: {done.stderr.strip()}")

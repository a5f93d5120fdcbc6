"""A backup taken while people work and records are made comes back whole, on an empty machine."""

import json
import os
import subprocess
import sys
import tarfile
import threading
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings as project
from django.db import connection, transaction

from audit.operations import record
from records import authority
from records.models import Record
from records.operations import make_record
from tests import factories
from tests.records.conftest import sign_all

BASE = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(BASE / "bin"))

from archive import Failed, back_up, unpack  # noqa: E402 - bin/ holds scripts and is no package


@pytest.fixture
def at_work(flushable, settings, tmp_path, employee, manager, hr):
    """People write and a worker seals, as long as the test lasts; one record is there from the beginning."""
    authority.current()  # made once per run
    (tmp_path / "live").mkdir()
    (tmp_path / "live" / "keys").symlink_to(project.DATA_DIR / "keys")
    settings.DATA_DIR = tmp_path / "live"
    interviews = [
        sign_all(employee if n == 0 else factories.make_employee("Report", str(n)), manager, hr) for n in range(3)
    ]
    make_record(interview_id=interviews[0].pk)
    is_over = threading.Event()

    def write():
        while not is_over.is_set():
            with transaction.atomic():
                record(action="test.written", by=manager, subject=employee)
        connection.close()

    def seal():
        for interview in interviews[1:]:
            make_record(interview_id=interview.pk)
        connection.close()

    writers = [threading.Thread(target=write), threading.Thread(target=seal)]
    for writer in writers:
        writer.start()
    yield
    is_over.set()
    for writer in writers:
        writer.join()


@pytest.fixture
def empty_database(tmp_path):
    """The address of a database that holds nothing."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'restored' / 'careerconv.sqlite3'}"
        return
    to, name = connection.settings_dict, f"restored_{uuid4().hex[:8]}"
    address = f"postgresql://{quote(to['USER'])}:{quote(to['PASSWORD'])}@{to['HOST']}:{to['PORT']}"
    with psycopg.connect(f"{address}/postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
        yield f"{address}/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def restore(archive, database, data):
    env = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "another one",
        "AUDIT_KEY": project.AUDIT_KEY,
        "DATABASE_URL": database,
        "DATA_DIR": str(data),
        "CELERY_BROKER_URL": "memory://",
    }
    command = [sys.executable, BASE / "bin" / "restore", archive]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_a_backup_under_load_restores_on_an_empty_machine(at_work, empty_database, tmp_path):
    archive = back_up(tmp_path / "backups")
    assert archive.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in archive.parent.iterdir()] == [archive.name]
    with tarfile.open(archive) as tar:
        manifest = json.load(tar.extractfile("manifest.json"))
    assert manifest["rows"]["audit_entry"] > 0
    assert project.AUDIT_KEY.encode() not in archive.read_bytes()

    done = restore(archive, empty_database, tmp_path / "restored")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"The chain holds: {manifest['rows']['audit_entry']} entries, head {manifest['audit_head']}" in done.stdout
    files = manifest["rows"]["records_recordfile"]
    assert f"All {files} files of {files} records are genuine and unchanged." in done.stdout
    assert 1 <= files <= Record.objects.count()

    again = restore(archive, empty_database, tmp_path / "restored")
    assert again.returncode == 1
    assert "nothing is overwritten" in again.stderr


def test_an_archive_that_was_cut_or_changed_restores_nothing(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path / "live"
    (tmp_path / "live" / "records").mkdir(parents=True)
    (tmp_path / "live" / "records" / "a.pdf").write_bytes(b"0123456789" * 200)
    archive = back_up(tmp_path)
    whole = archive.read_bytes()
    unpack(archive, tmp_path / "whole")
    cut, changed = tmp_path / "cut.tar", tmp_path / "changed.tar"
    cut.write_bytes(whole[: whole.index(b"manifest.json")])
    changed.write_bytes(whole.replace(b"0123456789", b"0123456780", 1))
    with pytest.raises(Failed, match=r"cut off|damaged"):
        unpack(cut, tmp_path / "1")
    with pytest.raises(Failed, match=r"data/records/a\.pdf"):
        unpack(changed, tmp_path / "2")
    done = restore(changed, f"sqlite:///{tmp_path / 'new' / 'x.sqlite3'}", tmp_path / "new")
    assert done.returncode == 1
    assert list((tmp_path / "new").iterdir()) == []


def test_what_is_secret_or_made_again_stays_out(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    for name in ("secrets.env", "static/a.css", "cache/x", "broker/queue/1", "records/r/p.pdf", "keys/seal.pem"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "earlier.tar").write_text("an earlier one")
    with tarfile.open(back_up(tmp_path / "backups")) as tar:
        names = set(tar.getnames())
    assert {name for name in names if name.startswith("data/")} == {"data/records/r/p.pdf", "data/keys/seal.pem"}

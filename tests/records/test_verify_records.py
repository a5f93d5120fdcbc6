import hashlib
import json

import pytest
from django.core.management import CommandError, call_command

from records import authority, operations, storage
from records.models import RecordFile


@pytest.fixture
def stored(signed, settings, tmp_path):
    """A record on disk, alone in its folder; the keys stay those of the run."""
    authority.current()
    (tmp_path / "keys").symlink_to(settings.DATA_DIR / "keys")
    settings.DATA_DIR = tmp_path
    file = operations.make_record(interview_id=signed.pk).current_file
    return file, tmp_path / "records" / file.path


def found(capsys, exit_code=0):
    if exit_code:
        with pytest.raises(CommandError) as refused:
            call_command("verify_records", "--json")
        assert refused.value.returncode == exit_code
    else:
        call_command("verify_records", "--json")
    return json.loads(capsys.readouterr().out)


def test_all_is_well(stored, capsys):
    assert found(capsys) == {"records": 1, "files": 1, "damaged": [], "files_without_row": 0}
    call_command("verify_records")
    assert capsys.readouterr().out == "All 1 files of 1 records are genuine and unchanged.\n"


def test_one_changed_byte_is_found(stored, capsys):
    file, path = stored
    sealed = bytearray(path.read_bytes())
    sealed[len(sealed) // 2] ^= 1
    path.write_bytes(sealed)
    [damaged] = found(capsys, exit_code=1)["damaged"]
    assert damaged["record"] == str(file.record_id)
    assert "changed on disk" in damaged["reason"]


def test_a_missing_file_is_found(stored, capsys):
    stored[1].unlink()
    [damaged] = found(capsys, exit_code=1)["damaged"]
    assert "missing" in damaged["reason"]


def test_a_file_that_fits_its_row_but_bears_no_seal_is_found(stored, unsealed, capsys):
    file = stored[0]
    path = storage.write(unsealed, folder=str(file.record.interview_id), name="record-2.pdf")
    RecordFile.objects.create(
        record=file.record,
        sequence=2,
        sha256=hashlib.sha256(unsealed).hexdigest(),
        path=path,
        made_at=file.made_at,
        audit_head=file.audit_head,
    )
    [damaged] = found(capsys, exit_code=1)["damaged"]
    assert damaged["file"] == path
    assert "seal" in damaged["reason"]


def test_a_file_without_a_row_is_told_and_harms_nobody(stored, capsys):
    stored[1].with_name("record-left-over.pdf").write_bytes(b"%PDF-1.7")
    assert found(capsys)["files_without_row"] == 1

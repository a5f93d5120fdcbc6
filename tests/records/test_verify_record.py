import json

import pytest
from django.core.management import call_command

from records import storage


def run(path, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("verify_record", str(path), "--json")
    return ended.value.code, json.loads(capsys.readouterr().out)


def test_verify_record_of_a_genuine_file(record, path_of, capsys):
    code, answer = run(path_of(record), capsys)
    assert code == 0
    assert answer["status"] == "genuine"
    assert answer["content_sha256"] == record.content_sha256
    assert answer["sealed_at"]


def test_verify_record_of_an_altered_file(record, tmp_path, capsys):
    path = tmp_path / "altered.pdf"
    path.write_bytes(storage.read(record.current_file) + b"%")
    assert run(path, capsys)[0] == 1


@pytest.mark.django_db
def test_verify_record_of_a_file_of_others(sealed, tmp_path, capsys):
    path = tmp_path / "other.pdf"
    path.write_bytes(sealed)
    code, answer = run(path, capsys)
    assert (code, answer["status"]) == (1, "foreign")


@pytest.mark.django_db
def test_verify_record_of_something_else(tmp_path, capsys):
    path = tmp_path / "text.txt"
    path.write_text("no PDF")
    assert run(path, capsys)[0] == 2
    assert run(tmp_path / "missing.pdf", capsys)[0] == 2


def test_verify_record_speaks_to_people_too(record, path_of, capsys):
    with pytest.raises(SystemExit):
        call_command("verify_record", str(path_of(record)))
    assert capsys.readouterr().out.startswith("genuine: The seal is ours")

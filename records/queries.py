"""Reads of records: whether a file is known here, and the register."""

from collections.abc import Iterator
from dataclasses import replace

from django.db.models import QuerySet

from people.models import Employee
from records import authority, storage
from records.models import Record, RecordFile
from records.verify import Verdict, verify, verify_in_child


def judge(pdf: bytes) -> Verdict:
    """Whether a file is genuine, unchanged and known here. It is read in a child process and kept nowhere."""
    verdict = verify_in_child(pdf)
    if verdict.status == "genuine":
        if RecordFile.objects.filter(sha256=verdict.file_sha256).exists():
            return replace(verdict, finding="known")
        return replace(verdict, status="foreign", finding="unlisted")
    content = verdict.content_sha256
    if verdict.status == "foreign" and content and Record.objects.filter(content_sha256=content).exists():
        return replace(verdict, status="altered", finding="seal_removed")
    return verdict


def register(user: Employee) -> QuerySet[Record]:
    """The records that this person may see, newest first, with what a line of the register shows."""
    return Record.objects.visible_to(user).select_related("interview__employee", "interview__interviewer")


def damage() -> Iterator[tuple[RecordFile, str]]:
    """Every stored file that is not what was sealed, and why: read from disk, compared with its row and its seal."""
    roots = authority.trusted_roots()
    for file in RecordFile.objects.select_related("record").order_by("record", "sequence").iterator(chunk_size=500):
        try:
            verdict = verify(storage.read(file), roots)
        except storage.Damaged as damaged:
            yield file, str(damaged)
            continue
        if verdict.status != "genuine":
            yield file, verdict.reason
        elif file.addendum_id is None and verdict.content_sha256 != file.record.content_sha256:
            yield file, f"record file {file.pk} holds another content than its record"


def files_without_row() -> list[str]:
    """What lies on disk and is no record: made after the moment of a backup, or left by a worker that was killed."""
    known = set(RecordFile.objects.values_list("path", flat=True))
    return sorted(set(storage.every_path()) - known)

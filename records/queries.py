"""Reads of records: whether a file is known here, and the register."""

from dataclasses import replace

from django.db.models import QuerySet

from people.models import Employee
from records.models import Record, RecordFile
from records.verify import Verdict, verify_in_child


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

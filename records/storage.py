"""The files of records on disk: written once, compared with their row whenever they are read."""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

from records.models import RecordFile


class Damaged(Exception):  # noqa: N818 - the word for what happened to the file
    """What lies on disk is not what was sealed. It is handed to nobody."""


def write(pdf: bytes, *, folder: str, name: str) -> str:
    """Keep a file whole or not at all; gives back its path below the records' folder."""
    path = f"{folder}/{name}"
    target = _absolute(path)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, unfinished = tempfile.mkstemp(dir=target.parent, suffix=".part")  # 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pdf)
            file.flush()
            os.fsync(file.fileno())
        Path(unfinished).replace(target)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
    return path


def discard(path: str) -> None:
    """Remove a file that got no row."""
    _absolute(path).unlink(missing_ok=True)


def read(file: RecordFile) -> bytes:
    try:
        pdf = _absolute(file.path).read_bytes()
    except FileNotFoundError as error:
        message = f"record file {file.pk} is missing"
        raise Damaged(message) from error
    if hashlib.sha256(pdf).hexdigest() != file.sha256:
        message = f"record file {file.pk} was changed on disk"
        raise Damaged(message)
    return pdf


def every_path() -> list[str]:
    """What lies on disk, known or not, as paths below the records' folder."""
    folder = _absolute("")
    return [str(path.relative_to(folder)) for path in folder.glob("*/*.pdf")]


def _absolute(path: str) -> Path:
    return Path(settings.DATA_DIR) / "records" / path

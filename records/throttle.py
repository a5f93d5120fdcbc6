"""Limits for the public check of a file: reading a PDF costs a process of its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest

from people.throttling import Limit, Throttled, network_of, pay

FILES = Limit("files to check", 30, 10 * 60)
AT_ONCE, PATIENCE = 2, 15

_places = threading.BoundedSemaphore(AT_ONCE)


class Busy(Exception):  # noqa: N818 - the word that the page uses
    """Too many files from one network, or at one moment."""


@contextmanager
def one_of_few(request: HttpRequest) -> Iterator[None]:
    """Run the body as one of few in this process, and as one of not too many from this network."""
    try:
        pay((FILES, network_of(request)))
    except Throttled as wait:
        raise Busy from wait
    if not _places.acquire(timeout=PATIENCE):
        raise Busy
    try:
        yield
    finally:
        _places.release()

"""Limits for the public check of a file: reading a PDF costs a process of its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

FILES, WINDOW = 30, 10 * 60
AT_ONCE, PATIENCE = 2, 15

_places = threading.BoundedSemaphore(AT_ONCE)


class Busy(Exception):  # noqa: N818 - the word that the page uses
    """Too many files from one network, or at one moment."""


@contextmanager
def one_of_few(request: HttpRequest) -> Iterator[None]:
    """Run the body as one of few in this process, and as one of not too many from this network."""
    key = f"verify-tries:{get_adapter().get_client_ip(request)}"
    cache.add(key, 0, WINDOW)
    if cache.incr(key) > FILES or not _places.acquire(timeout=PATIENCE):
        raise Busy
    try:
        yield
    finally:
        _places.release()

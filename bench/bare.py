"""The least a page can cost here: the same server and middleware, one query by primary key, one small template."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from bench.load import ASKS, TELLS
from people.models import Department


@login_not_required
def bare(request: HttpRequest, pk: UUID) -> HttpResponse:
    return render(request, "bench/bare.html", {"department": get_object_or_404(Department, pk=pk)})


def queries_told(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Counts only where it is asked to, so that what is timed is not counted."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if ASKS not in request.headers:
            return get_response(request)
        count = 0

        def counting(execute: Callable[..., Any], *args: Any) -> Any:
            nonlocal count
            count += 1
            return execute(*args)

        with ExitStack() as stack:
            for connection in connections.all():
                stack.enter_context(connection.execute_wrapper(counting))
            response = get_response(request)
        response[TELLS] = str(count)
        return response

    return middleware

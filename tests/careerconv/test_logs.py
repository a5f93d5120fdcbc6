"""A line for each request and task: enough to find a fault, nothing of what anybody wrote."""

import io
import json
import logging
import logging.config
import re
from pathlib import Path
from uuid import uuid4

import pytest
from celery import shared_task
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import path

from careerconv import logs, urls
from people.logs import Discreet, HideTokens, RefusalsAreNoErrors
from people.operations import issue_welcome_link

SECRET = "Zwischen uns gesagt 8517"


def broken(request):
    try:
        int(request.POST["text"])
    except ValueError as error:
        raise RuntimeError(f"cannot take {request.POST['text']}") from error


def refused(request):
    raise PermissionDenied(SECRET)


urlpatterns = [path("broken/", broken), path("refused/", refused), *urls.urlpatterns]


@pytest.fixture
def lines(request):
    """What the process writes, as it is configured in the container."""
    root, before = logging.getLogger(), logging.getLogger().handlers[:]
    stream = io.StringIO()
    configuration = logs.configuration(form=getattr(request, "param", "json"), level="INFO")
    configuration["handlers"]["stderr"]["stream"] = stream
    logging.config.dictConfig(configuration)

    def read():
        text = stream.getvalue()
        assert SECRET not in text
        stream.seek(0)
        stream.truncate()
        return [json.loads(line) for line in text.splitlines()] if text.startswith("{") else text

    yield read
    logging.config.dictConfig(settings.LOGGING)
    root.handlers[:] = before


@pytest.fixture
def quiet_client(settings):
    """A browser whose server answers 500 as a real one does."""
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


def test_a_request_is_told_by_its_route_its_person_and_a_number(employee, sign_in, lines):
    response = sign_in(employee).get(f"/people/{employee.pk}/?q={SECRET}")
    [line] = lines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line.pop("time"))
    assert 0 <= line.pop("ms") < 60_000
    assert line == {
        "level": "INFO",
        "logger": "careerconv.access",
        "message": "GET /people/<uuid:pk>/ 200",
        "request": response["X-Request-ID"],
        "method": "GET",
        "route": "/people/<uuid:pk>/",
        "id": str(employee.pk),
        "status": 200,
        "person": str(employee.pk),
    }


def test_missing_and_refused_pages_leave_one_line_and_no_traceback(quiet_client, employee, lines):
    quiet_client.force_login(employee)
    lines()
    assert quiet_client.get(f"/interviews/{uuid4()}/").status_code == 404
    assert quiet_client.get(f"/{SECRET}/").status_code == 404
    assert quiet_client.get("/refused/").status_code == 403
    told = lines()
    assert [(line["route"], line["status"]) for line in told] == [
        ("/interviews/<uuid:pk>/", 404),
        ("unknown", 404),
        ("/refused/", 403),
    ]
    assert not any("trace" in line for line in told)


def test_an_error_is_told_by_its_type_and_place_but_not_by_its_text(quiet_client, employee, lines):
    quiet_client.force_login(employee)
    lines()
    assert quiet_client.post("/broken/", {"text": SECRET}).status_code == 500
    error, access = lines()
    assert (error["level"], error["message"], error["error"]) == (
        "ERROR",
        "Internal Server Error: /broken/",
        "RuntimeError",
    )
    assert "because of ValueError" in error["trace"]
    assert re.fullmatch(r"tests/careerconv/test_logs\.py:\d+ broken", error["trace"][-1])
    assert access["status"] == 500
    assert error["request"] == access["request"]


@pytest.mark.parametrize("lines", ["json", "line"], indirect=True)
def test_no_token_of_a_link_is_told(employee, quiet_client, lines):
    with transaction.atomic():
        token, _link = issue_welcome_link(person=employee)
    lines()
    quiet_client.get(f"/welcome/{token}/?next={token}")
    quiet_client.get(f"/accounts/password/reset/key/abc-{token}/")
    logging.getLogger("gunicorn.error").warning("Error handling request %s", f"/welcome/{token}/")
    logging.getLogger("gunicorn.access").info("GET %s", f"/welcome/{token}/")
    try:
        Path(f"/nowhere/welcome/{token}/").read_text()
    except OSError:
        logging.getLogger("x").exception("it failed at /welcome/%s/", token)
    told = str(lines())
    assert "welcome/" in told
    assert "it failed" in told
    assert token not in told


def test_probes_that_find_all_well_are_not_told(client, lines, db):
    client.get("/healthz")
    assert lines() == ""
    assert client.get("/static/nothing.css").status_code == 404
    assert [line["route"] for line in lines()] == ["static"]


def test_a_constraint_that_refused_a_row_is_named(employee, lines):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE people_employee SET id = NULL, job_title = %s", [SECRET])
    except DatabaseError:
        logging.getLogger("x").exception("it failed")
    [line] = lines()
    assert line["error"] == "django.db.utils.IntegrityError"
    assert line["trace"][-1]


@shared_task(name="tests.fails")
def failing_task():
    logging.getLogger("x").info("at work")
    raise ValueError(SECRET)


def test_a_task_is_told_by_its_name_and_number_and_its_error_by_type(lines):
    done = failing_task.apply()
    assert done.failed()
    at_work, failed = lines()
    assert (at_work["task"], at_work["task_id"]) == ("tests.fails", done.id)
    assert failed["message"] == f"Task tests.fails[{done.id}] raised unexpected"
    assert failed["error"] == "ValueError"
    logging.getLogger("x").info("after it")
    assert "task" not in lines()[0]


def test_celery_leaves_the_handlers_as_they_are(lines):
    from celery.signals import setup_logging

    assert setup_logging.send(sender=None)  # somebody feels responsible, so Celery does nothing of its own
    [handler] = logging.getLogger().handlers
    assert isinstance(handler.formatter, Discreet)
    assert {type(each) for each in handler.filters} == {HideTokens, RefusalsAreNoErrors}

"""What the container files say must be true of the code: no engine runs here, so they are read."""

import importlib.util
import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

BASE = Path(__file__).resolve().parent.parent
COMPOSE = yaml.safe_load((BASE / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {"web", "worker", "beat", "migrate", "backup"}
DOCKERFILE = (BASE / "Dockerfile").read_text()
EXAMPLE = set(re.findall(r"^#?([A-Z_0-9]+)=", (BASE / ".env.example").read_text(), re.MULTILINE))


def gunicorn():
    spec = importlib.util.spec_from_file_location("gunicorn_settings", BASE / "deploy" / "gunicorn.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_services_are_those_of_an_installation():
    assert set(SERVICES) == OURS | {"proxy", "db", "redis"}
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"proxy"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_is_locked_down_and_of_a_pinned_version(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert "privileged" not in service
    if name not in OURS:
        assert re.search(r":\d+\.\d+", service["image"]), service["image"]
    if name in {"migrate", "backup"}:
        assert service["restart"] == "no"
    else:
        assert "healthcheck" in service or "HEALTHCHECK" in DOCKERFILE


def test_every_command_is_there():
    from careerconv.celery import app

    for name in OURS:
        command = SERVICES[name]["command"]
        program, rest = command[0], command[1:]
        if program == "gunicorn":
            assert (BASE / rest[1]).is_file()
            assert gunicorn().wsgi_app == "careerconv.wsgi"
        elif program == "celery":
            assert f"--app={app.main}" in rest
            assert {"worker", "beat"} & set(rest) == {name}
        elif program == "python":
            assert (BASE / rest[0]).is_file()
        else:
            assert os.access(BASE / program, os.X_OK), program
    assert SERVICES["web"]["command"] == CMD_OF_IMAGE


(CMD,) = re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
CMD_OF_IMAGE = yaml.safe_load(CMD)


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_setting_exists_and_every_secret_is_handed_over(name):
    service = SERVICES[name]
    of_image = set(re.findall(r"^\s+(?:PATH=\S+ )?([A-Z_]+)=\S+ ?\\?$", DOCKERFILE, re.MULTILINE))
    assert {"DATA_DIR", "STATIC_ROOT", "LOG_FORMAT", "BIND"} <= of_image
    assert {"DATA_DIR", "STATIC_ROOT", "LOG_FORMAT", "BIND"} <= EXAMPLE
    for setting, value in service["environment"].items():
        assert setting.removesuffix("_FILE") in EXAMPLE, setting
        if setting.endswith("_FILE"):
            assert value.removeprefix("/run/secrets/") in service["secrets"], setting
        else:
            assert not re.search(r"SECRET|KEY|PASSWORD|_URL$", setting) or setting in {"SITE_URL", "TIMESTAMP_URL"}
    # Only migrations and backups hold the key to the tables themselves.
    assert ("database_owner_url" in service["secrets"]) == (name in {"migrate", "backup"})


def test_every_secret_is_declared_made_and_used(tmp_path):
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", ())}
    assert used == set(COMPOSE["secrets"])
    subprocess.run(
        [BASE / "deploy" / "make-secrets", tmp_path / "secrets"],
        env={"PATH": os.environ["PATH"], "EMAIL_URL": "smtp+tls://u:p@mail.example.org"},
        check=True,
        capture_output=True,
    )
    made = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert set(made) == used
    assert {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()} == used
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert made["app_password"].strip() in made["database_url"]
    assert made["owner_password"].strip() in made["database_owner_url"]
    assert made["redis_password"].strip() in made["broker_url"]
    assert len({made[name] for name in ("secret_key", "audit_key", "owner_password", "app_password")}) == 4


def test_the_broker_and_the_database_are_reached_by_nobody_outside():
    assert COMPOSE["networks"]["inside"]["internal"] is True
    for name in ("db", "redis"):
        assert SERVICES[name]["networks"] == ["inside"]
    assert SERVICES["proxy"]["networks"] == ["front"]


def test_nothing_starts_before_what_it_needs():
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert SERVICES["migrate"]["depends_on"]["db"]["condition"] == "service_healthy"
    assert SERVICES["proxy"]["depends_on"]["web"]["condition"] == "service_healthy"


def test_the_image_runs_as_nobody_special_and_holds_no_secret():
    assert re.search(r"^USER 10001:10001$", DOCKERFILE, re.MULTILINE)
    assert DOCKERFILE.index("\nUSER ") < DOCKERFILE.index("\nCMD ")
    assert "--require-hashes" in DOCKERFILE
    assert re.search(r"^ARG PYTHON_IMAGE=python:\d+\.\d+\.\d+-", DOCKERFILE, re.MULTILINE)
    ignored = (BASE / ".dockerignore").read_text().splitlines()
    assert ignored[1] == "*"  # what is not named stays out
    allowed = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert not allowed & {".env", "var", ".git", "backups", "tests"}
    assert "deploy/secrets" in ignored
    apps = {path.parent.name for path in BASE.glob("*/apps.py")}
    assert apps <= allowed


def test_gunicorn_writes_no_address():
    settings = gunicorn()
    assert settings.accesslog is None
    assert settings.logconfig_dict["loggers"]["gunicorn.access"]["level"] == "CRITICAL"
    assert settings.max_requests_jitter

"""The Celery application. The database keeps the time; Celery only carries the work."""

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import beat_init, before_task_publish, setup_logging, task_postrun, task_prerun
from django.conf import settings
from django.utils.log import configure_logging

from careerconv import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careerconv.settings")

app = Celery("careerconv")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def make_broker_folders() -> None:
    """Where there is no Redis, the bell rings through files."""
    for folder in ("data_folder_in", "control_folder"):
        if path := settings.CELERY_BROKER_TRANSPORT_OPTIONS.get(folder):
            Path(str(path)).mkdir(parents=True, exist_ok=True)


def log_as_the_pages_do(**_: Any) -> None:
    """Celery's own handlers would pass by the filters that keep tokens and content out."""
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)


def carry_task(task_id: str, task: Any, **_: Any) -> None:
    logs.carry({"task": task.name, "task_id": task_id})


def carry_nothing(**_: Any) -> None:
    logs.carry(None)


def watch_beat(sender: Any, **_: Any) -> None:
    """Touch a file beside beat's own each time it rings: what that one's date tells differs from system to system."""
    rang = Path(f"{sender.schedule_filename}.rang")

    def touch(**_: Any) -> None:
        rang.touch()

    before_task_publish.connect(touch, weak=False)


beat_init.connect(watch_beat)
setup_logging.connect(log_as_the_pages_do)
task_prerun.connect(carry_task)
task_postrun.connect(carry_nothing)

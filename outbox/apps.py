from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class OutboxConfig(AppConfig):
    name = "outbox"

    def ready(self) -> None:
        # Every app that has something to send says so in its own mails.py, and in its reminders.py.
        autodiscover_modules("mails", "reminders")

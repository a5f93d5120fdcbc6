from django.apps import AppConfig
from django.db.backends.signals import connection_created

from people.folding import teach_sqlite


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self) -> None:
        connection_created.connect(teach_sqlite, dispatch_uid="people.folding")

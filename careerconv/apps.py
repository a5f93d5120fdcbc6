from django.apps import AppConfig

from careerconv.celery import make_broker_folders


class CareerConvConfig(AppConfig):
    name = "careerconv"

    def ready(self) -> None:
        make_broker_folders()

from django.apps import AppConfig


class CareerConvConfig(AppConfig):
    name = "careerconv"

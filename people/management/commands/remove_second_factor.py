from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from people.operations import remove_second_factor_of
from people.policy import Refused


class Command(BaseCommand):
    help = "Remove the lost second factor of somebody, end their sessions and tell them by mail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            person = remove_second_factor_of(email=options["email"])
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{person.email} signs in with the password alone until a new second factor is set up.")

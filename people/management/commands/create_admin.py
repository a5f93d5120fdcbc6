from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from people.mails import address
from people.operations import create_administrator
from people.operations.accounts import WELCOME_LASTS
from people.policy import Refused


class Command(BaseCommand):
    help = "Make somebody an administrator and print a link, for one use, to choose a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"].strip())
            person, token = create_administrator(email=options["email"])
        except ValidationError as error:
            raise CommandError(f"{options['email']}: {error.messages[0]}") from error
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{person.email} is an administrator. This link works once, for {WELCOME_LASTS.days} days:")
        self.stdout.write(address("people:welcome", token=token))

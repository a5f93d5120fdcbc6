from typing import Any

from django.core.management.base import BaseCommand, CommandError

from careerconv.demo import loading
from people.policy import Refused


class Command(BaseCommand):
    help = "Make the demonstration organisation, with a year of history. Refuses a database that has other people."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = loading.load()
        except Refused as refused:
            # bin/run knows this code: not a fault, but no demonstration either.
            raise CommandError(str(refused), returncode=3) from refused
        if not made:
            self.stdout.write("The demonstration is here already. Nothing was changed.")
            return
        said = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in loading.counts().items() if number)
        self.stdout.write(f"{loading.NAME} is ready: {said}.")
        for email in loading.ACCOUNTS:
            self.stdout.write(f"  {email}  password: {loading.PASSWORD}")

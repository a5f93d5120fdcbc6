import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from careerconv.generating import loading
from people.policy import Refused


class Command(BaseCommand):
    help = "Invent an organisation with years of history, for the bench. Refuses a database that has people."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--employees", type=int, required=True, help="how many people")
        parser.add_argument("--years", type=int, default=3, help="how many yearly rounds, the running one included")
        parser.add_argument("--seed", type=int, default=1, help="the same seed on the same day: the same data")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        try:
            written = loading.generate(
                employees=options["employees"], years=options["years"], seed=options["seed"], say=self.stdout.write
            )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        for table, rows in written.items():
            self.stdout.write(f"{rows:>12,}  {table}")
        self.stdout.write(f"{sum(written.values()):>12,}  rows in {time.monotonic() - began:.1f} seconds")
        for email in loading.ACCOUNTS:
            self.stdout.write(f"  {email}  password: {loading.PASSWORD}")

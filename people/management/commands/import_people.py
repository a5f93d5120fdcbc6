import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from people.importing import Plan, plan_import
from people.operations import apply_import
from people.policy import Refused

COUNTS = ("added", "changed", "unchanged", "deactivated")


class Command(BaseCommand):
    help = "Bring in people from the CSV export of an HR system. With an error in any row nothing is applied."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        try:
            if options["dry_run"]:
                plan = plan_import(content=content, by=None, now=timezone.now())
            else:
                plan = apply_import(by=None, content=content)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        if options["json"]:
            self.stdout.write(json.dumps(plan.as_dict(), ensure_ascii=False, indent=2))
        else:
            self._tell(plan)
        if plan.errors:
            raise CommandError("Nothing of the file was applied.", returncode=1)

    def _tell(self, plan: Plan) -> None:
        counts = plan.as_dict()
        self.stdout.write(", ".join(f"{counts[name]} {name}" for name in COUNTS))
        for kind, problems in (("warning", plan.warnings), ("error", plan.errors)):
            for problem in problems:
                where = f"line {problem.line}" + (f", {problem.field}" if problem.field else "")
                self.stdout.write(f"{kind}: {where}: {problem.message}")

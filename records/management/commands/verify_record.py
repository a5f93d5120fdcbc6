import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from records.queries import judge
from records.verify import LARGEST

EXIT = {"genuine": 0, "altered": 1, "foreign": 1, "unreadable": 2}


class Command(BaseCommand):
    help = "Say whether a PDF is a record of this installation: exit 0 genuine, 1 altered or not ours, 2 not readable."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with Path(options["file"]).open("rb") as file:
                verdict = judge(file.read(LARGEST + 1))
        except OSError as error:
            self._print(options, {"status": "unreadable", "reason": str(error.strerror)})
            sys.exit(EXIT["unreadable"])
        self._print(
            options,
            {
                "status": verdict.status,
                "finding": verdict.finding,
                "reason": verdict.reason,
                "sealed_at": verdict.sealed_at.isoformat() if verdict.sealed_at else None,
                "content_sha256": verdict.content_sha256,
                "file_sha256": verdict.file_sha256,
            },
        )
        sys.exit(EXIT[verdict.status])

    def _print(self, options: dict[str, Any], answer: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(answer))
            return
        self.stdout.write(f"{answer['status']}: {answer['reason']}")
        if answer.get("sealed_at"):
            self.stdout.write(f"sealed at {answer['sealed_at']}")

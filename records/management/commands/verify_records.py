import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from records.models import Record, RecordFile
from records.queries import damage, files_without_row


class Command(BaseCommand):
    help = "Check every stored record against its row and its seal: exit 0 when all are genuine, 1 when one is not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        records, files = Record.objects.count(), RecordFile.objects.count()
        damaged = [{"file": file.path, "record": str(file.record_id), "reason": reason} for file, reason in damage()]
        spare = files_without_row()
        if options["json"]:
            found = {"records": records, "files": files, "damaged": damaged, "files_without_row": len(spare)}
            self.stdout.write(json.dumps(found))
        else:
            for one in damaged:
                self.stdout.write(f"{one['file']}: {one['reason']}")
            if spare:
                self.stdout.write(f"{len(spare)} files have no row: made during a backup, or by a killed worker.")
        if damaged:
            raise CommandError(f"{len(damaged)} of {files} stored files are not as they were sealed.", returncode=1)
        if not options["json"]:
            self.stdout.write(f"All {files} files of {records} records are genuine and unchanged.")

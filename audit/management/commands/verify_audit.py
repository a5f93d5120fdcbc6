from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit import operations


class Command(BaseCommand):
    help = "Walk the audit chain: exit 0 when it holds, 1 when an entry was changed, removed or added."

    def handle(self, *args: Any, **options: Any) -> None:
        finding = operations.verify()
        if finding.broken_at is not None:
            message = f"The chain breaks at entry {finding.broken_at}: {finding.reason}."
            raise CommandError(message, returncode=1)
        self.stdout.write(f"The chain holds: {finding.entries} entries, head {finding.entries}:{finding.head}")

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from interviews import template_files
from interviews.operations.templates import import_template, install_shipped, publish_template
from interviews.questions import BadTemplate
from people.policy import Refused


class Command(BaseCommand):
    help = "Import an interview template from a YAML file and publish it as the next version if it has changed."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("file", type=Path, metavar="FILE", nargs="?")
        what.add_argument("--shipped", action="store_true", help="publish those that come with the product instead")
        parser.add_argument("--draft", action="store_true", help="leave it unpublished")

    def handle(self, *args: Any, file: Path | None, draft: bool, **options: Any) -> None:
        if file is None:
            for published in install_shipped(by=None):
                self.stdout.write(f"{published.template.slug}: version {published.number}")
            return
        try:
            with file.open("rb") as source:
                content = template_files.read(source.read(template_files.LARGEST + 1))
            template = import_template(by=None, content=content)
            version = None if draft else publish_template(by=None, template=template)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except (BadTemplate, Refused) as error:
            raise CommandError(f"{file}: {error}") from error
        self.stdout.write(f"{template.slug}: {f'version {version.number}' if version else 'draft'}")

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from interviews import template_files
from interviews.models import Template


class Command(BaseCommand):
    help = "Write a template's latest published version as YAML (its draft, where nothing was published yet)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", metavar="SLUG")
        parser.add_argument("--draft", action="store_true", help="write the draft instead")

    def handle(self, *args: Any, slug: str, draft: bool, **options: Any) -> None:
        template = Template.objects.filter(slug=slug).first()
        if template is None:
            raise CommandError(f"There is no template “{slug}”.")
        version = None if draft else template.versions.order_by("-number").first()
        self.stdout.write(template_files.write(version.content if version else template.draft), ending="")

"""Templates come in as drafts and are published as numbered versions; a version never changes again."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import operations as audit
from interviews import template_files
from interviews.models import Template, TemplateVersion
from interviews.questions import BadTemplate, Questions
from people.models import Employee
from people.policy import Refused, require


def import_template(*, by: Employee | None, content: dict[str, Any], now: datetime | None = None) -> Template:
    """Take a template's content as its draft. The slug says which template it is; `by` is None for the command."""
    now = now or timezone.now()
    try:
        slug = Questions.from_content(content).slug
    except BadTemplate as error:
        raise Refused(str(error)) from error
    with transaction.atomic():
        _may_publish(by)
        template, created = Template.objects.select_for_update().get_or_create(slug=slug, defaults={"draft": content})
        _still_used(template)
        if not created and template_files.same(template.draft, content):
            return template
        template.draft = content
        template.save(update_fields=["draft"])
        audit.record(action="template.imported", by=by, subject=template, at=now)
    return template


def install_shipped(*, by: Employee | None, now: datetime | None = None) -> list[TemplateVersion]:
    """Publish the templates that come with the product. One that is here already stays as the organisation has it."""
    now = now or timezone.now()
    with transaction.atomic():
        _may_publish(by)
        known = set(Template.objects.select_for_update().values_list("slug", flat=True))
        contents = [template_files.read(path.read_bytes()) for path in template_files.shipped(without=known)]
        templates = [import_template(by=by, content=content, now=now) for content in contents]
        return [publish_template(by=by, template=template, now=now) for template in templates]


def publish_template(*, by: Employee | None, template: Template, now: datetime | None = None) -> TemplateVersion:
    """Make the draft the next version, or give back the last one when nothing has changed since."""
    now = now or timezone.now()
    with transaction.atomic():
        template = Template.objects.select_for_update().get(pk=template.pk)
        _may_publish(by)
        _still_used(template)
        last: TemplateVersion | None = template.versions.order_by("-number").first()
        if last is not None and template_files.same(last.content, template.draft):
            return last
        try:
            Questions.from_content(template.draft)
        except BadTemplate as error:
            raise Refused(str(error)) from error
        version = TemplateVersion.objects.create(
            template=template,
            number=last.number + 1 if last else 1,
            content=template.draft,
            published_at=now,
            published_by=by,
        )
        audit.record(action="template.published", by=by, subject=version, at=now, number=version.number)
    return version


def retire_template(*, by: Employee, template: Template, now: datetime | None = None) -> Template:
    """No new cycle starts with it; interviews that have it keep it."""
    now = now or timezone.now()
    with transaction.atomic():
        template = Template.objects.select_for_update().get(pk=template.pk)
        _may_publish(by)
        if template.retired_at is None:
            template.retired_at = now
            template.save(update_fields=["retired_at"])
            audit.record(action="template.retired", by=by, subject=template, at=now)
    return template


def _may_publish(by: Employee | None) -> None:
    if by is not None:
        require(by, "template.publish")


def _still_used(template: Template) -> None:
    if template.retired_at is not None:
        raise Refused(_("This template is retired. Nothing was changed. Give the new one a slug of its own."))

"""HR looks at templates, brings them in, publishes and retires them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from interviews import template_files
from interviews.comparing import differences
from interviews.forms.cycles import TemplateFileForm
from interviews.models import Template, TemplateVersion
from interviews.operations import import_template, install_shipped, publish_template, retire_template
from interviews.queries.cycles import templates_for
from interviews.questions import Questions
from people.policy import Refused, can
from people.requests import SignedInRequest


def _template(request: SignedInRequest, pk: UUID) -> Template:
    if not can(request.user, "template.publish"):
        raise PermissionDenied
    return get_object_or_404(Template.objects.visible_to(request.user).prefetch_related("versions"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def templates(request: SignedInRequest) -> HttpResponse:
    """The list, and a file brought in as a draft."""
    if not can(request.user, "template.publish"):
        raise PermissionDenied
    form = TemplateFileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        try:
            template = import_template(by=request.user, content=form.cleaned_data["file"])
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            messages.success(request, _("The file is in as a draft. Look at it, then publish it."))
            return redirect("interviews:template", pk=template.pk)
    sheets = [Sheet(template) for template in templates_for(request.user)]
    missing = template_files.shipped(without={sheet.template.slug for sheet in sheets})
    context = {"form": form, "templates": sheets, "missing": len(missing)}
    return render(request, "interviews/templates.html", context, status=422 if form.is_bound else 200)


@require_POST
def templates_shipped(request: SignedInRequest) -> HttpResponse:
    """Publish those that come with the product and are not here."""
    if not can(request.user, "template.publish"):
        raise PermissionDenied
    count = len(install_shipped(by=request.user))
    text = ngettext("%(count)s template is published.", "%(count)s templates are published.", count)
    messages.success(request, text % {"count": count} if count else _("All of them are here already."))
    return redirect("interviews:templates")


class Sheet:
    """A template as a page shows it: its latest version, or its draft where nothing is published yet."""

    def __init__(self, template: Template, number: int | None = None, *, draft: bool = False) -> None:
        self.template = template
        self.versions: list[TemplateVersion] = list(template.versions.all())
        self.latest = self.versions[0] if self.versions else None
        wanted = [version for version in self.versions if version.number == number] if number else self.versions[:1]
        self.version = None if draft or not wanted else wanted[0]
        self.is_draft = self.version is None
        self.questions = self.version.questions if self.version else Questions.from_content(template.draft)
        self.count = len(list(self.questions))
        self.differs = self.latest is None or not template_files.same(self.latest.content, template.draft)
        self.may_compare = len(self.versions) + self.differs > 1


@require_safe
def template(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One template as the employee or the interviewer will see it: `?as=`, `?version=` (a number, or draft)."""
    found, wanted = _template(request, pk), request.GET.get("version", "")
    sheet = Sheet(found, int(wanted) if wanted.isdecimal() and len(wanted) < 6 else None, draft=wanted == "draft")
    if wanted.isdecimal() and (sheet.version is None or str(sheet.version.number) != wanted):
        raise Http404
    side = "interviewer" if request.GET.get("as") == "interviewer" else "employee"
    sections = [
        (section, [(question, question.text_for(side), question.asked_of(side)) for question in section.questions])
        for section in sheet.questions.sections
    ]
    return render(request, "interviews/template.html", {"sheet": sheet, "side": side, "sections": sections})


@require_safe
def template_compare(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Two of its versions, or one and the draft: `?from=` and `?to=`; without them what was changed last."""
    found = _template(request, pk)
    contents: dict[str, Any] = {str(version.number): version.content for version in reversed(found.versions.all())}
    if not contents or not template_files.same(list(contents.values())[-1], found.draft):
        contents["draft"] = found.draft
    names = list(contents)
    before, after = (
        request.GET.get("from", names[-2] if len(names) > 1 else names[-1]),
        request.GET.get("to", names[-1]),
    )
    if before not in contents or after not in contents:
        raise Http404
    one, other = (Questions.from_content(contents[name]) for name in (before, after))
    context = {
        "template": found,
        "questions": other,
        "names": names,
        "before": before,
        "after": after,
        "differences": differences(one, other),
    }
    return render(request, "interviews/template_compare.html", context)


@require_safe
def template_file(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The template as YAML; what comes out can be brought in again."""
    sheet = Sheet(_template(request, pk), draft=request.GET.get("version") == "draft")
    content = sheet.version.content if sheet.version else sheet.template.draft
    response = HttpResponse(template_files.write(content), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{sheet.template.slug}.yaml"'
    return response


@require_POST
def template_publish(request: SignedInRequest, pk: UUID) -> HttpResponse:
    try:
        version = publish_template(by=request.user, template=_template(request, pk))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Version %(number)s is published.") % {"number": version.number})
    return redirect("interviews:template", pk=pk)


@require_POST
def template_retire(request: SignedInRequest, pk: UUID) -> HttpResponse:
    retire_template(by=request.user, template=_template(request, pk))
    messages.success(request, _("The template is retired. Conversations that have it keep it."))
    return redirect("interviews:template", pk=pk)

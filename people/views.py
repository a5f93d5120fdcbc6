from uuid import UUID

from django.conf import settings as project
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outbox.kinds import optional_kinds
from outbox.models import Preference
from people import operations, queries
from people.forms import (
    AccountForm,
    DepartmentForm,
    ImportForm,
    LeaveForm,
    MailPreferencesForm,
    OfficeForm,
    PasswordForm,
    PeopleFilter,
    SettingsForm,
    WelcomeForm,
    WelcomeSendForm,
)
from people.importing import plan_import
from people.middleware import LANGUAGE_COOKIE
from people.models import Department, Employee, ImportFile, Membership, MembershipRole, Organisation, Session
from people.operations.organisation import SETTINGS
from people.paging import MOST_COUNTED, up_to, window
from people.policy import Refused, can
from people.requests import SignedInRequest
from people.second_factor import factors_of

SHOWN = 200  # rows of each kind in the preview of an import


# ---------------------------------------------------------------- everybody


@require_safe
def search(request: SignedInRequest) -> HttpResponse:
    words = request.GET.get("q", "")[:100]
    people = queries.search_people(request.user, words)
    page, found = window(people, request.GET.get("page")), up_to(people)
    context = {"page": page, "count": min(found, MOST_COUNTED), "more": found > MOST_COUNTED, "words": words}
    return render(request, "people/search.html", context)


@require_safe
def person(request: SignedInRequest, pk: UUID) -> HttpResponse:
    card = get_object_or_404(queries.cards_for(request.user), pk=pk)
    return _render_person(request, card, LeaveForm(initial={"left_on": card.left_on}))


@require_POST
def leave(request: SignedInRequest, pk: UUID) -> HttpResponse:
    card = get_object_or_404(queries.cards_for(request.user), pk=pk)
    if not can(request.user, "people.leave", card):
        raise PermissionDenied
    form = LeaveForm(request.POST)
    if not form.is_valid():
        return _render_person(request, card, form, status=422)
    try:
        operations.set_leaving(by=request.user, person=card, left_on=form.cleaned_data["left_on"])
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The last day is noted."))
    return redirect("people:person", pk=card.pk)


@sensitive_post_parameters("password")
@require_POST
def second_factor_remove(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """For a person who has lost it; the administrator's own password confirms."""
    card = get_object_or_404(queries.cards_for(request.user), pk=pk)
    if not can(request.user, "second_factor.remove", card):
        raise PermissionDenied
    try:
        operations.remove_second_factor(by=request.user, person=card, password=request.POST.get("password", ""))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The second factor is removed, and its owner is told by mail."))
    return redirect("people:person", pk=card.pk)


def _render_person(request: SignedInRequest, card: Employee, form: BaseForm, status: int = 200) -> HttpResponse:
    user = request.user
    may_leave = can(user, "people.leave", card)
    may_remove = can(user, "second_factor.remove", card) and card.pk != user.pk
    context = {
        "lost": PasswordForm() if may_remove and factors_of(card).exists() else None,
        "person": card,
        "form": form if may_leave else None,
        "sees_line": user.pk in (card.pk, card.manager_id) or may_leave or user.is_administrator,
        "sees_account": may_leave or user.is_administrator,
        "reports": Employee.objects.visible_to(user).filter(manager=card) if card.pk == user.pk else [],
    }
    return render(request, "people/person.html", context, status=status)


# ---------------------------------------------------------------- HR's people


@require_safe
def manage(request: SignedInRequest) -> HttpResponse:
    if not can(request.user, "people.welcome"):
        raise PermissionDenied
    found = PeopleFilter(request.GET, user=request.user)
    chosen = found.understood()
    people = queries.managed_people(request.user, **chosen)
    context = {
        "page": window(people, request.GET.get("page")),
        "filter": found,
        "chosen": chosen,
        "filtered": any(chosen.values()),
        "without_password": queries.in_state(people, "no_password").count(),
        "may_import": operations.may_import(request.user),
    }
    return render(request, "people/manage.html", context)


@require_POST
def welcome_send(request: SignedInRequest) -> HttpResponse:
    if not can(request.user, "people.welcome"):
        raise PermissionDenied
    chosen = PeopleFilter(request.GET, user=request.user).understood()
    form = WelcomeSendForm(request.POST, people=queries.managed_people(request.user, **chosen))
    if not form.is_valid():
        messages.error(request, _("Somebody in this selection is not in your scope. Nothing was sent."))
        return _back_to_list(request)
    try:
        welcomed = operations.send_welcome(by=request.user, people=form.chosen())
    except Refused as refused:
        messages.error(request, str(refused))
        return _back_to_list(request)
    sent, over = len(welcomed.sent), len(welcomed.passed_over)
    if sent:
        messages.success(
            request,
            ngettext("A link is on its way to one person.", "A link is on its way to %(n)d people.", sent)
            % {"n": sent},
        )
    if over:
        messages.info(
            request,
            ngettext(
                "One person was passed over: they have a password already or have left.",
                "%(n)d people were passed over: they have a password already or have left.",
                over,
            )
            % {"n": over},
        )
    if not sent and not over:
        messages.warning(request, _("Nobody was chosen. Tick the people who should get a link."))
    return _back_to_list(request)


def _back_to_list(request: SignedInRequest) -> HttpResponse:
    filters = request.GET.urlencode()
    response = redirect("people:manage")
    if filters:
        response["Location"] += f"?{filters}"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def import_upload(request: SignedInRequest) -> HttpResponse:
    _require_import(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return render(request, "people/import_upload.html", {"form": ImportForm()})
    if not form.is_valid():
        return render(request, "people/import_upload.html", {"form": form}, status=422)
    file = form.cleaned_data["file"]
    upload = operations.keep_upload(by=request.user, name=file.name, content=file.read())
    return redirect("people:import_preview", pk=upload.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def import_preview(request: SignedInRequest, pk: UUID) -> HttpResponse:
    _require_import(request)
    upload = get_object_or_404(ImportFile.objects.visible_to(request.user), pk=pk)
    if request.method == "POST":
        return _apply(request, upload)
    if upload.applied_at:
        messages.info(request, _("This file has been applied already."))
        return redirect("people:manage")
    plan = plan_import(content=bytes(upload.content), by=request.user, now=timezone.now())
    context = {"upload": upload, "plan": plan, "counts": plan.as_dict(), "shown": SHOWN, "shown_slice": f":{SHOWN}"}
    return render(request, "people/import_preview.html", context)


def _apply(request: SignedInRequest, upload: ImportFile) -> HttpResponse:
    try:
        plan = operations.apply_upload(by=request.user, upload=upload)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("people:import_preview", pk=upload.pk)
    if plan is None:
        messages.info(request, _("This file has been applied already."))
    elif plan.errors:
        messages.error(request, _("The people here have changed since you looked. Nothing was applied."))
        return redirect("people:import_preview", pk=upload.pk)
    else:
        said = _("Applied: %(added)d added, %(changed)d changed, %(unchanged)d unchanged, %(deactivated)d left.")
        messages.success(request, said % plan.as_dict())
    return redirect("people:manage")


def _require_import(request: SignedInRequest) -> None:
    if not operations.may_import(request.user):
        raise PermissionDenied


# ---------------------------------------------------------------- one's own account


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: SignedInRequest) -> HttpResponse:
    person = request.user
    if request.method != "POST":
        return _render_account(request)
    form = AccountForm(request.POST, initial={"timezone": request.user.timezone})
    if not form.is_valid():
        return _render_account(request, form=form, status=422)
    operations.update_account(by=person, **form.cleaned_data)
    messages.success(request, _("Kept."))
    return redirect("people:account")


@require_POST
def account_mails(request: SignedInRequest) -> HttpResponse:
    form = MailPreferencesForm(request.POST)
    if form.is_valid():
        operations.set_mail_preferences(by=request.user, wanted=set(form.cleaned_data["wanted"]))
        messages.success(request, _("Kept."))
    else:
        messages.error(request, _("That could not be understood. Nothing was changed."))
    return redirect("people:account")


@require_POST
def account_sessions(request: SignedInRequest) -> HttpResponse:
    """End every other session of one's own; this one goes on."""
    operations.end_other_sessions(by=request.user, here=request.session.session_key or "")
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("people:account")


@require_POST
def account_session(request: SignedInRequest, handle: UUID) -> HttpResponse:
    """End one session of one's own; one's present session by signing out."""
    found = [session for session in Session.objects.visible_to(request.user) if session.handle == handle]
    if not found:
        raise Http404
    if found[0].pk == request.session.session_key:
        return redirect("account_logout")
    operations.end_session(by=request.user, session=found[0])
    messages.success(request, _("You are signed out there."))
    return redirect("people:account")


def _render_account(request: SignedInRequest, form: AccountForm | None = None, status: int = 200) -> HttpResponse:
    person = request.user
    refused = set(Preference.objects.filter(person=person, wanted=False).values_list("kind", flat=True))
    mails = MailPreferencesForm(initial={"wanted": [k.name for k in optional_kinds() if k.name not in refused]})
    own = {"language": person.language, "timezone": person.timezone, "theme": person.theme}
    context = {
        "form": form or AccountForm(initial=own),
        "mails": mails,
        "sessions": Session.objects.visible_to(person).order_by("-seen_at"),
        "here": request.session.session_key,
        "has_second_factor": factors_of(person).exists(),
    }
    return render(request, "people/account.html", context, status=status)


# ---------------------------------------------------------------- the administrator's settings


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: SignedInRequest) -> HttpResponse:
    _require_administrator(request)
    if request.method != "POST":
        return _render_settings(request)
    form = SettingsForm(request.POST)
    if not form.is_valid():
        return _render_settings(request, form=form, status=422)
    operations.change_settings(by=request.user, **form.cleaned_data)
    messages.success(request, _("Kept."))
    return redirect("people:settings")


@require_POST
def office_grant(request: SignedInRequest) -> HttpResponse:
    _require_administrator(request)
    form = OfficeForm(request.POST, user=request.user)
    if not form.is_valid():
        return _render_settings(request, office=form, status=422)
    chosen = form.cleaned_data
    try:
        operations.grant_membership(
            by=request.user, person=form.person, role=chosen["role"], department=chosen["department"]
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        said = _("%(person)s holds the office now. Everybody who holds one is told by mail.")
        messages.success(request, said % {"person": form.person})
    return redirect("people:settings")


@require_POST
def office_end(request: SignedInRequest, pk: UUID) -> HttpResponse:
    _require_administrator(request)
    membership = get_object_or_404(Membership.objects.visible_to(request.user), pk=pk)
    try:
        operations.revoke_membership(by=request.user, membership=membership)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The office has ended. Everybody who holds one is told by mail."))
    return redirect("people:settings" if request.user.pk != membership.person_id else "home")


@require_http_methods(["GET", "HEAD", "POST"])
def departments(request: SignedInRequest) -> HttpResponse:
    """The tree of departments: an HR partner of one reaches all below it."""
    _require_administrator(request)
    if request.method != "POST":
        tree = list(Department.objects.visible_to(request.user).select_related("parent"))
        return render(request, "people/departments.html", {"departments": tree})
    form = DepartmentForm(request.POST, user=request.user)
    if not form.is_valid():
        messages.error(request, _("That could not be understood. Nothing was changed."))
        return redirect("people:departments")
    try:
        operations.change_department_parent(by=request.user, **form.cleaned_data)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Kept."))
    return redirect("people:departments")


def _render_settings(
    request: SignedInRequest, form: SettingsForm | None = None, office: OfficeForm | None = None, status: int = 200
) -> HttpResponse:
    organisation = Organisation.current()
    context = {
        "form": form or SettingsForm(initial={name: getattr(organisation, name) for name in SETTINGS}),
        "office": office or OfficeForm(user=request.user),
        "offices": queries.office_holders(),
        "second_factor_for": [MembershipRole(role).label for role in project.REQUIRE_SECOND_FACTOR],
        "idle_minutes": (project.SESSION_COOKIE_AGE - project.SESSION_SAVED_EVERY) // 60,
        "session_hours": project.SESSION_HOURS,
    }
    return render(request, "people/settings.html", context, status=status)


def _require_administrator(request: SignedInRequest) -> None:
    if not can(request.user, "organisation.settings"):
        raise PermissionDenied


# ---------------------------------------------------------------- before sign-in


@login_not_required
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """The first way in. Looking at the page spends nothing: mail scanners look at links too."""
    link = operations.usable_link(token)
    if link is None:
        return _unreferred(render(request, "people/welcome_spent.html", status=410))
    form = WelcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = operations.use_welcome_link(token=token, password=form.cleaned_data["password1"])
        except ValidationError as weak:
            form.add_error("password1", weak)
        except Refused:
            return _unreferred(render(request, "people/welcome_spent.html", status=410))
        else:
            logout(request)
            messages.success(request, _("Your password is set. Sign in with %(email)s.") % {"email": person.email})
            return _unreferred(redirect("account_login"))
    status = 422 if request.method == "POST" else 200
    return _unreferred(render(request, "people/welcome.html", {"form": form, "person": link.person}, status=status))


def _unreferred(response: HttpResponse) -> HttpResponse:
    """The address holds a secret: no other page may learn it. With "no-referrer" the browser would send the form
    from the origin "null", which the protection against forged requests refuses.
    """
    response["Referrer-Policy"] = "strict-origin"
    return response


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language of whoever is not signed in, and go back to where they were."""
    target = request.POST.get("next", "")
    if not (target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)):
        target = "/"
    response = redirect(target)
    chosen = request.POST.get("language", "")
    if chosen in dict(project.LANGUAGES):
        response.set_cookie(
            LANGUAGE_COOKIE, chosen, max_age=365 * 24 * 3600, secure=project.SECURE, httponly=True, samesite="Lax"
        )
    return response

"""Every address of the product: what it is called with, who gets in, and what everybody else is told.

`get` and `post` map visitors to the status they get; None means that the verb is wrong here and everybody gets 405.
"*" stands for every signed-in visitor who isn't named. The anonymous are sent to sign in unless they are named.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.urls import reverse
from django.utils import timezone

from tests.careerconv.scene import Scene
from tests.factories import PASSWORD

Statuses = dict[str, int]


def _nothing(scene: Scene) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Page:
    """One address. `of` names the thing of the scene whose id it takes; `then` are further parts."""

    name: str
    get: Statuses | None
    post: Statuses | None = None
    of: str = ""
    then: tuple[str, ...] = ()
    data: Callable[[Scene], dict[str, Any]] = _nothing
    key: Callable[[Scene], str] | None = None
    query: str = ""
    label: str = field(default="")

    def url(self, scene: Scene, pk: Any = None) -> str:
        parts: list[Any] = [pk or self.id(scene)] if self.of or self.key else []
        return reverse(self.name, args=[*parts, *(_part(scene, part) for part in self.then)]) + self.query

    def id(self, scene: Scene) -> Any:
        if self.key:
            return self.key(scene)
        if self.of in scene.people:
            return scene.people[self.of].pk
        return scene.things[self.of].pk

    @property
    def verbs(self) -> list[str]:
        return [verb for verb, statuses in (("get", self.get), ("post", self.post)) if statuses is not None]

    @property
    def named(self) -> set[str]:
        return {*(self.get or {}), *(self.post or {})}

    def expected(self, verb: str, visitor: str) -> int:
        statuses = {"get": self.get, "post": self.post}.get(verb)
        if visitor == "anonymous":
            # A public page says that the verb is wrong; any other asks first who is there.
            return (statuses or {}).get("anonymous", 405 if statuses is None and "anonymous" in self.named else 302)
        return 405 if statuses is None else statuses.get(visitor, statuses["*"])

    def __str__(self) -> str:
        return f"{self.name}[{self.of}]" if self.of else self.name


def _part(scene: Scene, part: str) -> Any:
    return scene.things[part[1:]].pk if part.startswith("@") else part


PUBLIC = {"*": 200, "anonymous": 200}
EVERYBODY = {"*": 200}
# Statuses of an object that others can't see.
E, I, M, H, O, B = "employee", "interviewer", "line_manager", "hr", "owner", "hr_below"  # noqa: E741
A, X, F = "administrator", "hr_elsewhere", "former"


def only(status: int, *visitors: str, other: int = 404, **more: int) -> Statuses:
    return {"*": other, **dict.fromkeys(visitors, status), **more}


def desk(status: int, *visitors: str, **more: int) -> Statuses:
    """A page that belongs to an office: 403 for whoever does not hold it."""
    return only(status, *visitors, other=403, **more)


def _day(days: int) -> str:
    return (timezone.now() + datetime.timedelta(days=days)).date().isoformat()


def _soon(scene: Scene) -> dict[str, Any]:
    return {"day": _day(9), "time": "10:00", "minutes": "60"}


def _why(scene: Scene) -> dict[str, Any]:
    return {"why": "because"}


def _signature(declaration: str, thing: str) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {
        "declaration": declaration,
        "password": PASSWORD,
        "sha256": scene.things[thing].contents.get().sha256,
    }


def _goal(scene: Scene) -> dict[str, Any]:
    return {"title": "Lead the vendor review", "version": "2", "due_on": _day(60)}


def _action(scene: Scene) -> dict[str, Any]:
    amara = scene.people["employee"]
    return {"title": "Ask Tom", "kind": "course", "owner_is": str(amara.pk), "due_on": _day(50), "version": "1"}


def _promise(scene: Scene) -> dict[str, Any]:
    amara = scene.people["employee"]
    return {"what": "A mentor", "is_promised": "yes", "owner_is": str(amara.pk), "due_on": _day(50), "version": "1"}


def _later(version: int = 1) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {"when": "month", "why": "the vendor is late", "version": str(version)}


def _progress(thing: str) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {f"g-{scene.things[thing].pk.hex[:12]}-pace": "slower"}


def _round(scene: Scene) -> dict[str, Any]:
    dates = {"prepare_by": _day(5), "talk_by": _day(9), "sign_by": _day(20)}
    return {"name": "Autumn", "version": str(scene.version.pk), **dates}


def _more_time(scene: Scene) -> dict[str, Any]:
    pk = str(scene.preparing.pk)
    return {"do": "extend", "id": pk, "extend-why": "because", "extend-sign_by": _day(60)}


def _settings(scene: Scene) -> dict[str, Any]:
    return {"name": "Meridian", "product_name": "Conversations", "timezone": "UTC"}


def _office(scene: Scene) -> dict[str, Any]:
    return {"email": scene.people["outsider"].email, "role": "hr"}


HERE = {"*": 200}
WELCOME = {"password1": "seven quiet otters dance", "password2": "seven quiet otters dance"}

PAGES = [
    # ---- the project
    Page("home", EVERYBODY),
    Page("healthz", PUBLIC),
    Page("readyz", {"*": 503, "anonymous": 503}),  # no worker is at work here
    Page("devmail", {"*": 404, "anonymous": 404}),
    Page("devmail_one", {"*": 404, "anonymous": 404}, then=("x",)),
    Page("help", PUBLIC),
    Page("who_sees_what", PUBLIC),
    # ---- sign-in (allauth's views)
    Page("account_login", {"*": 302, "anonymous": 200}, {"*": 302, "anonymous": 200}),
    Page("account_logout", {"*": 200, "anonymous": 302}, {"*": 302, "anonymous": 302}),
    Page("account_signup", {"*": 302, "anonymous": 200}, {"*": 302, "anonymous": 200}),
    Page("account_inactive", PUBLIC),
    Page("account_reauthenticate", EVERYBODY, EVERYBODY),
    Page("account_change_password", EVERYBODY, EVERYBODY),
    Page(
        "account_reset_password", PUBLIC, {"*": 302, "anonymous": 302},
        data=lambda s: {"email": "nobody@example.test"},
    ),
    Page("account_reset_password_done", PUBLIC),
    Page("account_reset_password_from_key", PUBLIC, PUBLIC, then=("abc", "cv4-0123")),
    Page("account_reset_password_from_key_done", PUBLIC),
    # ---- the second factor (allauth's views): most ask for the password once more, or there is nothing yet
    Page("mfa_index", EVERYBODY),
    Page("mfa_login_webauthn", {"*": 302, "anonymous": 302}, {"*": 302, "anonymous": 302}),
    Page("mfa_authenticate", {"*": 302, "anonymous": 302}, {"*": 302, "anonymous": 302}),
    Page("mfa_reauthenticate", {"*": 302}, {"*": 302}),
    Page("mfa_reauthenticate_webauthn", {"*": 302}, {"*": 302}),
    Page("mfa_activate_totp", {"*": 302}, {"*": 302}),
    Page("mfa_deactivate_totp", {"*": 404}, {"*": 404}),
    Page("mfa_view_recovery_codes", {"*": 404}),
    Page("mfa_download_recovery_codes", {"*": 404}),
    Page("mfa_generate_recovery_codes", {"*": 302}, {"*": 302}),
    Page("mfa_add_webauthn", {"*": 302}, {"*": 302}),
    Page("mfa_edit_webauthn", {"*": 302}, {"*": 302}, key=lambda s: nobodys_id()),
    Page("mfa_remove_webauthn", {"*": 302}, {"*": 302}, key=lambda s: nobodys_id()),
    # ---- people
    Page("people:search", EVERYBODY),
    Page("people:second_factor_remove", None, desk(302, A), of="employee", data=lambda s: {"password": PASSWORD}),
    Page("people:person", HERE, of="employee"),
    Page("people:person", only(200, A, X, B), of="gone"),
    Page("people:leave", None, desk(302, H), of="employee", data=lambda s: {"left_on": _day(30)}),
    Page("people:leave", None, only(302, X, B, administrator=403), of="gone", data=lambda s: {"left_on": _day(30)}),
    Page("people:manage", desk(200, H, X, B, A)),
    Page("people:welcome_send", None, desk(302, H, X, B, A), data=lambda s: {"who": "all"}),
    Page("people:import_upload", desk(200, B, A), desk(422, B, A)),
    Page("people:import_preview", desk(200, B, administrator=404), desk(302, B, administrator=404), of="upload"),
    Page("people:account", EVERYBODY, {"*": 302}, data=lambda s: {"language": "en", "timezone": "UTC", "theme": "dark"}),
    Page("people:account_mails", None, {"*": 302}),
    Page("people:account_sessions", None, {"*": 302}),
    Page("people:account_session", None, {"*": 404}, key=lambda s: nobodys_id()),
    Page("people:settings", desk(200, A), desk(302, A), data=_settings),
    Page("people:office_grant", None, desk(302, A), data=_office),
    Page("people:office_end", None, desk(302, A), of="office"),
    Page("people:departments", desk(200, A), desk(302, A), data=lambda s: {"department": str(s.payroll.pk)}),
    Page("people:welcome", PUBLIC, {"*": 302, "anonymous": 302}, key=lambda s: s.welcome, data=lambda s: WELCOME),
    Page("people:language", None, {"*": 302, "anonymous": 302}, data=lambda s: {"language": "fr"}),
    # ---- conversations
    Page("interviews:list", EVERYBODY),
    Page("interviews:team", EVERYBODY),
    Page("interviews:request", EVERYBODY, {"*": 302, "former": 422}, data=lambda s: {"purpose": "growth", "interviewer": "Felix Grau"}),
    *(
        Page("interviews:detail", only(200, E, I, H, M), of=name)
        for name in (
            "preparing", "each_side", "reassigned", "talking", "review", "signing", "hr_signing", "signed", "not_held",
        )
    ),
    # Somebody asked for these: not even their state is known to the line manager.
    *(Page("interviews:detail", only(200, E, I, H), of=name) for name in ("planned", "requested", "called_off")),
    *(
        Page("interviews:prepare", only(200, E, I, hr=403), of=name)
        for name in ("preparing", "each_side", "reassigned", "talking")
    ),
    *(
        Page("interviews:check_answers", only(200, E, I, hr=403), of=name)
        for name in ("preparing", "each_side", "reassigned", "talking", "review", "signing", "signed")
    ),
    *(
        Page("interviews:question", only(200, E, I, hr=403), only(422, E, I, hr=403), of=name, then=("proud-of",))
        for name in ("preparing", "each_side", "reassigned", "talking", "review", "signed")
    ),
    Page("interviews:question", only(200, E, hr=403), only(422, E, hr=403), of="preparing", then=("for-me",)),
    Page("interviews:question", only(200, E, I, hr=403), only(422, E, I, hr=403), of="each_side", then=("between-us",)),
    Page("interviews:autosave", None, only(422, E, I, hr=403), of="preparing", then=("proud-of",)),
    Page("interviews:share", None, only(302, E, I, hr=403), of="preparing"),
    Page("interviews:schedule", only(200, E, I, hr=403), only(302, E, I, hr=403), of="preparing", data=_soon),
    Page("interviews:accept", None, only(302, I, employee=403, hr=403), of="planned"),
    Page("interviews:detail", only(200, E, I, H, M), of="exempted"),
    Page("interviews:cancel", only(200, E, I, hr=403), only(302, E, I, hr=403), of="requested", data=_why),
    Page("interviews:cancel", only(200, H, employee=403, interviewer=403),
         only(302, H, employee=403, interviewer=403), of="preparing", data=_why),
    # ---- the room, the review, the signatures
    Page("interviews:start", None, only(302, I, employee=403, hr=403), of="preparing"),
    Page("interviews:room", only(200, E, I, hr=403), of="talking"),
    Page("interviews:room", only(302, E, I, hr=403), of="preparing"),
    Page("interviews:room_section", only(200, E, I, hr=403), of="talking", then=("looking-back",)),
    Page("interviews:save_minutes", None, only(302, I, employee=403, hr=403), of="talking", then=("skills",),
         data=lambda s: {"minutes-text": "said", "minutes-version": "0"}),
    Page("interviews:save_note", None, only(302, E, I, hr=403), of="talking", then=("skills",),
         data=lambda s: {"note-text": "mine", "note-version": "0"}),
    Page("interviews:wrap_up", only(200, E, I, hr=403), of="talking"),
    Page("interviews:room_goal", None, only(302, E, I, hr=403), of="talking", data=lambda s: {"title": "Lead it"}),
    Page("interviews:room_promise", None, only(302, E, I, hr=403), of="talking",
         data=lambda s: {"promise-what": "A mentor", "promise-due_on": _day(30)}),
    Page("interviews:freeze", None, only(302, I, employee=403, hr=403), of="talking"),
    Page("interviews:review", only(200, E, I, hr=403), of="review"),
    Page("interviews:ask_changes", None, only(302, E, I, hr=403), of="review", data=_why),
    Page("interviews:confirm", None, only(302, E, interviewer=403, hr=403), of="review"),
    Page("interviews:proceed", None, only(302, I, employee=403, hr=403), of="review"),
    # Amara has signed; HR comes when both have.
    Page("interviews:sign", only(200, I, employee=302, hr=302), only(302, I, E, H), of="signing",
         data=_signature("confirms", "signing")),
    Page("interviews:sign", only(200, H, employee=302, interviewer=302), only(302, E, I, H), of="hr_signing",
         data=_signature("confirms", "hr_signing")),
    Page("interviews:sign", only(302, E, I, H), only(302, E, I, H), of="signed"),
    *(Page("interviews:signed", only(200, E, I, H), of=name) for name in ("signing", "hr_signing", "signed")),
    Page("interviews:witness", only(200, H, employee=403, interviewer=403),
         only(302, H, employee=403, interviewer=403), of="signing",
         data=lambda s: {"slot": "interviewer", "remark": "away since May", "password": PASSWORD}),
    # ---- HR's side of conversations
    Page("insights:cycles", desk(200, H, X, B)),
    Page("interviews:cycle_new", desk(200, H, X, B), desk(302, H, X, B), data=_round),
    Page("insights:cycle", desk(200, H, X, B), of="launched"),
    Page("insights:cycle", desk(302, H, X, B), of="cycle"),
    Page("interviews:cycle_change", desk(200, H, X, B), desk(302, H, X, B), of="cycle", data=_round),
    Page("interviews:cycle_launch", desk(200, H, X, B), desk(302, H, X, B), of="cycle"),
    # Whoever is out of scope is not in the list: back to it.
    Page("insights:together", desk(200, H, hr_elsewhere=302, hr_below=302), desk(302, H, X, B), of="launched",
         query="?do=extend&whom=all", data=_more_time),
    Page("interviews:cycle_exempt", desk(302, H, X, B), desk(302, H, X, B), of="cycle",
         data=lambda s: {"person": str(s.people["outsider"].pk), "exempt-why": "because"}),
    Page("insights:cycle_exempted", desk(200, H, X, B), of="launched"),
    Page("insights:cycle_export", desk(200, H, X, B), of="launched"),
    *(
        Page("interviews:case", desk(200, H, hr_elsewhere=404, hr_below=404), of=name)
        for name in (
            "planned", "preparing", "reassigned", "talking", "signing", "signed", "called_off", "not_held", "exempted",
        )
    ),
    Page("interviews:case_cancel", None, desk(302, H, hr_elsewhere=404, hr_below=404), of="preparing",
         data=lambda s: {"cancel-why": "because"}),
    Page("interviews:exempt", None, desk(302, H, hr_elsewhere=404, hr_below=404), of="preparing",
         data=lambda s: {"exempt-why": "because"}),
    Page("interviews:extend", None, desk(302, H, hr_elsewhere=404, hr_below=404), of="preparing",
         data=lambda s: {"extend-why": "because", "extend-sign_by": _day(60)}),
    Page("interviews:remind", None, desk(302, H, hr_elsewhere=404, hr_below=404), of="preparing",
         data=lambda s: {"remind-why": "because"}),
    Page("interviews:not_held", None, desk(302, H, hr_elsewhere=404, hr_below=404), of="preparing",
         data=lambda s: {"not_held-why": "because", "not_held-outcome": "absent"}),
    Page("interviews:reassign", None, desk(302, H, hr_elsewhere=404, hr_below=404), of="preparing",
         data=lambda s: {"reassign-why": "because", "reassign-interviewer": str(s.people["line_manager"].pk)}),
    Page("interviews:templates", desk(200, H, X, B), desk(422, H, X, B)),
    Page("interviews:templates_shipped", None, desk(302, H, X, B)),
    Page("interviews:template", desk(200, H, X, B), of="template"),
    Page("interviews:template_compare", desk(200, H, X, B), of="template"),
    Page("interviews:template_file", desk(200, H, X, B), of="template"),
    Page("interviews:template_publish", None, desk(302, H, X, B), of="template"),
    Page("interviews:template_retire", None, desk(302, H, X, B), of="template"),
    # ---- plans
    Page("plans:list", {"*": 200, "employee": 200}),
    Page("plans:owed", EVERYBODY),
    Page("plans:start", None, desk(302, E, M), of="employee"),
    Page("plans:detail", only(200, E, M, I), of="plan"),
    Page("plans:changes", only(200, E, M, I), of="plan"),
    Page("plans:closed", only(200, E, M, I), of="plan"),
    Page("plans:check_ins", only(200, E, M, I), of="plan"),
    Page("plans:past", None, only(403, E, M, I), of="plan"),
    Page("plans:goal_new", only(200, E, M, interviewer=403), only(302, E, M, interviewer=403), of="plan", data=_goal),
    Page("plans:promise_new", only(200, E, M, interviewer=403), only(302, E, M, interviewer=403), of="plan",
         data=_promise),
    Page("plans:check_in_start", None, only(302, E, M, interviewer=403), of="plan"),
    Page("plans:goal", only(200, E), of="draft"),
    Page("plans:goal", only(200, E, M), of="goal"),
    Page("plans:goal", only(200, E, I), of="goal_apart"),
    Page("plans:goal", only(200, E, I, M), of="goal_opened"),
    Page("plans:goal_edit", only(200, E), only(302, E), of="draft", data=lambda s: _goal(s) | {"version": "1"}),
    Page("plans:goal_edit", only(200, E, M), only(302, E, M), of="goal", data=_goal),
    Page("plans:goal_edit", only(200, E, I), only(302, E, I), of="goal_apart", data=_goal),
    Page("plans:goal_close", only(200, E, I), only(302, E, I), of="goal_apart",
         data=lambda s: {"state": "dropped", "why": "it no longer fits"}),
    Page("plans:goal_date", only(200, E, M), only(302, E, M), of="goal", data=_later(2)),
    Page("plans:goal_date", only(200, E, I), only(302, E, I), of="goal_apart", data=_later(2)),
    Page("plans:goal_back", None, only(302, E, M), of="goal"),
    Page("plans:progress", None, only(302, E, line_manager=403), of="goal", data=_progress("goal")),
    Page("plans:progress", None, only(302, E, interviewer=403), of="goal_apart", data=_progress("goal_apart")),
    Page("plans:goal_open", None, only(302, E, I), of="goal_apart"),
    Page("plans:action_new", only(200, E, I), only(302, E, I), of="goal_apart", data=_action),
    Page("plans:action", only(200, E, I, O), of="action"),
    Page("plans:action", only(200, E, M), of="action_shared"),
    Page("plans:action_edit", only(200, E, I, owner=403), only(302, E, I, owner=403), of="action", data=_action),
    Page("plans:action_settle", None, only(302, E, I, O), of="action", data=lambda s: {"state": "in_progress"}),
    Page("plans:action_date", only(200, E, I, O), only(302, E, I, O), of="action", data=_later()),
    Page("plans:action_date", only(200, E, M), only(302, E, M), of="action_shared", data=_later()),
    Page("plans:action_back", None, only(302, E, I, O), of="action"),
    Page("plans:time_answer", None, only(302, E, I, owner=403), of="time_request", data=lambda s: {"answer": "agreed"}),
    Page("plans:promise", only(200, E, I, O), of="promise"),
    Page("plans:promise", only(200, E, M), of="promise_shared"),
    Page("plans:promise_edit", only(200, E, I, owner=403), only(302, E, I, owner=403), of="promise", data=_promise),
    Page("plans:promise_settle", None, only(302, E, I, O), of="promise", data=lambda s: {"state": "kept"}),
    Page("plans:promise_open", None, only(302, E, I, O), of="promise"),
    Page("plans:promise_date", only(200, E, I, O), only(302, E, I, O), of="promise", data=_later()),
    Page("plans:promise_back", None, only(302, E, I, O), of="promise"),
    Page("plans:check_in_words", None, only(302, E, M), of="check_in", data=lambda s: {"blockers": "time"}),
    Page("plans:check_in", only(200, E, M), only(302, E, M), of="check_in_noted", data=lambda s: {"blockers": "time"}),
    Page("plans:check_in", only(200, E, M), only(302, E, M), of="check_in", data=lambda s: {"blockers": "time"}),
    Page("plans:check_in", only(200, E, M), only(409, E, M), of="held"),
    Page("plans:check_in_postpone", None, only(302, E, M), of="check_in", data=lambda s: {"due_on": _day(70)}),
    # ---- records
    Page("records:record", only(200, E, I, H), of="signed"),
    Page("records:record_pdf", only(200, E, I, H), of="signed"),
    Page("records:write_addendum", only(200, E, I, hr=403), only(302, E, I, hr=403), of="signed",
         data=lambda s: {"text": "And this.", "password": PASSWORD}),
    Page("records:addendum_pdf", only(200, E, I, H), of="signed", then=("@addendum",)),
    Page("records:register", EVERYBODY),
    Page("records:verify", PUBLIC, {"*": 422, "anonymous": 422}),
    # ---- figures
    Page("insights:overview", desk(200, H, X, B)),
    Page("insights:people_list", desk(200, H, X, B)),
    Page("insights:people_export", desk(200, H, X, B)),
    Page("insights:parts", desk(200, H, hr_elsewhere=404, hr_below=404)),
    Page("insights:count", None, desk(302, H, X, B)),
    Page("insights:remind", None, desk(302, H, X, B)),
    Page("insights:contacts", desk(200, H, X, B)),
    Page("insights:contacts_export", desk(200, H, X, B)),
    Page("insights:follow_ups", desk(200, H, X, B)),
    Page("insights:follow_ups_export", desk(200, H, X, B)),
    Page("insights:nudge", None, desk(302, H, X, B)),
]  # fmt: skip


def nobodys_id() -> str:
    return str(uuid4())

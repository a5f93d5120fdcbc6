"""The words of the record: from the frozen content and the signatures to what the template prints.

All texts are cleaned here and dates are put into words, in the interview's language and the organisation's time zone.
The template decides nothing; WeasyPrint sees nothing else.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date
from django.utils.formats import get_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from interviews.operations.signing import METHOD
from records import charts
from records.typeset import clean, clean_all, direction, paragraphs

# Above this a text leaves its column: a row of columns is not broken over two pages, a text of full width is.
LONGEST_IN_COLUMN = 900
LONGEST_NAME = 300


def letter(
    content: Mapping[str, Any],
    signatures: Sequence[Mapping[str, Any]],
    *,
    organisation: Mapping[str, str],
    reference: str,
    sealed_at: datetime,
    audit_head: str,
    content_sha256: str,
    review: Mapping[str, Any],
) -> dict[str, Any]:
    """The context of `records/record.html`; call it in the record's language."""
    zone = ZoneInfo(organisation.get("time_zone") or "UTC")
    printed = clean_all(content)
    signed = [_signature(each, zone) for each in clean_all(list(signatures))]
    remarks = [signature for signature in signed if signature["remark"]]
    interview, employee, interviewer = printed["interview"], printed["employee"], printed["interviewer"]
    owners = {employee["name"]: "you", interviewer["name"]: "mgr"}
    held_on = day(interview["held_on"])
    skills = [charts.SkillRow(row["name"], row["self"], row["interviewer"], row["target"]) for row in printed["skills"]]
    return {
        "language": get_language(),
        "title": _("Conversation of %(date)s") % {"date": held_on},
        "interview": interview,
        "employee": {**employee, "short": short_name(employee["name"], interviewer["name"])},
        "interviewer": {**interviewer, "short": short_name(interviewer["name"], employee["name"])},
        "organisation": clean_all(dict(organisation)),
        "reference": clean(reference, longest=LONGEST_NAME),
        "topics": [topic for section in printed["sections"] if (topic := _topic(section))["questions"]],
        "minutes": [_minutes(section) for section in printed["sections"] if section["minutes"].strip()],
        "skills": [_skill(row) for row in skills],
        "has_targets": any(row.target is not None for row in skills),
        "radar": charts.radar(skills),
        "goals": [_goal(goal, owners) for goal in printed["goals"]],
        "promises": [
            {**promise, "voice": owners.get(promise["owner"], "org"), "due": day(promise["due_on"])}
            for promise in printed["promises"]
        ],
        "not_promised": printed["not_promised"],
        "review": {**clean_all(dict(review)), "confirmed": moment(review["confirmed_at"], zone)},
        "signatures": signed,
        "remarks": remarks,
        "has_long_remarks": any(signature["remark"]["is_long"] for signature in remarks),
        "sealed": moment(sealed_at.isoformat(), zone, seconds=True),
        "content_short": groups(content_sha256[:8], 4),
        "content_ends": f"{groups(content_sha256[:8], 4)} … {groups(content_sha256[-8:], 4)}",
        "content_sha256": groups(content_sha256, 8),
        "audit_head": _audit_head(audit_head),
    }


def addendum(
    content: Mapping[str, Any],
    *,
    organisation: Mapping[str, str],
    sealed_at: datetime,
    audit_head: str,
    content_sha256: str,
    method: str,
) -> dict[str, Any]:
    """The context of `records/addendum_print.html`; call it in the record's language."""
    zone = ZoneInfo(organisation.get("time_zone") or "UTC")
    printed = clean_all(content)
    return {
        "language": get_language(),
        "organisation": clean_all(dict(organisation)),
        "author": {**printed["author"], "role": _slot(content["author"]["slot"])},
        "voice": "you" if content["author"]["slot"] == "employee" else "mgr",
        "reference": printed["record"]["reference"],
        "original_content": groups(content["record"]["content_sha256"], 8),
        "original_file": groups(content["record"]["file_sha256"], 8),
        "written": moment(content["written_at"], zone),
        "method": method_in_words(clean(method, longest=LONGEST_NAME)),
        "text": _text(printed["text"]),
        "sealed": moment(sealed_at.isoformat(), zone, seconds=True),
        "content_ends": f"{groups(content_sha256[:8], 4)} … {groups(content_sha256[-8:], 4)}",
        "content_sha256": groups(content_sha256, 8),
        "audit_head": _audit_head(audit_head),
    }


def day(value: str | None) -> str:
    return _in_words(date.fromisoformat(value)) if value else ""


def moment(value: str | None, zone: ZoneInfo, *, seconds: bool = False) -> str:
    if not value:
        return ""
    local = datetime.fromisoformat(value).astimezone(zone)
    return f"{_in_words(local.date())}, {local.strftime('%H:%M:%S' if seconds else '%H:%M')} {local.tzname()}"


def groups(digest: str, size: int) -> str:
    """A fingerprint in groups that an eye can compare."""
    return " ".join(digest[start : start + size] for start in range(0, len(digest), size))


def _audit_head(head: str) -> str:
    """The anchor of the audit chain, `sequence:digest`, as a person reads it."""
    sequence, _colon, digest = head.rpartition(":")
    return f"{sequence}: {groups(digest, 8)}" if sequence else groups(digest, 8)


def short_name(name: str, other: str) -> str:
    """The first word of a name, where it tells the two apart."""
    first = name.partition(" ")[0]
    return first if first and first != other.partition(" ")[0] else name


def _in_words(value: date) -> str:
    # Django's English is American; the day comes first where this product is at home.
    pattern = "j F Y" if (get_language() or "en").startswith("en") else get_format("DATE_FORMAT")
    return format_date(value, pattern)


def _text(value: str) -> dict[str, Any]:
    return {
        "paragraphs": [{"text": part, "direction": direction(part)} for part in paragraphs(value)],
        "is_long": len(value) > LONGEST_IN_COLUMN or value.count("\n") > 12,
    }


def _topic(section: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": section["title"],
        "questions": [question for each in section["questions"] if (question := _question(each))["has_answer"]],
    }


def _question(question: Mapping[str, Any]) -> dict[str, Any]:
    employee, interviewer = _answer(question["employee"]), _answer(question["interviewer"])
    return {
        "text": question["text"],
        "employee": employee,
        "interviewer": interviewer,
        "has_answer": bool(employee or interviewer),
        "is_long": any(answer and answer["is_long"] for answer in (employee, interviewer)),
    }


def _answer(answer: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if answer is None or not (answer["text"] or answer["fields"]):
        return None
    fields = [{"label": label, "value": str(value)} for label, value in answer["fields"] if str(value).strip()]
    text = _text(answer["text"] or "")
    text["is_long"] = text["is_long"] or sum(len(field["value"]) for field in fields) > LONGEST_IN_COLUMN
    return {**text, "fields": fields}


def _minutes(section: Mapping[str, Any]) -> dict[str, Any]:
    return {"title": section["title"], "minutes_planned": section["minutes_planned"], **_text(section["minutes"])}


def _skill(row: charts.SkillRow) -> dict[str, Any]:
    if row.employee is None or row.interviewer is None:
        views = ""
    elif row.employee == row.interviewer:
        views = _("same view")
    else:
        views = _("%(levels)d apart") % {"levels": abs(row.employee - row.interviewer)}
    missing = pgettext("level of a skill", "none")
    levels = [missing if level is None else level for level in (row.employee, row.interviewer, row.target)]
    return {"name": row.name, "employee": levels[0], "interviewer": levels[1], "target": levels[2], "views": views}


def _goal(goal: Mapping[str, Any], owners: Mapping[str, str]) -> dict[str, Any]:
    parts = (
        (_("What will be different"), goal["specific"]),
        (_("How both will notice"), goal["measurable"]),
        (_("What it takes"), goal["achievable"]),
        (_("Why it matters"), goal["relevant"]),
    )
    sentence = _text(goal["sentence"])
    return {
        "title": goal["title"],
        "due": day(goal["due_on"]),
        "sentence": sentence,
        "parts": []
        if sentence["paragraphs"]
        else [{"label": label, "value": value} for label, value in parts if value],
        "left_incomplete": goal["left_incomplete"],
        "actions": [
            {
                **action,
                "kind": _action_kind(action["kind"]),
                "status": _action_status(action["status"]),
                "voice": owners.get(action["owner"], "org"),
                "due": day(action["due_on"]),
            }
            for action in goal["actions"]
        ],
        "is_long": sentence["is_long"] or len(goal["actions"]) > 6,
    }


def _action_kind(code: str) -> str:
    kinds = {
        "experience": _("by doing"),
        "exposure": _("with other people"),
        "course": _("by a course"),
    }
    return kinds.get(code, "")


def _action_status(code: str) -> str:
    states = {
        "in_progress": _("in progress"),
        "done": _("done"),
        "dropped": _("dropped"),
        "blocked": _("blocked"),
    }
    return states.get(code, "")


def _signature(signature: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    slot, declared = signature["slot"], signature["declared"]
    return {
        **signature,
        "voice": {"employee": "you", "interviewer": "mgr"}.get(slot, "org"),
        "role": signature["role"] or _slot(slot),
        "said": _declaration(slot, declared, signature["witness"]),
        "signed": moment(signature["signed_at"], zone),
        "method": "" if declared == "absent" else method_in_words(signature["method"]),
        "saw": groups(signature["content_sha256"][:8], 4),
        "remark": _text(signature["remark"]) if signature["remark"].strip() else None,
    }


def _slot(slot: str) -> str:
    slots = {"employee": _("Employee"), "interviewer": _("Interviewer"), "hr": _("HR partner")}
    return slots.get(slot, slot)


def _declaration(slot: str, declared: str, witness: str | None) -> str:
    if declared == "absent":
        if witness:
            return _("was asked and did not answer; %(witness)s confirms it") % {"witness": witness}
        return _("was asked and did not answer")
    by_slot = {
        ("interviewer", "confirms"): _("confirms the minutes and the plan"),
        ("hr", "confirms"): _("confirms that both were asked and both answered"),
    }
    declarations = {
        "agrees": _("agrees to the minutes and the plan"),
        "reservations": _("has read it and sees something differently, as printed above"),
        "confirms": _("confirms that this is what was said"),
        "refused": _("does not want to sign, for the reason printed above"),
    }
    return by_slot.get((slot, declared)) or declarations.get(declared, declared)


def method_in_words(method: str) -> str:
    methods = {
        "password": _("signed in, and gave the password again for this signature"),
        METHOD: _("signed in, and gave the password again for this signature"),
        "totp": pgettext("signature", "signed in, and gave a code again for this signature"),
        "passkey": pgettext("signature", "signed in, and used a passkey again for this signature"),
        "sso": _("signed in with the company account, asked again for this signature"),
    }
    return methods.get(method, method)

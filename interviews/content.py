"""What is put before both to sign: canonical JSON and its hash."""

import datetime
import hashlib
import json
from typing import Any

from django.utils import translation

from interviews.answering import printed
from interviews.models import Interview
from interviews.questions import Question
from interviews.release import EMPLOYEE, INTERVIEWER, recordable_answers
from people.models import Employee
from plans.queries import frozen_plan

SCHEMA = "careerconv.record/1"


def canonical(content: Any) -> str:
    """RFC 8785 for content without floats: sorted keys, no spaces, UTF-8."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def build(interview: Interview, *, frozen_at: datetime.datetime) -> dict[str, Any]:
    """Everything that will be signed, in the interview's language. Only released answers for the record are in it."""
    with translation.override(interview.language):
        return _build(interview, frozen_at)


def _build(interview: Interview, frozen_at: datetime.datetime) -> dict[str, Any]:
    questions, language = interview.version.questions, interview.language
    answers = recordable_answers(interview)
    minutes = dict(interview.minutes.values_list("section", "text"))

    def said(question: Question, side: str) -> dict[str, Any] | None:
        answer = answers.get(question.key, {}).get(side)
        return printed(question, answer.value, language) if answer else None

    sections = [
        {
            "key": section.key,
            "title": section.name(language),
            "minutes_planned": section.minutes,
            "minutes": minutes.get(section.key, ""),
            "questions": [
                {
                    "key": question.key,
                    "kind": question.kind,
                    "text": question.text_for(EMPLOYEE, language),
                    EMPLOYEE: said(question, EMPLOYEE),
                    INTERVIEWER: said(question, INTERVIEWER),
                }
                for question in section.questions
                if question.visibility == "record" and question.key in answers
            ],
        }
        for section in questions.sections
    ]
    return {
        "schema": SCHEMA,
        "interview": _frame(interview, frozen_at),
        "employee": {**_person(interview.employee), "department": str(interview.employee.department or "")},
        "interviewer": _person(interview.interviewer),
        "sections": [s for s in sections if s["minutes"] or s["questions"]],
        "skills": _skills(interview, answers),
        **frozen_plan(interview.employee, interview.interviewer, occasion_id=interview.pk),
    }


def for_reading(canonical_text: str) -> dict[str, Any]:
    """The frozen content as pages show it: skill ratings of both in one table instead of two lists."""
    content: dict[str, Any] = json.loads(canonical_text)
    for section in content["sections"]:
        for question in section["questions"]:
            if question["kind"] == "skills":
                given = {side: dict((question[side] or {}).get("fields", [])) for side in (EMPLOYEE, INTERVIEWER)}
                labels = dict.fromkeys([*given[EMPLOYEE], *given[INTERVIEWER]])
                question["rows"] = [
                    (label, given[EMPLOYEE].get(label, ""), given[INTERVIEWER].get(label, "")) for label in labels
                ]
    return content


def _frame(interview: Interview, frozen_at: datetime.datetime) -> dict[str, Any]:
    started = interview.started_at or frozen_at
    return {
        "id": str(interview.pk),
        "reference": interview.reference,
        "language": interview.language,
        "held_on": interview.employee.local_date(started).isoformat(),
        "started_at": started.isoformat(timespec="seconds"),
        "frozen_at": frozen_at.isoformat(timespec="seconds"),
        "minutes_planned": interview.minutes_planned,
        "cycle": interview.cycle.name if interview.cycle else None,
        "template": {
            "slug": interview.version.questions.slug,
            "version": interview.version.number,
            "name": interview.version.questions.name_in(interview.language),
        },
        "place": interview.place,
    }


def _person(person: Employee) -> dict[str, str]:
    return {"id": str(person.pk), "name": person.get_full_name(), "job_title": person.job_title}


def _skills(interview: Interview, answers: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Both views of each skill side by side; None where somebody gave none."""
    rows = []
    for question in interview.version.questions:
        if question.kind != "skills" or question.key not in answers:
            continue
        given = {
            side: answers[question.key][side].value.get("ratings", {})
            for side in (EMPLOYEE, INTERVIEWER)
            if side in answers[question.key]
        }
        for skill in question.skills:
            levels = {side: given.get(side, {}).get(skill.key, {}).get("level") for side in (EMPLOYEE, INTERVIEWER)}
            name = skill.text.get(interview.language) or skill.text.get("en", skill.key)
            rows.append({"name": name, "self": levels[EMPLOYEE], "interviewer": levels[INTERVIEWER], "target": None})
    return rows

"""A conversation as the interviews app freezes it, and its signatures, for tests that need no database."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from interviews.content import canonical

SEALED_AT = datetime(2026, 12, 17, 15, 5, 31, tzinfo=UTC)
REFERENCE = "0b6f 3d1e"
AUDIT_HEAD = "4711:9d1f6c0e5b8a47323e9c84ab27d05f61c3b7a9028d4e5f60718293a4b5c6d7e8"
REVIEW = {
    "confirmed_at": "2026-12-11T14:20:00+00:00",
    "confirmed_by": "Amara Okafor",
    "proceeded_after_silence": False,
}
ORGANISATION = {
    "name": "Meridian S.A.",
    "place": "Luxembourg",
    "brand": "Career conversations",
    "time_zone": "Europe/Luxembourg",
    "verify_address": "careers.meridian.example/records/verify/",
}


def answer(text: str, *fields: list[str]) -> dict[str, Any]:
    return {"text": text, "fields": list(fields)}


def content() -> dict[str, Any]:
    return {
        "schema": "careerconv.record/1",
        "interview": {
            "id": "0b6f3d1e-4a52-4d0e-9d55-2f3d0a9c7b11",
            "reference": REFERENCE,
            "language": "en",
            "held_on": "2026-12-03",
            "started_at": "2026-12-03T09:02:00+00:00",
            "minutes_planned": 60,
            "cycle": "Autumn 2026",
            "template": {
                "slug": "career-development-interview",
                "version": 1,
                "name": "Career development interview",
            },
            "place": "Room Linden",
        },
        "employee": {
            "id": "6d1c3c7e-50a0-4a0a-8a52-8b7f1b0f2a01",
            "name": "Amara Okafor",
            "job_title": "Payroll analyst",
            "department": "Payroll",
        },
        "interviewer": {
            "id": "6d1c3c7e-50a0-4a0a-8a52-8b7f1b0f2a02",
            "name": "Jonas Weber",
            "job_title": "Head of Payroll",
        },
        "sections": [
            {
                "key": "looking-back",
                "title": "Looking back",
                "minutes_planned": 10,
                "minutes": "The migration went live on the old date with a smaller first release. "
                "Amara wants the next one to be planned with Finance from the first week.",
                "questions": [
                    {
                        "key": "proud",
                        "text": "What are you proud of, and what made it possible?",
                        "kind": "long_text",
                        "employee": answer(
                            "In September the vendor told us the cut-over would slip by two weeks. Finance had already "
                            "promised the date to the works council, so nobody wanted to hear it.\n\n"
                            "I asked Priya and Tom for half an hour each before the meeting and wrote down what each "
                            "of them could not accept. We agreed on a smaller first release, on the old date."
                        ),
                        "interviewer": answer(
                            "The one-page comparison turned the meeting. Priya told me it was the first time she felt "
                            "heard by our team.\n\nI would like to see Amara do this earlier, before positions harden, "
                            "and without waiting to be asked."
                        ),
                    },
                ],
            },
            {
                "key": "winning-people-over",
                "title": "Winning people over",
                "minutes_planned": 14,
                "minutes": "Both sides’ lists on one page turned the vendor meeting. Next time one week earlier, "
                "before positions harden.",
                "questions": [
                    {
                        "key": "feedback",
                        "text": "An example worth repeating",
                        "kind": "sbi",
                        "employee": None,
                        "interviewer": answer(
                            "",
                            ["Situation", "The vendor meeting of 14 September."],
                            ["Behaviour", "Amara put both lists on one page before anybody spoke."],
                            ["Impact", "We agreed in forty minutes; the meeting before had taken two hours."],
                        ),
                    },
                ],
            },
            {
                "key": "where-next",
                "title": "Where next",
                "minutes_planned": 15,
                "minutes": "Amara would like to lead a small team one day. She is not in a hurry and wants to try it "
                "in a project first.",
                "questions": [
                    {
                        "key": "direction",
                        "text": "Which direction do you see for yourself?",
                        "kind": "direction",
                        "employee": answer(
                            "I like the work with people more than I expected.",
                            ["Directions", "Upward, Not sure yet"],
                        ),
                        "interviewer": None,
                    },
                    {
                        "key": "environment",
                        "text": "What gets in the way?",
                        "kind": "long_text",
                        "employee": None,
                        "interviewer": None,
                    },
                ],
            },
        ],
        "skills": [
            {"name": "Communication", "self": 3, "interviewer": 4, "target": 4},
            {"name": "Planning", "self": 4, "interviewer": 4, "target": 4},
            {"name": "Analysis", "self": 4, "interviewer": 4, "target": 4},
            {"name": "Coaching", "self": 2, "interviewer": 3, "target": 3},
            {"name": "Facilitation", "self": 4, "interviewer": 3, "target": 4},
            {"name": "Data protection", "self": 2, "interviewer": None, "target": 3},
        ],
        "goals": [
            {
                "id": "2f0f0c0e-0000-4000-8000-000000000001",
                "title": "Moderate the vendor review",
                "specific": "I run the January review without Jonas in the room",
                "measurable": "both sides confirm the decisions within two days",
                "achievable": "the agenda of the September meeting",
                "relevant": "I want to be asked before it gets hard",
                "due_on": "2027-01-22",
                "left_incomplete": "",
                "sentence": "I run the January review without Jonas in the room; both sides confirm the decisions "
                "within two days. For that I need the agenda of the September meeting. It matters because I want to "
                "be asked before it gets hard.",
                "actions": [
                    {
                        "title": "Write the agenda and send it to both sides",
                        "kind": "experience",
                        "owner": "Amara Okafor",
                        "due_on": "2027-01-08",
                        "resources": "",
                        "status": "open",
                    },
                    {
                        "title": "Sit in on a review of the Finance team",
                        "kind": "exposure",
                        "owner": "Jonas Weber",
                        "due_on": "2026-12-18",
                        "resources": "half a day",
                        "status": "in_progress",
                    },
                ],
            },
            {
                "id": "2f0f0c0e-0000-4000-8000-000000000002",
                "title": "Coach Mina Park",
                "specific": "She runs the March checklist herself",
                "measurable": "she calls me at most twice",
                "achievable": "",
                "relevant": "I want to find out whether I like leading",
                "due_on": "2027-04-30",
                "left_incomplete": "The hours depend on the January workload; we look again at the first check-in.",
                "sentence": "",
                "actions": [],
            },
        ],
        "promises": [
            {"what": "introduces Amara to the works council", "owner": "Jonas Weber", "due_on": "2026-12-11"},
            {"what": "asks Priya Nair for an hour a month as a mentor", "owner": "Jonas Weber", "due_on": "2027-01-15"},
            {
                "what": "pays two days of “Facilitating difficult meetings”, up to €\u00a01,240",
                "owner": "Helen Marsh",
                "due_on": "2027-02-26",
            },
        ],
        "not_promised": [{"what": "A team lead post in 2027. Jonas will say when one is advertised."}],
    }


def signatures(of: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    digest = hashlib.sha256(canonical(of or content()).encode()).hexdigest()
    return [
        {
            "slot": "employee",
            "name": "Amara Okafor",
            "role": "Employee",
            "declared": "reservations",
            "remark": "On Facilitation I stay at 4. I ran the last three reviews, and Jonas was in one of them.",
            "signed_at": "2026-12-14T10:32:00+00:00",
            "method": "password",
            "content_sha256": digest,
            "witness": None,
        },
        {
            "slot": "interviewer",
            "name": "Jonas Weber",
            "role": "Interviewer",
            "declared": "confirms",
            "remark": "",
            "signed_at": "2026-12-16T08:14:00+00:00",
            "method": "password",
            "content_sha256": digest,
            "witness": None,
        },
        {
            "slot": "hr",
            "name": "Helen Marsh",
            "role": "HR partner",
            "declared": "confirms",
            "remark": "",
            "signed_at": "2026-12-17T14:58:00+00:00",
            "method": "password",
            "content_sha256": digest,
            "witness": None,
        },
    ]

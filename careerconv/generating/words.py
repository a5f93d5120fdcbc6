"""What is answered and written down: a stock for each question and section, made once and drawn from."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from careerconv.generating.chance import Chance
from interviews.answering import printed
from interviews.questions import Question, Questions, Section

STOCK = 24
SKILLS_RATED = 2
DIRECTIONS = ("stay_and_deepen", "sideways", "upward", "expert", "not_sure")


@dataclass(frozen=True)
class Said:
    """An answer as its row keeps it, as the record prints it, and the levels in it if it rates skills."""

    value: str
    printed: dict[str, Any]
    levels: dict[str, int]


class Words:
    def __init__(self, chance: Chance, stories: dict[str, Any], questions: Questions) -> None:
        self.chance, self.stories, self.questions = chance, stories, questions
        self.answers = {question.key: [self._answer(question) for _n in range(STOCK)] for question in questions}

    def asked_of(self, side: str) -> list[Question]:
        return [question for question in self.questions if question.asked_of(side)]

    def answer(self, question: Question) -> Said:
        return self.chance.one(self.answers[question.key])

    def minutes(self, section: Section) -> str:
        text: str = self.chance.one(self.stories["minutes"])
        return text

    def _answer(self, question: Question) -> Said:
        value = self._value(question)
        levels = {key: rating["level"] for key, rating in value.get("ratings", {}).items()}
        return Said(json.dumps(value, ensure_ascii=False), printed(question, value, "en"), levels)

    def _value(self, question: Question) -> dict[str, Any]:
        one, some, between = self.chance.one, self.chance.some, self.chance.between
        parts = {"what": "hindrance", "since": "since", "tried": "tried", "who": "remover"}
        makers: dict[str, Callable[[], dict[str, Any]]] = {
            "long_text": lambda: {"text": "\n\n".join(some(self.stories["said"], between(1, 3)))},
            "short_text": lambda: {"text": one(self.stories["short"])},
            "choice": lambda: {"choice": one(question.options).key},
            "choices": lambda: {"choices": [option.key for option in some(question.options, 2)], "text": ""},
            "scale": lambda: {"point": between(2, question.points)},
            "date": lambda: {"date": f"2030-{between(1, 12):02}-15"},
            "direction": lambda: {"directions": some(DIRECTIONS, 2), "why": one(self.stories["said"])},
            "sbi": lambda: {part: one(self.stories[part]) for part in ("situation", "behaviour", "impact")},
            "roadblock": lambda: {part: one(self.stories[name]) for part, name in parts.items()},
            "skills": lambda: {"ratings": {skill.key: self._rating() for skill in some(question.skills, SKILLS_RATED)}},
        }
        return makers[question.kind]()

    def _rating(self) -> dict[str, Any]:
        return {"level": self.chance.between(1, 5), "evidence": self.chance.one(self.stories["evidence"])}

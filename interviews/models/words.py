"""What people write: answers before the conversation, minutes and private notes in it."""

import uuid

from django.db import models

from interviews.models.interview import Interview
from people.models import Employee


class Written(models.Model):
    """A text with an optimistic lock: a save names the version it started from."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        abstract = True


class Answer(Written):
    """One person's answer to one question; `value` is what its kind of question keeps."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="answers")
    question = models.SlugField(max_length=80)
    author = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    value = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["interview", "question", "author"], name="answer_once_per_question")
        ]

    def __str__(self) -> str:
        return self.question


class Minutes(Written):
    """What both agree was said on one section; the interviewer writes, the other side reads along."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="minutes")
    section = models.SlugField(max_length=80)
    text = models.TextField(blank=True)
    written_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["interview", "section"], name="minutes_once_per_section")]

    def __str__(self) -> str:
        return self.section


class PrivateNote(Written):
    """Its author's working memory: in no record, on nobody else's page, erased 30 days after the interview closes."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="private_notes")
    section = models.SlugField(max_length=80)
    author = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    text = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["interview", "section", "author"], name="private_note_once_per_section")
        ]

    def __str__(self) -> str:
        return self.section

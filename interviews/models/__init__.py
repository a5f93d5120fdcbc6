from interviews.models.interview import Cycle, Exemption, Extension, Interview, Outcome, Purpose, Reassignment, State
from interviews.models.nudge import Nudge
from interviews.models.signing import ChangeRequest, Content, Declaration, Signature, Slot
from interviews.models.template import Template, TemplateVersion
from interviews.models.words import Answer, Minutes, PrivateNote

__all__ = [
    "Answer",
    "ChangeRequest",
    "Content",
    "Cycle",
    "Declaration",
    "Exemption",
    "Extension",
    "Interview",
    "Minutes",
    "Nudge",
    "Outcome",
    "PrivateNote",
    "Purpose",
    "Reassignment",
    "Signature",
    "Slot",
    "State",
    "Template",
    "TemplateVersion",
]

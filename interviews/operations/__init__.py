"""What people can do with interviews: one function per intention, grouped by the phase it belongs to."""

from interviews.operations.cases import Tally, exempt_from_cycle, extend_interview, for_each
from interviews.operations.cycles import Launch, change_cycle, create_cycle, launch_cycle
from interviews.operations.meeting import schedule_meeting
from interviews.operations.preparing import save_answer, share_answers
from interviews.operations.reminding import remind_interview
from interviews.operations.requesting import (
    accept_request,
    cancel_interview,
    end_for_leavers,
    reassign_interviewer,
    record_not_held,
    request_interview,
)
from interviews.operations.review import ask_for_changes, confirm_content, freeze_content, proceed_after_silence
from interviews.operations.room import erase_old_notes, save_minutes, save_private_note, start_conversation
from interviews.operations.signing import sign_interview, witness_absence
from interviews.operations.templates import import_template, install_shipped, publish_template, retire_template

__all__ = [
    "Launch",
    "Tally",
    "accept_request",
    "ask_for_changes",
    "cancel_interview",
    "change_cycle",
    "confirm_content",
    "create_cycle",
    "end_for_leavers",
    "erase_old_notes",
    "exempt_from_cycle",
    "extend_interview",
    "for_each",
    "freeze_content",
    "import_template",
    "install_shipped",
    "launch_cycle",
    "proceed_after_silence",
    "publish_template",
    "reassign_interviewer",
    "record_not_held",
    "remind_interview",
    "request_interview",
    "retire_template",
    "save_answer",
    "save_minutes",
    "save_private_note",
    "schedule_meeting",
    "share_answers",
    "sign_interview",
    "start_conversation",
    "witness_absence",
]

"""What people do with a plan: one function per intention."""

from plans.operations.actions import add_action, change_action, settle_action
from plans.operations.check_ins import hold_check_in, postpone_check_in, start_check_in, start_series
from plans.operations.dates import answer_request, ask_for_time, move_date
from plans.operations.following import nudge_owner
from plans.operations.goals import add_goal, change_goal, close_goal, ensure_plan, open_goal, publish_goal, reopen_goal
from plans.operations.mistakes import take_back
from plans.operations.past import open_past
from plans.operations.progress import note_progress
from plans.operations.promises import add_promise, change_promise, open_promise, settle_promise
from plans.operations.remarks import write_remark

__all__ = [
    "add_action",
    "add_goal",
    "add_promise",
    "answer_request",
    "ask_for_time",
    "change_action",
    "change_goal",
    "change_promise",
    "close_goal",
    "ensure_plan",
    "hold_check_in",
    "move_date",
    "note_progress",
    "nudge_owner",
    "open_goal",
    "open_past",
    "open_promise",
    "postpone_check_in",
    "publish_goal",
    "reopen_goal",
    "settle_action",
    "settle_promise",
    "start_check_in",
    "start_series",
    "take_back",
    "write_remark",
]

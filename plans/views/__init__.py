"""The pages of plans, by noun."""

from plans.views.actions import action, action_edit, action_new, action_settle
from plans.views.check_ins import check_in, check_in_postpone, check_in_start
from plans.views.goals import goal, goal_close, goal_edit, goal_new, goal_open
from plans.views.plans import changes, detail, owed, plan_list, start
from plans.views.promises import promise, promise_edit, promise_new, promise_open, promise_settle

__all__ = [
    "action",
    "action_edit",
    "action_new",
    "action_settle",
    "changes",
    "check_in",
    "check_in_postpone",
    "check_in_start",
    "detail",
    "goal",
    "goal_close",
    "goal_edit",
    "goal_new",
    "goal_open",
    "owed",
    "plan_list",
    "promise",
    "promise_edit",
    "promise_new",
    "promise_open",
    "promise_settle",
    "start",
]

"""The pages of plans, by noun."""

from plans.views.actions import action_edit, action_new
from plans.views.check_ins import check_in, check_in_postpone, check_in_start, check_in_words
from plans.views.dates import date, time_answer
from plans.views.goals import goal, goal_close, goal_edit, goal_new, goal_open, progress
from plans.views.plans import changes, check_ins, closed, detail, owed, past, plan_list, start
from plans.views.promises import promise_edit, promise_new, promise_open
from plans.views.settling import back, item, settle

__all__ = [
    "action_edit",
    "action_new",
    "back",
    "changes",
    "check_in",
    "check_in_postpone",
    "check_in_start",
    "check_in_words",
    "check_ins",
    "closed",
    "date",
    "detail",
    "goal",
    "goal_close",
    "goal_edit",
    "goal_new",
    "goal_open",
    "item",
    "owed",
    "past",
    "plan_list",
    "progress",
    "promise_edit",
    "promise_new",
    "promise_open",
    "settle",
    "start",
    "time_answer",
]

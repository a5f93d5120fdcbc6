"""The living plan: goals, actions, promises, their history, and the check-ins that keep it alive.

A plan knows no interviews: what changed it is kept as an occasion, a label and an id.
"""

from plans.models.check_ins import CheckIn, Pace, Progress, Remark
from plans.models.history import Change, ItemKind
from plans.models.items import (
    ACTION_PENDING,
    GOAL_ENDED,
    PROMISE_ENDED,
    Action,
    ActionKind,
    ActionState,
    Answer,
    Goal,
    GoalState,
    Plan,
    Promise,
    PromiseState,
    TimeRequest,
)

__all__ = [
    "ACTION_PENDING",
    "GOAL_ENDED",
    "PROMISE_ENDED",
    "Action",
    "ActionKind",
    "ActionState",
    "Answer",
    "Change",
    "CheckIn",
    "Goal",
    "GoalState",
    "ItemKind",
    "Pace",
    "Plan",
    "Progress",
    "Promise",
    "PromiseState",
    "Remark",
    "TimeRequest",
]

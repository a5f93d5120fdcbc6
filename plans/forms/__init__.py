"""The shape of what people send. Rules are in the operations."""

from plans.forms.actions import ActionForm, SettleActionForm
from plans.forms.check_ins import CheckInForm, PostponeForm, StepForm
from plans.forms.goals import CloseGoalForm, GoalForm, ReopenGoalForm
from plans.forms.promises import PromiseForm, SettlePromiseForm
from plans.forms.words import differences

__all__ = [
    "ActionForm",
    "CheckInForm",
    "CloseGoalForm",
    "GoalForm",
    "PostponeForm",
    "PromiseForm",
    "ReopenGoalForm",
    "SettleActionForm",
    "SettlePromiseForm",
    "StepForm",
    "differences",
]

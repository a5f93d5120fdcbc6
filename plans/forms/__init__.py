"""The shape of what people send. Rules are in the operations."""

from plans.forms.actions import ActionForm
from plans.forms.check_ins import CheckInForm, PostponeForm, ProgressForm, RemarkForm, StepForm
from plans.forms.dates import DateForm
from plans.forms.goals import CloseGoalForm, GoalForm, ReopenGoalForm
from plans.forms.promises import PromiseForm
from plans.forms.settling import SettleForm
from plans.forms.words import differences

__all__ = [
    "ActionForm",
    "CheckInForm",
    "CloseGoalForm",
    "DateForm",
    "GoalForm",
    "PostponeForm",
    "ProgressForm",
    "PromiseForm",
    "RemarkForm",
    "ReopenGoalForm",
    "SettleForm",
    "StepForm",
    "differences",
]

"""Reads as pages and records need them."""

from plans.queries.frozen import Problem, frozen_plan, problems_of
from plans.queries.lists import PlanRow, due_check_ins, owed_by, plans_of
from plans.queries.plan import check_in_page, goal_page, history, plan_page

__all__ = [
    "PlanRow",
    "Problem",
    "check_in_page",
    "due_check_ins",
    "frozen_plan",
    "goal_page",
    "history",
    "owed_by",
    "plan_page",
    "plans_of",
    "problems_of",
]

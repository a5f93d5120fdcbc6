"""Reads as pages and records need them."""

from plans.queries.frozen import Problem, frozen_plan, problems_of
from plans.queries.lists import (
    SHOWS,
    PlanRow,
    near_check_ins,
    number_owed,
    owed_by,
    plan_rows,
    requests_for,
    settled_by,
    team_of,
)
from plans.queries.plan import check_in_page, goal_page, history, plan_page, plan_to_read

__all__ = [
    "SHOWS",
    "PlanRow",
    "Problem",
    "check_in_page",
    "frozen_plan",
    "goal_page",
    "history",
    "near_check_ins",
    "number_owed",
    "owed_by",
    "plan_page",
    "plan_rows",
    "plan_to_read",
    "problems_of",
    "requests_for",
    "settled_by",
    "team_of",
]

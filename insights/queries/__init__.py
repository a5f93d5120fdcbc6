"""HR's figures: their definitions, and the pages that show them."""

from insights.queries.branches import Branch, branch_of
from insights.queries.coverage import covered
from insights.queries.figures import LABELS, STEPS, Selection, figures, launched, people_behind, percent
from insights.queries.ledger import Ledger
from insights.queries.overview import Overview, Part, overview

__all__ = [
    "LABELS",
    "STEPS",
    "Branch",
    "Ledger",
    "Overview",
    "Part",
    "Selection",
    "branch_of",
    "covered",
    "figures",
    "launched",
    "overview",
    "people_behind",
    "percent",
]

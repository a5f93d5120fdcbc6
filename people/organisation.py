"""The organisation's row as pages read it: with each request, so the query is compiled once."""

from django.db.models import QuerySet

from people.models import Organisation
from people.prepared import prepared


@prepared
def _rows() -> QuerySet[Organisation]:
    return Organisation.objects.filter(id=1)


def the_organisation() -> Organisation:
    """The row, or an unsaved one with the defaults before first set-up. One query."""
    return next(iter(_rows()), None) or Organisation()

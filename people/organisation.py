"""The organisation's row as pages read it: with each request, so the query is compiled once."""

import zoneinfo

from django.db.models import QuerySet
from django.http import HttpRequest

from people.models import Organisation
from people.prepared import prepared


@prepared
def _rows() -> QuerySet[Organisation]:
    return Organisation.objects.filter(id=1)


def the_organisation() -> Organisation:
    """The row, or an unsaved one with the defaults before first set-up. One query."""
    return next(iter(_rows()), None) or Organisation()


def organisation_of(request: HttpRequest) -> Organisation:
    """The same for a page, whose frame and contents both ask: one query for each request."""
    known = request.__dict__
    if "_organisation" not in known:
        known["_organisation"] = the_organisation()
    found: Organisation = known["_organisation"]
    return found


def zone_of(organisation: Organisation) -> zoneinfo.ZoneInfo:
    """Where the organisation's days begin and end."""
    return zoneinfo.ZoneInfo(organisation.timezone)

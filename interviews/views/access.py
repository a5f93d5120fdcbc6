"""How a view gets hold of an interview, or of a round: invisible is 404, visible but not allowed is 403."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from audit.operations import record_reading
from interviews.models import Cycle, Interview
from interviews.queries.one import visible_cycle, visible_interview
from people.policy import can
from people.requests import SignedInRequest


def interview_for(request: SignedInRequest, pk: UUID, action: str = "interview.see") -> Interview:
    """The interview, when this person may see it and the policy allows the action on it."""
    interview = visible_interview(request.user, pk)
    if interview is None:
        raise Http404
    if not can(request.user, action, interview.employee, interviewer=interview.interviewer):
        raise PermissionDenied
    return interview


def content_for(request: SignedInRequest, pk: UUID, action: str = "interview.see_content") -> Interview:
    """The same for pages that show what people wrote: a reader other than the employee is noted."""
    interview = interview_for(request, pk, action)
    note_reading(request, interview)
    return interview


def note_reading(request: SignedInRequest, interview: Interview) -> None:
    if request.user.pk != interview.employee_id:
        record_reading(action="interview.read", by=request.user, subject=interview)


def cycle_for(request: SignedInRequest, pk: UUID, action: str = "cycle.see") -> Cycle:
    if not can(request.user, action):
        raise PermissionDenied
    cycle = visible_cycle(request.user, pk)
    if cycle is None:
        raise Http404
    return cycle

"""What a request is once somebody has signed in; LoginRequiredMiddleware sees to it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from people.models import Employee


class SignedInRequest(HttpRequest):
    """A request of a person who is signed in. Views that need no sign-in take a plain `HttpRequest`."""

    user: Employee
    htmx: HtmxDetails

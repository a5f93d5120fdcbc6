"""The meeting as calendars understand it: iCalendar (RFC 5545) by mail (RFC 6047).

The same UID for ever and a rising SEQUENCE let a calendar move or remove what it has. What stands in it says nothing
of what the two talk about.
"""

import datetime
import zoneinfo
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress

from interviews.models import Interview
from people.models import Employee, Organisation


def meeting(interview: Interview, *, now: datetime.datetime, method: str = "REQUEST") -> bytes:
    """The calendar file for the date that is set; `method` CANCEL takes it back. In the language now active."""
    if interview.meets_at is None:
        raise ValueError("no date is set")
    zone = zoneinfo.ZoneInfo(interview.meeting_timezone or "UTC")
    starts = interview.meets_at.astimezone(zone)
    if starts.fold:  # The hour that comes twice when the clocks go back: a local time would mean the first one.
        starts = interview.meets_at.astimezone(datetime.UTC)
    link = settings.SITE_URL + reverse("interviews:detail", args=[interview.pk])
    event = Event()
    event.add("uid", f"{interview.pk}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", now.astimezone(datetime.UTC))
    event.add("sequence", interview.meeting_sequence)
    event.add("dtstart", starts)
    event.add("duration", datetime.timedelta(minutes=interview.minutes_planned))
    event.add("summary", _("Conversation"))
    event.add("description", "\n".join(line for line in (interview.video_link, link) if line))
    event.add("location", interview.place or interview.video_link)
    event.add("url", link)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("organizer", _organiser())
    for person in (interview.employee, interview.interviewer):
        event.add("attendee", _attendee(person))
    calendar = Calendar()
    calendar.add("prodid", "-//CareerConv//Conversations//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def _organiser() -> vCalAddress:
    """The application itself: it sends the date, nobody's own calendar does."""
    organisation = Organisation.current()
    _name, address = parseaddr(organisation.sender or settings.DEFAULT_FROM_EMAIL)
    organiser = vCalAddress(f"mailto:{address}")
    organiser.params["CN"] = _quotable(organisation.product_name)
    return organiser


def _attendee(person: Employee) -> vCalAddress:
    attendee = vCalAddress(f"mailto:{person.email}")
    attendee.params["CN"] = _quotable(person.get_full_name())
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = "NEEDS-ACTION"
    # Answers would go to the application's address, which nobody reads.
    attendee.params["RSVP"] = "FALSE"
    return attendee


def _quotable(name: str) -> str:
    """A parameter of RFC 5545 holds no control characters and no double quotes."""
    return "".join(letter for letter in " ".join(name.split()) if letter.isprintable()).replace('"', "'")

"""When and where two people meet, in the time zone of the one who writes it."""

import datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.forms.utils import from_current_timezone
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from interviews.models import Interview
from people.widgets import DateInput, TimeInput


class ScheduleForm(forms.Form):
    day = forms.DateField(label=_("Day"), widget=DateInput)
    time = forms.TimeField(label=_("Time"), widget=TimeInput)
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=10,
        max_value=480,
        help_text=_("As long as you need, without hurry: an hour is usual."),
    )
    place = forms.CharField(
        label=_("Place"), max_length=160, required=False, help_text=_("A room where nobody listens in.")
    )
    video_link = forms.URLField(
        label=_("Video link"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("If one of you is elsewhere."),
    )

    def __init__(self, *args: Any, interview: Interview, **kwargs: Any) -> None:
        kwargs["initial"] = _as_it_stands(interview)
        super().__init__(*args, **kwargs)
        self.fields["video_link"].validators = [URLValidator(schemes=["http", "https"])]
        self.fields["time"].widget.attrs["class"] = "line line--date"
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.layout = Layout(Row("day", "time"), "minutes", "place", "video_link")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        day, time = cleaned.get("day"), cleaned.get("time")
        if day and time:
            try:
                cleaned["meets_at"] = from_current_timezone(datetime.datetime.combine(day, time))
            except ValidationError:
                self.add_error("time", _("On this day the clocks change and this hour is missing or there twice."))
        return cleaned


def _as_it_stands(interview: Interview) -> dict[str, Any]:
    meets_at = timezone.localtime(interview.meets_at) if interview.meets_at else None
    return {
        "day": meets_at.date() if meets_at else interview.talk_by,
        "time": meets_at.time() if meets_at else None,
        "minutes": interview.minutes_planned,
        "place": interview.place,
        "video_link": interview.video_link,
    }

"""Conversations, from the request to the last signature."""

from django.urls import path

from interviews import urls_hr, urls_room
from interviews.views import listing, meeting, preparing, requesting, team

app_name = "interviews"
urlpatterns = [
    path("interviews/", listing.interviews, name="list"),
    path("interviews/request/", requesting.request_conversation, name="request"),
    path("interviews/team/", team.team, name="team"),
    path("interviews/<uuid:pk>/", listing.detail, name="detail"),
    path("interviews/<uuid:pk>/prepare/", preparing.prepare, name="prepare"),
    path("interviews/<uuid:pk>/prepare/check/", preparing.check_answers, name="check_answers"),
    path("interviews/<uuid:pk>/prepare/<slug:question>/", preparing.question, name="question"),
    path("interviews/<uuid:pk>/prepare/<slug:question>/autosave/", preparing.autosave, name="autosave"),
    path("interviews/<uuid:pk>/share/", preparing.share, name="share"),
    path("interviews/<uuid:pk>/schedule/", meeting.schedule, name="schedule"),
    path("interviews/<uuid:pk>/accept/", requesting.accept, name="accept"),
    path("interviews/<uuid:pk>/cancel/", requesting.cancel, name="cancel"),
    *urls_room.urlpatterns,
    *urls_hr.urlpatterns,
]

"""HR's figures and the people behind them."""

from django.urls import path

from insights.views import cycle_page, cycles, lists, overview

app_name = "insights"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("cycles/", cycles.cycles, name="cycles"),
    path("cycles/<uuid:pk>/", cycle_page.cycle, name="cycle"),
    path("cycles/<uuid:pk>/exempted/", cycle_page.cycle_exempted, name="cycle_exempted"),
    path("cycles/<uuid:pk>/export/", cycle_page.cycle_export, name="cycle_export"),
    path("cycles/<uuid:pk>/together/", cycle_page.together, name="together"),
    path("parts/", overview.parts, name="parts"),
    path("count/", overview.count, name="count"),
    path("interviews/", lists.people_list, name="people_list"),
    path("interviews/export/", lists.people_export, name="people_export"),
    path("interviews/remind/", lists.remind, name="remind"),
    path("contacts/", lists.contact_list, name="contacts"),
    path("contacts/export/", lists.contacts_export, name="contacts_export"),
    path("follow-ups/", lists.follow_ups, name="follow_ups"),
    path("follow-ups/export/", lists.follow_ups_export, name="follow_ups_export"),
    path("follow-ups/nudge/", lists.nudge, name="nudge"),
]

"""HR's figures and the people behind them."""

from django.urls import path

from insights import views

app_name = "insights"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("interviews/", views.people_list, name="people_list"),
    path("interviews/export/", views.people_export, name="people_export"),
    path("follow-ups/", views.follow_ups, name="follow_ups"),
]

"""The map of the product: one line per app."""

from django.urls import include, path

from careerconv import devmail, views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("dev/mail/", devmail.mails, name="devmail"),
    path("dev/mail/<slug:name>/", devmail.one_mail, name="devmail_one"),
    path("help/", views.help_page, name="help"),
    path("who-sees-what/", views.who_sees_what, name="who_sees_what"),
    path("accounts/", include("people.urls_accounts")),
    path("", include("people.urls")),
    path("plans/", include("plans.urls")),
    path("", include("interviews.urls")),
    path("", include("records.urls")),
    path("hr/", include("insights.urls")),
]

from django.urls import path

from people import views

app_name = "people"
urlpatterns = [
    path("people/", views.search, name="search"),
    path("people/<uuid:pk>/", views.person, name="person"),
    path("people/<uuid:pk>/leave/", views.leave, name="leave"),
    path("people/<uuid:pk>/second-factor/", views.second_factor_remove, name="second_factor_remove"),
    path("hr/people/", views.manage, name="manage"),
    path("hr/people/welcome/", views.welcome_send, name="welcome_send"),
    path("hr/people/import/", views.import_upload, name="import_upload"),
    path("hr/people/import/<uuid:pk>/", views.import_preview, name="import_preview"),
    path("account/", views.account, name="account"),
    path("account/mails/", views.account_mails, name="account_mails"),
    path("account/sessions/", views.account_sessions, name="account_sessions"),
    path("account/sessions/<uuid:handle>/end/", views.account_session, name="account_session"),
    path("settings/", views.settings, name="settings"),
    path("settings/offices/", views.office_grant, name="office_grant"),
    path("settings/offices/<uuid:pk>/end/", views.office_end, name="office_end"),
    path("settings/departments/", views.departments, name="departments"),
    path("welcome/<str:token>/", views.welcome, name="welcome"),
    path("language/", views.language, name="language"),
]

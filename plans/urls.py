from django.urls import path

from plans import views

app_name = "plans"
urlpatterns = [
    path("", views.plan_list, name="list"),
    path("owed/", views.owed, name="owed"),
    path("people/<uuid:pk>/start/", views.start, name="start"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/changes/", views.changes, name="changes"),
    path("<uuid:pk>/goals/new/", views.goal_new, name="goal_new"),
    path("<uuid:pk>/promises/new/", views.promise_new, name="promise_new"),
    path("<uuid:pk>/check-ins/start/", views.check_in_start, name="check_in_start"),
    path("goals/<uuid:pk>/", views.goal, name="goal"),
    path("goals/<uuid:pk>/edit/", views.goal_edit, name="goal_edit"),
    path("goals/<uuid:pk>/close/", views.goal_close, name="goal_close"),
    path("goals/<uuid:pk>/open/", views.goal_open, name="goal_open"),
    path("goals/<uuid:pk>/actions/new/", views.action_new, name="action_new"),
    path("actions/<uuid:pk>/", views.action, name="action"),
    path("actions/<uuid:pk>/edit/", views.action_edit, name="action_edit"),
    path("actions/<uuid:pk>/settle/", views.action_settle, name="action_settle"),
    path("promises/<uuid:pk>/", views.promise, name="promise"),
    path("promises/<uuid:pk>/edit/", views.promise_edit, name="promise_edit"),
    path("promises/<uuid:pk>/settle/", views.promise_settle, name="promise_settle"),
    path("promises/<uuid:pk>/open/", views.promise_open, name="promise_open"),
    path("check-ins/<uuid:pk>/", views.check_in, name="check_in"),
    path("check-ins/<uuid:pk>/postpone/", views.check_in_postpone, name="check_in_postpone"),
]

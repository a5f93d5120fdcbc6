from django.urls import path

from plans import views

GOAL, ACTION, PROMISE = ({"kind": kind} for kind in ("goal", "action", "promise"))

app_name = "plans"
urlpatterns = [
    path("", views.plan_list, name="list"),
    path("owed/", views.owed, name="owed"),
    path("people/<uuid:pk>/start/", views.start, name="start"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/changes/", views.changes, name="changes"),
    path("<uuid:pk>/closed/", views.closed, name="closed"),
    path("<uuid:pk>/past/", views.past, name="past"),
    path("<uuid:pk>/goals/new/", views.goal_new, name="goal_new"),
    path("<uuid:pk>/promises/new/", views.promise_new, name="promise_new"),
    path("<uuid:pk>/check-ins/", views.check_ins, name="check_ins"),
    path("<uuid:pk>/check-ins/start/", views.check_in_start, name="check_in_start"),
    path("goals/<uuid:pk>/", views.goal, name="goal"),
    path("goals/<uuid:pk>/edit/", views.goal_edit, name="goal_edit"),
    path("goals/<uuid:pk>/progress/", views.progress, name="progress"),
    path("goals/<uuid:pk>/date/", views.date, GOAL, name="goal_date"),
    path("goals/<uuid:pk>/close/", views.goal_close, name="goal_close"),
    path("goals/<uuid:pk>/back/", views.back, GOAL, name="goal_back"),
    path("goals/<uuid:pk>/open/", views.goal_open, name="goal_open"),
    path("goals/<uuid:pk>/actions/new/", views.action_new, name="action_new"),
    path("actions/<uuid:pk>/", views.item, ACTION, name="action"),
    path("actions/<uuid:pk>/edit/", views.action_edit, name="action_edit"),
    path("actions/<uuid:pk>/date/", views.date, ACTION, name="action_date"),
    path("actions/<uuid:pk>/settle/", views.settle, ACTION, name="action_settle"),
    path("actions/<uuid:pk>/back/", views.back, ACTION, name="action_back"),
    path("promises/<uuid:pk>/", views.item, PROMISE, name="promise"),
    path("promises/<uuid:pk>/edit/", views.promise_edit, name="promise_edit"),
    path("promises/<uuid:pk>/date/", views.date, PROMISE, name="promise_date"),
    path("promises/<uuid:pk>/settle/", views.settle, PROMISE, name="promise_settle"),
    path("promises/<uuid:pk>/back/", views.back, PROMISE, name="promise_back"),
    path("promises/<uuid:pk>/open/", views.promise_open, name="promise_open"),
    path("requests/<uuid:pk>/", views.time_answer, name="time_answer"),
    path("check-ins/<uuid:pk>/", views.check_in, name="check_in"),
    path("check-ins/<uuid:pk>/words/", views.check_in_words, name="check_in_words"),
    path("check-ins/<uuid:pk>/postpone/", views.check_in_postpone, name="check_in_postpone"),
]

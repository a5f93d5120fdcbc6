"""From the beginning of the conversation to the last signature."""

from django.urls import path

from interviews.views import reviewing, room, signing

urlpatterns = [
    path("interviews/<uuid:pk>/start/", room.start, name="start"),
    path("interviews/<uuid:pk>/room/", room.room, name="room"),
    path("interviews/<uuid:pk>/wrap-up/", room.wrap_up, name="wrap_up"),
    path("interviews/<uuid:pk>/goal/", room.add_goal, name="room_goal"),
    path("interviews/<uuid:pk>/promise/", room.add_promise, name="room_promise"),
    path("interviews/<uuid:pk>/room/<slug:section>/", room.room, name="room_section"),
    path("interviews/<uuid:pk>/room/<slug:section>/minutes/", room.save_minutes, name="save_minutes"),
    path("interviews/<uuid:pk>/room/<slug:section>/note/", room.save_note, name="save_note"),
    path("interviews/<uuid:pk>/freeze/", reviewing.freeze, name="freeze"),
    path("interviews/<uuid:pk>/review/", reviewing.review, name="review"),
    path("interviews/<uuid:pk>/review/changes/", reviewing.ask_changes, name="ask_changes"),
    path("interviews/<uuid:pk>/review/confirm/", reviewing.confirm, name="confirm"),
    path("interviews/<uuid:pk>/review/proceed/", reviewing.proceed, name="proceed"),
    path("interviews/<uuid:pk>/sign/", signing.sign, name="sign"),
    path("interviews/<uuid:pk>/signed/", signing.signed, name="signed"),
    path("interviews/<uuid:pk>/witness/", signing.witness, name="witness"),
]

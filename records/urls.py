"""Sealed records, what is added to them, and the public check of a file."""

from django.urls import path

from records import views

app_name = "records"
urlpatterns = [
    path("interviews/<uuid:pk>/record/", views.record, name="record"),
    path("interviews/<uuid:pk>/record.pdf", views.record_pdf, name="record_pdf"),
    path("interviews/<uuid:pk>/addendum/", views.write_addendum, name="write_addendum"),
    path("interviews/<uuid:pk>/addendum/<uuid:addendum>.pdf", views.addendum_pdf, name="addendum_pdf"),
    path("records/", views.register, name="register"),
    path("records/verify/", views.verify, name="verify"),
]

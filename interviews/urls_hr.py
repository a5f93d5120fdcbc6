"""HR's side: rounds of conversations, templates, and one conversation seen from outside."""

from django.urls import path

from interviews.views import cases, cycles, templates

urlpatterns = [
    path("hr/cycles/new/", cycles.cycle_new, name="cycle_new"),
    path("hr/cycles/<uuid:pk>/exempt/", cycles.cycle_exempt, name="cycle_exempt"),
    path("hr/cycles/<uuid:pk>/change/", cycles.cycle_change, name="cycle_change"),
    path("hr/cycles/<uuid:pk>/launch/", cycles.cycle_launch, name="cycle_launch"),
    path("hr/interviews/<uuid:pk>/", cases.case, name="case"),
    path("hr/interviews/<uuid:pk>/cancel/", cases.case_cancel, name="case_cancel"),
    path("hr/interviews/<uuid:pk>/exempt/", cases.exempt, name="exempt"),
    path("hr/interviews/<uuid:pk>/extend/", cases.extend, name="extend"),
    path("hr/interviews/<uuid:pk>/remind/", cases.remind, name="remind"),
    path("hr/interviews/<uuid:pk>/not-held/", cases.not_held, name="not_held"),
    path("hr/interviews/<uuid:pk>/reassign/", cases.reassign, name="reassign"),
    path("hr/templates/", templates.templates, name="templates"),
    path("hr/templates/shipped/", templates.templates_shipped, name="templates_shipped"),
    path("hr/templates/<uuid:pk>/", templates.template, name="template"),
    path("hr/templates/<uuid:pk>/compare/", templates.template_compare, name="template_compare"),
    path("hr/templates/<uuid:pk>/file/", templates.template_file, name="template_file"),
    path("hr/templates/<uuid:pk>/publish/", templates.template_publish, name="template_publish"),
    path("hr/templates/<uuid:pk>/retire/", templates.template_retire, name="template_retire"),
]

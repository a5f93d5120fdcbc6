from django.urls import include, path

from bench import bare

urlpatterns = [
    path("bare/<uuid:pk>/", bare.bare, name="bare"),
    path("", include("careerconv.urls")),
]

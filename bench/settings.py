"""The settings of an installation, and the one view that all others are measured against."""

from careerconv.settings import *  # noqa: F403 - everything as it is where it runs for real

ROOT_URLCONF = "bench.urls"
MIDDLEWARE.insert(0, "bench.bare.queries_told")
INSTALLED_APPS.append("bench")

"""Root addresses of what people see; config/urls.py puts them under the language.

Each wing has one line here and keeps its own addresses in its `urls.py`, with its name as `app_name`. `context` comes
first: it gives every role its frame, which a wing may then exchange for one of its own.
"""

from django.urls import URLPattern, URLResolver, include, path

from stegvis.web import context  # noqa: F401 -- registers every role's frame

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("stegvis.web.public.urls")),
    path("", include("stegvis.web.participant.urls")),
    path("care/", include("stegvis.web.therapist.urls")),
    path("trial/", include("stegvis.web.coordinator.urls")),
    path("outcomes/", include("stegvis.web.assessor.urls")),
    path("admin-console/", include("stegvis.web.administrator.urls")),
    path("demo/", include("stegvis.web.demonstration.urls")),
    path("", include("stegvis.web.physiotherapist.urls")),
    path("", include("stegvis.web.statistician.urls")),
    path("", include("stegvis.web.monitoring.urls")),
]

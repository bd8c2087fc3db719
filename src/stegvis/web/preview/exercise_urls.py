"""Addresses of the preview of a library of exercises; like the programme's, no part of the site."""

from django.conf import settings
from django.urls import path, re_path
from django.views.static import serve

from stegvis.web.preview import exercises

urlpatterns = [
    path("", exercises.begin, name="begin"),
    re_path(r"^static/(?P<path>.*)$", serve, {"document_root": getattr(settings, "PREVIEW_STATIC", "static")}),
    path("<str:language>/", exercises.whole_library, name="library"),
]

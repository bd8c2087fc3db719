"""Addresses of the preview's own small server; they are no part of the site."""

from django.conf import settings
from django.urls import path, re_path
from django.views.static import serve

from stegvis.web.preview import pages, sheets

urlpatterns = [
    path("", pages.begin, name="begin"),
    path("version/", pages.version, name="version"),
    path("picture/<path:file>", pages.picture, name="picture"),
    re_path(r"^static/(?P<path>.*)$", serve, {"document_root": getattr(settings, "PREVIEW_STATIC", "static")}),
    path("show/<str:language>/<str:module>/<int:number>/", pages.show, name="show"),
    path("show/worksheet/<str:language>/<str:code>/", sheets.show_sheet, name="show_sheet"),
    path("worksheet/<str:language>/<str:code>/", sheets.sheet, name="sheet"),
    path("<str:language>/<str:module>/<int:number>/", pages.part, name="part"),
    path("<str:language>/<str:module>/notes/", pages.notes, name="notes"),
]

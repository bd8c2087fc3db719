"""Addresses of the outcome assessor's wing."""

from django.urls import path

from stegvis.web.assessor import answering, calls

app_name = "assessor"
urlpatterns = [
    path("", calls.calls, name="calls"),
    path("<str:code>/<slug:occasion>/", calls.call, name="call"),
    path("<str:code>/<slug:occasion>/unmasked/", calls.unmasked, name="unmasked"),
    path("<str:code>/<slug:occasion>/answers/", answering.begin, name="occasion"),
    path("<str:code>/<slug:occasion>/answers/review/", answering.review, name="review"),
    path("<str:code>/<slug:occasion>/answers/worry/", answering.worry, name="worry"),
    path("<str:code>/<slug:occasion>/answers/<slug:instrument>/<path:key>/", answering.question, name="question"),
]

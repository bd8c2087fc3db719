"""Addresses of the demonstration's own pages, under demo/."""

from django.urls import path

from stegvis.web.demonstration import pages

app_name = "demonstration"
urlpatterns = [
    path("", pages.demonstration, name="demonstration"),
    path("sign-in/", pages.sign_in, name="sign_in"),
    path("clock/", pages.move_clock, name="clock"),
    path("outbox/", pages.outbox, name="outbox"),
    path("guide/", pages.style_guide, name="guide"),
]

"""Addresses of the outcome assessor's wing."""

from django.urls import path

from stegvis.web.assessor import answering, calls, comparing, correcting, judging, paper

app_name = "assessor"
urlpatterns = [
    path("", calls.calls, name="calls"),
    path("corrections/", correcting.find, name="corrections"),
    path("paper/", paper.forms, name="paper"),
    path("events/", judging.events, name="events"),
    path("events/<int:number>/", judging.event, name="event"),
    path("<str:code>/<slug:occasion>/", calls.call, name="call"),
    path("<str:code>/<slug:occasion>/problems/", judging.tell, name="tell"),
    path("<str:code>/<slug:occasion>/unmasked/", calls.unmasked, name="unmasked"),
    path("<str:code>/<slug:occasion>/paper/", paper.form, name="paper_form"),
    path("<str:code>/<slug:occasion>/paper/print/", paper.blank, name="paper_blank"),
    path("<str:code>/<slug:occasion>/paper/finish/", paper.finish, name="paper_finish"),
    path("<str:code>/<slug:occasion>/paper/compare/", comparing.compare, name="paper_compare"),
    path("<str:code>/<slug:occasion>/paper/send/", paper.send, name="paper_send"),
    path("<str:code>/<slug:occasion>/paper/entry/<slug:instrument>/", paper.entry, name="paper_entry"),
    path("<str:code>/<slug:occasion>/sent/", correcting.sent, name="sent"),
    path("<str:code>/<slug:occasion>/sent/<slug:instrument>/", correcting.correct, name="correct"),
    path("<str:code>/<slug:occasion>/answers/", answering.begin, name="occasion"),
    path("<str:code>/<slug:occasion>/answers/review/", answering.review, name="review"),
    path("<str:code>/<slug:occasion>/answers/worry/", answering.worry, name="worry"),
    path("<str:code>/<slug:occasion>/answers/<slug:instrument>/<path:key>/", answering.question, name="question"),
]

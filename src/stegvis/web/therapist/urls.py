"""Addresses of the therapist's wing, under care/. Fixed words come before participant codes."""

from django.urls import path

from stegvis.web.therapist import (
    concern,
    contacts,
    correspondence,
    frame,  # noqa: F401 -- registers the therapist's frame
    guidance,
    homework,
    pace,
    plan,
    programme,
    progress,
    taking_over,
    worklist,
    worksheets,
)

app_name = "therapist"
urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("time/", guidance.time_log, name="time"),
    path("without/", taking_over.take_over, name="take_over"),
    path("programme/", programme.modules, name="programme"),
    path("programme/picture/<path:file>", programme.picture, name="picture"),
    path("programme/<slug:module>/", programme.notes, name="notes"),
    path("programme/<slug:module>/<int:number>/", programme.part, name="part"),
    path("<slug:code>/", homework.homework, name="person"),
    path("<slug:code>/homework/", homework.homework, name="homework"),
    path("<slug:code>/homework/<int:number>/", homework.homework, name="homework_of"),
    path("<slug:code>/homework/<int:number>/draft/", homework.draft, name="draft"),
    path("<slug:code>/homework/<int:number>/looking/", homework.looking, name="looking_at"),
    path("<slug:code>/looking/", guidance.looking, name="looking"),
    path("<slug:code>/messages/", correspondence.conversation, name="messages"),
    path("<slug:code>/messages/settled/", correspondence.settle, name="settle"),
    path("<slug:code>/worksheets/", worksheets.shared, name="worksheets"),
    path("<slug:code>/worksheets/<int:pk>/", worksheets.sheet, name="worksheet"),
    path("<slug:code>/progress/", progress.progress, name="progress"),
    path("<slug:code>/contacts/", contacts.contacts, name="contacts"),
    path("<slug:code>/pace/", pace.pace, name="pace"),
    path("<slug:code>/pace/pause/<int:pk>/end/", pace.end_pause, name="end_pause"),
    path("<slug:code>/pace/hold/<int:pk>/release/", pace.release, name="release"),
    path("<slug:code>/plan/", plan.plan, name="plan"),
    path("<slug:code>/concern/", concern.concern, name="concern"),
    path("<slug:code>/time/", guidance.guidance, name="guidance"),
]

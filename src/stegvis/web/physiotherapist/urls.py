"""Addresses of the physiotherapist's pages."""

from django.urls import path

from stegvis.web.physiotherapist import (
    agreeing,
    check,
    concern,
    exercises,
    goals,
    letters,
    life,
    onward,
    people,
    plan,
    printing,
    since,
    taking_over,
    visits,
    worksheets,
)

app_name = "physiotherapist"
urlpatterns = [
    path("physio/", visits.board, name="visits"),
    path("physio/participants/", people.caseload, name="participants"),
    path("physio/take-over/", taking_over.take_over, name="take_over"),
    path("physio/messages/", letters.inbox, name="messages"),
    path("physio/<str:code>/", people.person, name="person"),
    path("physio/<str:code>/messages/", letters.thread, name="thread"),
    path("physio/<str:code>/messages/settled/", letters.settle, name="settle"),
    path("physio/<str:code>/concern/", concern.concern, name="concern"),
    path("physio/<str:code>/worksheets/<int:pk>/", worksheets.sheet, name="worksheet"),
    path("physio/<str:code>/print/", printing.printed, name="print"),
    path("physio/<str:code>/print/exercises/", exercises.sheet, name="exercise_sheet"),
    path("physio/<str:code>/visit/<int:number>/", visits.visit, name="visit"),
    path("physio/<str:code>/visit/<int:number>/book/", visits.book, name="book"),
    path("physio/<str:code>/visit/<int:number>/missed/", visits.missed, name="missed"),
    path("physio/<str:code>/visit/<int:number>/talk/", life.talk, name="talk"),
    path("physio/<str:code>/visit/<int:number>/save/", life.save, name="save"),
    path("physio/<str:code>/visit/<int:number>/history/", life.history, name="history"),
    path("physio/<str:code>/visit/<int:number>/check/", check.check, name="check"),
    path("physio/<str:code>/visit/<int:number>/since/", since.since, name="since"),
    path("physio/<str:code>/visit/<int:number>/onward/", onward.onward, name="onward"),
    path("physio/<str:code>/visit/<int:number>/goals/", goals.goals, name="goals"),
    path("physio/<str:code>/visit/<int:number>/goals/<int:goal>/aside/", goals.set_aside, name="set_aside"),
    path("physio/<str:code>/visit/<int:number>/plan/", plan.builder, name="plan"),
    path("physio/<str:code>/visit/<int:number>/plan/remove/", plan.remove, name="remove"),
    path("physio/<str:code>/visit/<int:number>/exercises/", exercises.exercises, name="exercises"),
    path("physio/<str:code>/visit/<int:number>/exercises/add/", exercises.add, name="add_exercise"),
    path("physio/<str:code>/visit/<int:number>/exercises/remove/", exercises.remove, name="remove_exercise"),
    path("physio/<str:code>/visit/<int:number>/agree/", agreeing.agree, name="agree"),
    path("physio/<str:code>/visit/<int:number>/rate/", goals.rate, name="rate"),
]

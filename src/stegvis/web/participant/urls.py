"""Addresses of the participant's wing."""

from django.urls import path

from stegvis.web.participant import (
    activity,
    answering,
    consent,
    conversations,
    day,
    goals,
    programme,
    questionnaires,
    study,
)

app_name = "participant"
urlpatterns = [
    path("consent/", consent.consent, name="consent"),
    path("consent/done/", consent.consented, name="consented"),
    path("today/", day.today, name="today"),
    path("today/low-energy/", day.low_energy, name="low_energy"),
    path("today/log/", day.tap, name="tap"),
    path("q/", questionnaires.occasions, name="occasions"),
    path("q/<slug:occasion>/", questionnaires.occasion, name="occasion"),
    path("q/<slug:occasion>/review/", questionnaires.review, name="review"),
    path("q/<slug:occasion>/done/", questionnaires.done, name="done"),
    path("q/<slug:occasion>/<slug:instrument>/<path:key>/", answering.question, name="question"),
    path("api/autosave/answers/<slug:occasion>/<slug:instrument>/", answering.autosave, name="autosave_answers"),
    path("programme/", programme.steps, name="programme"),
    path("programme/pictures/<path:file>", programme.picture, name="picture"),
    path("programme/<slug:module>/send/", programme.send, name="send"),
    path("programme/<slug:module>/answer/", programme.answer, name="answer"),
    path("programme/<slug:module>/<int:number>/", programme.part, name="part"),
    path("api/autosave/programme/<slug:module>/", programme.autosave, name="autosave_words"),
    path("activity/", activity.activity, name="activity"),
    path("activity/log/", activity.log, name="log"),
    path("activity/history/", activity.history, name="history"),
    path("activity/undo/<int:pk>/", activity.undo, name="undo"),
    path("activity/plan/", activity.plan, name="plan"),
    path("activity/plan/print/", activity.print_plan, name="print_plan"),
    path("goals/", goals.goals, name="goals"),
    path("goals/rate/", goals.rate, name="rate"),
    path("messages/", conversations.channels, name="messages"),
    path("messages/<slug:channel>/", conversations.thread, name="thread"),
    path("more/", study.more, name="more"),
    path("study/", study.study, name="study"),
    path("study/consent/", study.agreed, name="agreed"),
    path("study/withdraw/", study.withdraw, name="withdraw"),
    path("study/access-log/", study.access_log, name="access_log"),
    path("something-is-wrong/", study.something_is_wrong, name="something_is_wrong"),
    path("help/first/", study.help_first, name="help_first"),
]

"""Addresses of the coordinator's wing."""

from django.urls import path

from stegvis.web.coordinator import (
    alerts,
    arranging,
    calls,
    frame,  # noqa: F401 -- registers the coordinator's frame
    inbox,
    leaving,
    overview,
    participants,
    person,
    physiotherapists,
    randomising,
    screening,
    sites,
    trying,
)

app_name = "coordinator"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("screening/", screening.screenings, name="screening"),
    path("screening/new/", screening.add, name="new_screening"),
    path("screening/<int:number>/", screening.one, name="one_screening"),
    path("screening/<int:number>/criteria/", screening.decide, name="decide"),
    path("screening/<int:number>/person/", screening.complete, name="complete_screening"),
    path("screening/<int:number>/invite/", screening.invite, name="invite"),
    path("screening/<int:number>/end/", screening.end, name="end_screening"),
    path("participants/", participants.participants, name="participants"),
    path("participants/<str:code>/", person.person, name="person"),
    path("participants/<str:code>/contact/", person.contact, name="contact"),
    path("participants/<str:code>/reach/", person.reach, name="reach"),
    path("participants/<str:code>/record/", person.record_page, name="record"),
    path("participants/<str:code>/messages/", inbox.thread, name="thread"),
    path("participants/<str:code>/messages/settled/", inbox.settle, name="settle"),
    path("participants/<str:code>/referral/<str:rule>/", arranging.referral, name="referral"),
    path("participants/<str:code>/visit/<int:number>/", arranging.visit, name="visit"),
    path("participants/<str:code>/visit/<int:number>/missed/", arranging.miss, name="miss"),
    path("participants/<str:code>/concern/", arranging.concern, name="concern"),
    path("participants/<str:code>/physiotherapist/", arranging.physiotherapist, name="physiotherapist"),
    path("participants/<str:code>/randomise/", randomising.randomise, name="randomise"),
    path("participants/<str:code>/allocation/", randomising.look_up, name="allocation"),
    path("participants/<str:code>/leave/", leaving.leave, name="leave"),
    path("participants/<str:code>/withdraw/", leaving.withdraw, name="withdraw"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/<int:number>/", alerts.alert, name="alert"),
    path("alerts/tests/<int:number>/", trying.take, name="take_test"),
    path("alerts/tests/<str:site>/send/", trying.send, name="send_test"),
    path("calls/", calls.calls, name="calls"),
    path("calls/<str:code>/<str:occasion>/", calls.call, name="call"),
    path("messages/", inbox.inbox, name="messages"),
    path("physiotherapists/", physiotherapists.without, name="physiotherapists"),
    path("sites/", sites.sites, name="sites"),
    path("sites/<str:site>/rota/", sites.join, name="join_rota"),
    path("sites/<str:site>/rota/<str:code>/", sites.leave, name="leave_rota"),
]

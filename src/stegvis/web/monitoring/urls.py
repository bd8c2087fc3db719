"""Addresses of data queries and monitoring."""

from django.urls import path

from stegvis.web.monitoring import findings, flow, one_query, overview, people, queries, raising

app_name = "monitoring"
urlpatterns = [
    path("queries/", queries.queries, name="queries"),
    path("queries/findings/", findings.findings, name="findings"),
    path("queries/findings/<int:number>/ask/", findings.ask, name="ask_about_finding"),
    path("queries/about/<str:code>/", raising.raise_query, name="raise"),
    path("queries/people/<str:code>/", people.person, name="person"),
    path("queries/people/<str:code>/answers/", people.forms, name="forms"),
    path("queries/people/<str:code>/record/", people.record_page, name="record"),
    path("queries/<int:number>/", one_query.query, name="query"),
    path("monitoring/", overview.monitoring, name="monitoring"),
    path("monitoring/meeting/", overview.meeting, name="meeting"),
    path("monitoring/flow.svg", flow.flow, name="flow"),
]

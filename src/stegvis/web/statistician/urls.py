"""Addresses of the reports and the lock."""

from django.urls import path

from stegvis.web.statistician import checking, committee, exports, keeping, locking, pages

app_name = "statistician"
urlpatterns = [
    path("stats/", pages.home, name="home"),
    path("stats/lock/", locking.lock, name="lock"),
    path("stats/unlock/", locking.unlock, name="unlock"),
    path("committee/", committee.closed, name="closed"),
    path("committee/print/", committee.print_closed, name="print_closed"),
    path("stats/retention/", keeping.retention, name="retention"),
    path("stats/retention/<str:store>/propose/", keeping.propose_deletion, name="propose_deletion"),
    path("stats/retention/<int:pk>/agree/", keeping.agree_to_deletion, name="agree_to_deletion"),
    path("stats/readings/", checking.readings, name="readings"),
    path("stats/readings/<int:pk>/", checking.sample, name="reading_sample"),
    path("stats/plan/sign/", locking.sign_plan, name="sign_plan"),
    path("stats/exports/", exports.listed, name="exports"),
    path("stats/exports/order/", exports.order, name="order_export"),
    path("stats/exports/<int:pk>/", exports.one, name="export"),
    path("stats/exports/<int:pk>/take/", exports.take, name="take_export"),
    path("stats/<str:kind>/print/", pages.print_anew, name="print"),
    path("stats/<str:kind>/", pages.report, name="report"),
    path("stats/<str:kind>/page/", pages.report_page, name="report_page"),
    path("stats/<str:kind>/report.pdf", pages.report_file, {"form": "pdf"}, name="report_pdf"),
    path("stats/<str:kind>/report.docx", pages.report_file, {"form": "docx"}, name="report_word"),
    path("stats/<str:kind>/results.json", pages.results, name="results"),
]

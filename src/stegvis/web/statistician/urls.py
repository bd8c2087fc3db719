"""Addresses of the reports and the lock."""

from django.urls import path

from stegvis.web.statistician import exports, pages

app_name = "statistician"
urlpatterns = [
    path("stats/", pages.home, name="home"),
    path("stats/lock/", pages.lock, name="lock"),
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

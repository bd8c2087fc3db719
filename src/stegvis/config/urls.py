"""Root addresses: what machines ask for outside any language, everything that people see under /sv/ or /en/."""

from django.conf.urls.i18n import i18n_patterns
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.http import require_safe

from stegvis.web.text_reports import text_report


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Whether this process answers and reaches its database; says nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("well\n", content_type="text/plain")


urlpatterns = [
    path("health", health, name="health"),
    path("reports/text-message/<str:token>/", text_report, name="text_report"),
    *i18n_patterns(path("", include("stegvis.web.urls")), prefix_default_language=True),
]
handler403 = "stegvis.web.components.errors.not_allowed"
handler404 = "stegvis.web.components.errors.not_found"
handler500 = "stegvis.web.components.errors.server_error"

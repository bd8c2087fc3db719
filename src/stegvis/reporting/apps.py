"""Django's name for the room `reporting`."""

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """Locks, extracts, openings of the report."""

    name = "stegvis.reporting"
    label = "reporting"
    default_auto_field = "django.db.models.BigAutoField"
    store = "research"

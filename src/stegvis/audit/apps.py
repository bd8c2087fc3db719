"""Django's name for the room `audit`."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The append-only record and what all rooms stand on."""

    name = "stegvis.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
    store = "log"

"""Django's name for the room `consent`."""

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """Consents and withdrawals."""

    name = "stegvis.consent"
    label = "consent"
    default_auto_field = "django.db.models.BigAutoField"
    store = "research"

"""Django's name for the room `trial`."""

from django.apps import AppConfig


class TrialConfig(AppConfig):
    """Enrolments and their stages."""

    name = "stegvis.trial"
    label = "trial"
    default_auto_field = "django.db.models.BigAutoField"
    store = "research"

"""Django's name for the room `physiotherapy`."""

from django.apps import AppConfig


class PhysiotherapyConfig(AppConfig):
    """Visits, plan, diary, goals."""

    name = "stegvis.physiotherapy"
    label = "physiotherapy"
    default_auto_field = "django.db.models.BigAutoField"
    store = "care"

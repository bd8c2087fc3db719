"""Django's name for the room `allocation`."""

from django.apps import AppConfig


class AllocationConfig(AppConfig):
    """The concealed sequence, who has got which place of it, and who was told."""

    name = "stegvis.allocation"
    label = "allocation"
    default_auto_field = "django.db.models.BigAutoField"
    store = "research"

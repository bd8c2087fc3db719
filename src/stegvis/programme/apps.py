"""Django's name for the room `programme`."""

from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    """The internet CBT as delivered."""

    name = "stegvis.programme"
    label = "programme"
    default_auto_field = "django.db.models.BigAutoField"
    store = "care"

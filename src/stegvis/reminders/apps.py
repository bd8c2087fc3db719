"""Django's name for the room `reminders`."""

from django.apps import AppConfig


class RemindersConfig(AppConfig):
    """What to send, and what was sent."""

    name = "stegvis.reminders"
    label = "reminders"
    default_auto_field = "django.db.models.BigAutoField"
    store = "research"

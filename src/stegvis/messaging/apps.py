"""Django's name for the room `messaging`."""

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    """The written conversation."""

    name = "stegvis.messaging"
    label = "messaging"
    default_auto_field = "django.db.models.BigAutoField"
    store = "care"

"""Django's name for the room `protocol`."""

from django.apps import AppConfig


class ProtocolConfig(AppConfig):
    """The protocol as loaded."""

    name = "stegvis.protocol"
    label = "protocol"
    default_auto_field = "django.db.models.BigAutoField"
    store = "house"

"""Django's name for the room `monitoring`."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """Blind oversight, and the data queries."""

    name = "stegvis.monitoring"
    label = "monitoring"
    store = "research"

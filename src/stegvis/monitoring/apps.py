"""Django's name for the room `monitoring`."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """Blind oversight; it owns no tables."""

    name = "stegvis.monitoring"
    label = "monitoring"

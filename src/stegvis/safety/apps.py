"""Django's name for the room `safety`."""

from django.apps import AppConfig


class SafetyConfig(AppConfig):
    """Alerts and the site's rota."""

    name = "stegvis.safety"
    label = "safety"
    default_auto_field = "django.db.models.BigAutoField"
    store = "care"

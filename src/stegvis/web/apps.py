"""Web as a Django application: templates, static files, template tags and the texts' translations."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """What people see; it owns no tables."""

    name = "stegvis.web"
    label = "web"

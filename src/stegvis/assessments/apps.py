"""Django's name for the room `assessments`."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    """Occasions, questionnaires answered, scores."""

    name = "stegvis.assessments"
    label = "assessments"
    default_auto_field = "django.db.models.BigAutoField"
    store = "research"

"""Django's name for the room `people`."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Accounts, roles, sites, caseloads, identity."""

    name = "stegvis.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
    store = "care"

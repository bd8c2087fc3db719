"""Django's name for the room `exchange`."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Out and in, in the field's formats."""

    name = "stegvis.exchange"
    label = "exchange"
    store = "research"

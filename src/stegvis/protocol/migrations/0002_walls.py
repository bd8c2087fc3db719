"""Loaded versions never change."""

from typing import ClassVar

from django.db import migrations

from stegvis.audit.immutable import append_only


class Migration(migrations.Migration):
    """After the tables and the functions."""

    dependencies: ClassVar = [("protocol", "0001_protocol"), ("audit", "0002_walls")]

    operations: ClassVar = [
        append_only("protocol_protocolversion"),
        append_only("protocol_protocolversion_instruments"),
        append_only("protocol_instrumentversion"),
        append_only("protocol_gonelive"),
    ]

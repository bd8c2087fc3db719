"""A telephone of staff, for alerts by text message: optional, encrypted like the address."""

from typing import ClassVar

from django.db import migrations

from stegvis.audit.fields import EncryptedTextField


class Migration(migrations.Migration):
    """Nobody has one yet."""

    dependencies: ClassVar = [("people", "0005_how_to_reach")]

    operations: ClassVar = [
        migrations.AddField("account", "phone", EncryptedTextField(editable=True, null=True)),
    ]

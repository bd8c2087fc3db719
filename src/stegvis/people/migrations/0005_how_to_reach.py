"""Where a participant lives and who is close, for an alert: optional, encrypted like the rest, and when each was verified."""

from typing import ClassVar

from django.db import migrations, models

from stegvis.audit.fields import EncryptedTextField

WORDS = ("address", "next_of_kin", "next_of_kin_phone")
DAYS = ("phone_verified_on", "address_verified_on", "next_of_kin_verified_on")


class Migration(migrations.Migration):
    """Of people from before nothing more is known, and nothing is verified; the wall of the table holds for these too."""

    dependencies: ClassVar = [("people", "0004_absences")]

    operations: ClassVar = [
        *(migrations.AddField("identity", name, EncryptedTextField(editable=True, null=True)) for name in WORDS),
        *(migrations.AddField("identity", name, models.DateField(null=True)) for name in DAYS),
    ]

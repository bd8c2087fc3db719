"""Why a participant was given to another clinician, and by whom; of caseloads from before nothing more is known."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from stegvis.audit.fields import EncryptedTextField


class Migration(migrations.Migration):
    """Two columns behind the wall that the table has."""

    dependencies: ClassVar = [("people", "0009_life_events")]

    operations: ClassVar = [
        migrations.AddField("caseload", "reason", EncryptedTextField(editable=True, null=True)),
        migrations.AddField(
            "caseload",
            "given_by",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
    ]

"""The letter to a participant's clinic when they have taken part: kept word for word as it was sent."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from stegvis.audit.fields import EncryptedTextField
from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import at_own_site, protect

WAYS = [("post", "by post"), ("handed", "handed to the person"), ("record", "in the care record")]
SEEN = f"""
    participant_id = (SELECT stegvis_participant())
    OR ((SELECT stegvis_role()) = 'coordinator' AND {at_own_site("participant_id")})
"""


def _to(model: str) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=model)


class Migration(migrations.Migration):
    """A new table and its walls."""

    dependencies: ClassVar = [
        ("reminders", "0004_tried_again"),
        ("people", "0009_life_events"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            "ClosingLetter",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recipient", EncryptedTextField(editable=True)),
                ("body", EncryptedTextField(editable=True)),
                ("way", models.CharField(choices=WAYS, max_length=20)),
                ("sent_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("key", models.UUIDField(unique=True)),
                ("participant", _to("people.participant")),
                ("recorded_by", _to(settings.AUTH_USER_MODEL)),
            ],
            options={"indexes": [models.Index(fields=["participant"], name="closing_letters_of")]},
        ),
        append_only("reminders_closingletter"),
        protect("reminders_closingletter", using=SEEN),
    ]

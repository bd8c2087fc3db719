"""What happens to participants: seen at the site and by the person, changed only by being ended; who may call whom."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from stegvis.audit.fields import EncryptedTextField
from stegvis.audit.immutable import set_once
from stegvis.audit.rowsecurity import at_own_site, protect

KINDS = [
    ("deceased", "has died"),
    ("in_hospital", "is in hospital"),
    ("moved_away", "has moved away from the site"),
    ("moved_abroad", "has moved abroad"),
    ("other", "cannot be reached for another reason"),
]

# Outcome assessors call people too; nothing here tells an arm.
SEEN = f"""
    participant_id = (SELECT stegvis_participant())
    OR ((SELECT stegvis_role()) IN ('coordinator', 'physiotherapist', 'therapist', 'outcome_assessor')
        AND {at_own_site("participant_id")})
"""


def _to(model: str) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=model)


class Migration(migrations.Migration):
    """A new table and its walls; and that a participant has agreed that somebody close is called."""

    dependencies: ClassVar = [("people", "0008_named_by_schema")]

    operations: ClassVar = [
        migrations.AddField("identity", "next_of_kin_agreed_on", models.DateField(null=True)),
        migrations.CreateModel(
            "LifeEvent",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=KINDS, max_length=20)),
                ("since", models.DateField()),
                ("ask_again_on", models.DateField(null=True)),
                ("note", EncryptedTextField(editable=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("key", models.UUIDField(unique=True)),
                ("participant", _to("people.participant")),
                ("recorded_by", _to(settings.AUTH_USER_MODEL)),
            ],
            options={
                "indexes": [models.Index(fields=["participant", "recorded_at"], name="life_events_of")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["participant"], condition=Q(ended_at=None), name="one_open_life_event"
                    )
                ],
            },
        ),
        set_once("people_lifeevent", "ended_at"),
        protect("people_lifeevent", using=SEEN),
    ]

"""A no to a newer text is permanent, and seen by the person and whoever plans and informs at their site."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import at_own_site, protect

FOLLOWS = [
    ("goes_on", "goes on as before"),
    ("additions_wait", "goes on without what is new"),
    ("ends", "stops a part of the study"),
]
LAYERS = [
    ("programme", "the programme"),
    ("plan", "the activity plan"),
    ("questions", "the questions"),
    ("everything", "everything"),
]
OWN = "participant_id = (SELECT stegvis_participant())"
AT_SITE = at_own_site("consent_refusal.participant_id")
# What follows is the protocol's, alike for everybody, so that it tells no arm.
SEEN = f"{OWN} OR ((SELECT stegvis_role()) IN ('coordinator', 'physiotherapist', 'therapist') AND {AT_SITE})"
ENTERED = f"{OWN} OR ((SELECT stegvis_role()) = 'coordinator' AND {AT_SITE})"


def _key(to: str, *, null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to, null=null)


class Migration(migrations.Migration):
    """A table and its walls."""

    dependencies: ClassVar = [("consent", "0006_walls_of_what_surrounds"), ("people", "0009_life_events")]

    operations: ClassVar = [
        migrations.CreateModel(
            "Refusal",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text_code", models.CharField(max_length=40)),
                ("text_version", models.CharField(max_length=20)),
                ("text_sha256", models.CharField(max_length=64)),
                ("language", models.CharField(max_length=5)),
                ("follows", models.CharField(choices=FOLLOWS, max_length=20)),
                ("ends", models.CharField(blank=True, choices=LAYERS, max_length=20)),
                ("refused_at", models.DateTimeField()),
                ("key", models.UUIDField(unique=True)),
                ("entered_by", _key(settings.AUTH_USER_MODEL, null=True)),
                ("participant", _key("people.participant")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["participant", "text_code", "text_version"], name="refused_once_per_version"
                    ),
                    models.CheckConstraint(
                        condition=Q(text_sha256__regex=r"^[0-9a-f]{64}$"), name="refused_text_has_fingerprint"
                    ),
                    models.CheckConstraint(
                        condition=Q(follows="ends", ends__in=[code for code, _ in LAYERS])
                        | (~Q(follows="ends") & Q(ends="")),
                        name="refusal_names_what_ends",
                    ),
                ]
            },
        ),
        append_only("consent_refusal"),
        protect("consent_refusal", using=SEEN, check=ENTERED),
    ]

"""Transfers between sites and how they ended: added to, and read by coordinators of both sites."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import protect

REASONS = [
    ("moved", "the person has moved"),
    ("nearer", "the other clinic is easier to get to"),
    ("asked", "the person asked for it"),
    ("clinic", "the clinic closes, or cannot go on"),
    ("other", "another reason"),
]
ENDINGS = [("taken_over", "taken over"), ("declined", "not taken over"), ("taken_back", "taken back")]
COORDINATOR = "(SELECT stegvis_role()) = 'coordinator'"
EITHER = f"{COORDINATOR} AND (stegvis_site(from_site_id) OR stegvis_site(to_site_id))"
# Whoever sees a transfer sees how it ended: its row is looked for behind its own wall.
ITS_OWN = f"{COORDINATOR} AND EXISTS (SELECT FROM trial_transfer t WHERE t.id = transfer_id)"


def _key(to: str, name: str = "+") -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=name, to=to)


def _id() -> tuple[str, models.Field]:
    return "id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    """Two tables and their walls."""

    dependencies: ClassVar = [
        ("trial", "0012_screenings_go_on"),
        ("people", "0012_committee"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            "Transfer",
            [
                _id(),
                ("reason", models.CharField(choices=REASONS, max_length=20)),
                ("moves_on", models.DateField()),
                ("handed_over_at", models.DateTimeField()),
                ("key", models.UUIDField(unique=True)),
                ("from_site", _key("people.site")),
                ("handed_over_by", _key(settings.AUTH_USER_MODEL)),
                ("participant", _key("people.participant")),
                ("to_site", _key("people.site")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=~Q(from_site=F("to_site")), name="transfer_to_another_site")
                ],
                "indexes": [
                    models.Index(fields=["participant", "-id"], name="transfers_of"),
                    models.Index(fields=["to_site", "-id"], name="transfers_to"),
                    models.Index(fields=["from_site", "-id"], name="transfers_from"),
                ],
            },
        ),
        migrations.CreateModel(
            "TransferEnd",
            [
                _id(),
                ("how", models.CharField(choices=ENDINGS, max_length=20)),
                ("ended_at", models.DateTimeField()),
                ("ended_by", _key(settings.AUTH_USER_MODEL)),
                (
                    "transfer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="end", to="trial.transfer"
                    ),
                ),
            ],
        ),
        append_only("trial_transfer"),
        append_only("trial_transferend"),
        protect("trial_transfer", using=EITHER, check=f"{COORDINATOR} AND stegvis_site(from_site_id)"),
        protect("trial_transferend", using=ITS_OWN),
    ]

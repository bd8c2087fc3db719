"""Days that were moved, with the reason, and gifts that were sent: added to, and read at the person's own site only."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import at_own_site, protect

REASONS = [
    ("asked", "the person asked for another day"),
    ("unwell", "the person was not well"),
    ("away", "the person was away"),
    ("clinic", "the clinic could not"),
    ("other", "another reason"),
]
COORDINATOR = "(SELECT stegvis_role()) = 'coordinator'"
# Whoever calls or meets the person reads the day; only who plans moves it.
PLANS = "(SELECT stegvis_role()) IN ('coordinator', 'outcome_assessor', 'physiotherapist')"
OWN_SITE = at_own_site("participant_id")


def _key(to: str) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to)


def _id() -> tuple[str, models.Field]:
    return "id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    """Two tables and their walls."""

    dependencies: ClassVar = [
        ("trial", "0009_delegation"),
        ("people", "0008_named_by_schema"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            "MovedDate",
            [
                _id(),
                ("activity", models.CharField(max_length=60)),
                ("moved_from", models.DateField()),
                ("moved_to", models.DateField()),
                ("reason", models.CharField(choices=REASONS, max_length=20)),
                ("moved_at", models.DateTimeField()),
                ("key", models.UUIDField(unique=True)),
                ("moved_by", _key(settings.AUTH_USER_MODEL)),
                ("participant", _key("people.participant")),
            ],
            options={"indexes": [models.Index(fields=["participant", "activity", "-id"], name="newest_move")]},
        ),
        migrations.CreateModel(
            "Incentive",
            [
                _id(),
                ("occasion", models.CharField(max_length=60)),
                ("sent_on", models.DateField(null=True)),
                ("kept_at", models.DateTimeField()),
                ("key", models.UUIDField(unique=True)),
                ("kept_by", _key(settings.AUTH_USER_MODEL)),
                ("participant", _key("people.participant")),
            ],
            options={"indexes": [models.Index(fields=["participant", "occasion", "-id"], name="newest_incentive")]},
        ),
        append_only("trial_moveddate"),
        append_only("trial_incentive"),
        protect("trial_moveddate", using=f"{PLANS} AND {OWN_SITE}", check=f"{COORDINATOR} AND {OWN_SITE}"),
        protect("trial_incentive", using=f"{COORDINATOR} AND {OWN_SITE}"),
    ]

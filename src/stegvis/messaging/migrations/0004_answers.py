"""How long people waited for answers is kept as answers are sent; those from before are not known."""

from importlib import import_module
from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import protect

TWO_SIDES = import_module("stegvis.messaging.migrations.0002_walls").TWO_SIDES
CHANNELS = [("therapist", "Your therapist"), ("physiotherapist", "Your physiotherapist"), ("study", "The study")]


def _to(model: str) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=model)


class Migration(migrations.Migration):
    """One table, seen by the two sides of the conversation."""

    dependencies: ClassVar = [
        ("messaging", "0003_outcome_assessor"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            "Answer",
            [
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("channel", models.CharField(choices=CHANNELS, max_length=20)),
                ("since", models.DateTimeField()),
                ("answered_at", models.DateTimeField()),
                ("account", _to(settings.AUTH_USER_MODEL)),
                ("participant", _to("people.participant")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["answered_at"], name="answers_by_time"),
                    models.Index(fields=["account", "answered_at"], name="answers_of_clinician"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("answered_at__gte", models.F("since"))), name="answered_after_it_was_asked"
                    )
                ],
            },
        ),
        append_only("messaging_answer"),
        protect("messaging_answer", using=TWO_SIDES),
    ]

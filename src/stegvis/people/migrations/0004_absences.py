"""Therapists who are away, and who covers: seen by therapists, changed only by being ended."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from stegvis.audit.immutable import set_once
from stegvis.audit.rowsecurity import protect

STAFF = settings.AUTH_USER_MODEL


class Migration(migrations.Migration):
    """A table of its own."""

    dependencies: ClassVar = [("people", "0003_outcome_assessor")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_on", models.DateField()),
                ("until_on", models.DateField()),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("key", models.UUIDField(unique=True)),
                (
                    "clinician",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="absences", to=STAFF),
                ),
                (
                    "covered_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="covers", to=STAFF),
                ),
                (
                    "made_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=STAFF),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["covered_by", "until_on"], name="covers_until")],
                "constraints": [
                    models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="absence_has_a_day"),
                    models.CheckConstraint(condition=~Q(clinician=F("covered_by")), name="covered_by_another"),
                ],
            },
        ),
        set_once("people_absence", "ended_at"),
        protect("people_absence", using="(SELECT stegvis_role()) IN ('therapist', 'administrator')"),
    ]

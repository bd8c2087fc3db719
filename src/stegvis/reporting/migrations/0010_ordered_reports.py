"""Orders of the closed report, which the worker prints, and what came of each; shown to the committee alone."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import protect

ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
COMMITTEE = "(SELECT stegvis_role()) = 'committee'"


class Migration(migrations.Migration):
    """Only adds."""

    dependencies: ClassVar = [("reporting", "0009_days_of_screenings"), ("people", "0012_committee")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="ReportOrder",
            fields=[
                ("id", ID),
                ("analysis", models.CharField(max_length=60)),
                ("language", models.CharField(max_length=5)),
                ("ordered_at", models.DateTimeField()),
                ("key", models.UUIDField(unique=True)),
                (
                    "ordered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.account"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReportOrderEnd",
            fields=[
                ("id", ID),
                ("ended_at", models.DateTimeField()),
                ("refusal", models.TextField(blank=True)),
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="end", to="reporting.reportorder"
                    ),
                ),
                (
                    "printed",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to="reporting.printedreport",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("printed__isnull", False), ("refusal", "")),
                            models.Q(("printed__isnull", True), models.Q(("refusal", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="ordered_report_or_refusal",
                    )
                ]
            },
        ),
        append_only("reporting_reportorder"),
        append_only("reporting_reportorderend"),
        protect("reporting_reportorder", using=COMMITTEE),
        protect("reporting_reportorderend", using=COMMITTEE),
    ]  # fmt: skip

"""A lock takes two roles and a signed plan, and can be undone; what was locked before stays so."""

from importlib import import_module
from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import show_also

ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
SHOWN_BEFORE = import_module("stegvis.reporting.migrations.0002_walls").REPORT
SHOWN = """(SELECT stegvis_role()) IN ('data_manager', 'statistician')
    AND (kind <> 'unblinded' OR EXISTS (
        SELECT FROM reporting_lock l WHERE l.analysis = reporting_printedreport.analysis
        AND NOT EXISTS (SELECT FROM reporting_unlock u WHERE u.lock_id = l.id)))
"""


class Migration(migrations.Migration):
    """Only adds."""

    dependencies: ClassVar = [("reporting", "0004_pdf_and_word"), ("assessments", "0008_reopened")]

    operations: ClassVar = [
        migrations.CreateModel(
            "PlanSignature",
            [
                ("id", ID),
                ("plan_sha256", models.CharField(max_length=64)),
                ("version", models.CharField(max_length=40)),
                ("signed_at", models.DateTimeField()),
                ("signed_by", models.CharField(max_length=40)),
                ("signed_as", models.CharField(max_length=20)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("plan_sha256", "signed_by"), name="plan_signed_once"),
                ],
            },
        ),
        migrations.CreateModel(
            "LockProposal",
            [
                ("id", ID),
                ("analysis", models.CharField(max_length=60)),
                ("to_lock", models.BooleanField()),
                ("reason", models.TextField()),
                ("despite", models.JSONField(default=dict)),
                ("proposed_at", models.DateTimeField()),
                ("proposed_by", models.CharField(max_length=40)),
                ("proposed_as", models.CharField(max_length=20)),
            ],
        ),
        migrations.AlterField("lock", "analysis", models.CharField(max_length=60)),
        migrations.AddField("lock", "number", models.PositiveSmallIntegerField(default=1)),
        migrations.AddField(
            "lock",
            "proposal",
            models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="lock", to="reporting.lockproposal"
            ),
        ),
        migrations.AddField(
            "lock", "plan_sha256", models.CharField(blank=True, default="", max_length=64), preserve_default=False
        ),
        migrations.AddField(
            "lock", "protocol_sha256", models.CharField(blank=True, default="", max_length=64), preserve_default=False
        ),
        migrations.AddField(
            "lock", "code_commit", models.CharField(blank=True, default="", max_length=64), preserve_default=False
        ),
        migrations.AddConstraint("lock", models.UniqueConstraint(fields=("analysis", "number"), name="locks_in_order")),
        migrations.CreateModel(
            "Unlock",
            [
                ("id", ID),
                (
                    "lock",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="unlock", to="reporting.lock"
                    ),
                ),
                (
                    "proposal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="unlock", to="reporting.lockproposal"
                    ),
                ),
                ("unlocked_at", models.DateTimeField()),
                ("unlocked_by", models.CharField(max_length=40)),
            ],
        ),
        append_only("reporting_plansignature"),
        append_only("reporting_lockproposal"),
        append_only("reporting_unlock"),
        show_also("reporting_printedreport", using=SHOWN, before=SHOWN_BEFORE),
    ]

"""Paper is entered by two people before it counts; what was sent is corrected in numbered versions with a reason."""

from typing import Any, ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from stegvis.audit.fields import EncryptedTextField
from stegvis.audit.immutable import append_only, set_once

PROTECT = django.db.models.deletion.PROTECT


def number() -> tuple[str, models.Field]:
    """The key of a table."""
    return "id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def to(model: str, **more: Any) -> models.ForeignKey:
    """A foreign key that leaves no accessor."""
    return models.ForeignKey(on_delete=PROTECT, related_name="+", to=model, **more)


class Migration(migrations.Migration):
    """Only adds."""

    dependencies: ClassVar = [
        ("assessments", "0004_sending"),
        ("people", "0003_outcome_assessor"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            "Correction",
            [
                number(),
                ("number", models.PositiveSmallIntegerField()),
                ("reason", models.CharField(max_length=200)),
                ("corrected_by", models.CharField(max_length=40)),
                ("corrected_at", models.DateTimeField()),
                ("response", to("assessments.response")),
            ],
        ),
        migrations.AddConstraint(
            "correction", models.UniqueConstraint(fields=["response", "number"], name="correction_once")
        ),
        migrations.AddField("answer", "correction", to("assessments.correction", null=True)),
        migrations.CreateModel(
            "PaperEntry",
            [
                number(),
                ("number", models.PositiveSmallIntegerField(choices=[(1, "first"), (2, "second")])),
                ("completed_on", models.DateField()),
                ("initials", models.CharField(max_length=10, blank=True)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("assessment", to("assessments.assessment")),
                ("entered_by", to(settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddConstraint(
            "paperentry", models.UniqueConstraint(fields=["assessment", "number"], name="paper_entered_once_each")
        ),
        migrations.AddConstraint(
            "paperentry",
            models.UniqueConstraint(fields=["assessment", "entered_by"], name="paper_entered_by_two_people"),
        ),
        migrations.CreateModel(
            "PaperAnswer",
            [
                number(),
                ("instrument", models.CharField(max_length=60)),
                ("link_id", models.CharField(max_length=120)),
                ("value", models.JSONField(null=True)),
                ("saved_at", models.DateTimeField()),
                ("entry", to("assessments.paperentry")),
            ],
        ),
        migrations.AddIndex(
            "paperanswer",
            models.Index(fields=["entry", "instrument", "link_id", "-id"], name="newest_paper_answer"),
        ),
        migrations.CreateModel(
            "PaperDecision",
            [
                number(),
                ("instrument", models.CharField(max_length=60, blank=True)),
                ("link_id", models.CharField(max_length=120, blank=True)),
                ("reason", EncryptedTextField(editable=True)),
                ("decided_at", models.DateTimeField()),
                ("assessment", to("assessments.assessment")),
                ("decided_by", to(settings.AUTH_USER_MODEL)),
                ("entry", to("assessments.paperentry")),
            ],
        ),
        migrations.AddConstraint(
            "paperdecision",
            models.UniqueConstraint(fields=["assessment", "instrument", "link_id"], name="settled_once"),
        ),
        append_only("assessments_correction"),
        set_once("assessments_paperentry", "finished_at"),
        append_only("assessments_paperanswer"),
        append_only("assessments_paperdecision"),
    ]

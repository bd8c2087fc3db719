"""Samples of readings that are checked, and what the checks found (HSLF-FS 2016:40: systematic, recurring, documented)."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from stegvis.audit.immutable import append_only

ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    """Only adds."""

    dependencies: ClassVar = [("audit", "0002_walls")]

    operations: ClassVar = [
        migrations.CreateModel(
            "ReadingSample",
            [
                ("id", ID),
                ("drawn_at", models.DateTimeField()),
                ("drawn_by", models.CharField(max_length=40)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField()),
                ("of", models.PositiveIntegerField()),
                ("readings", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            "ReadingCheck",
            [
                ("id", ID),
                (
                    "sample",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="checks", to="audit.readingsample"
                    ),
                ),
                ("all_in_order", models.BooleanField()),
                ("words", models.TextField(blank=True)),
                ("noted_at", models.DateTimeField()),
                ("noted_by", models.CharField(max_length=40)),
            ],
        ),
        append_only("audit_readingsample"),
        append_only("audit_readingcheck"),
    ]

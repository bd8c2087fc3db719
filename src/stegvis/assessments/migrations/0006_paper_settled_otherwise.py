"""Where two entries of a paper form differ, neither may be right: a decision can have a value of its own."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Only adds, and lets a decision be without an entry."""

    dependencies: ClassVar = [("assessments", "0005_paper_and_corrections")]

    operations: ClassVar = [
        migrations.AlterField(
            "paperdecision",
            "entry",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assessments.paperentry"
            ),
        ),
        migrations.AddField("paperdecision", "value", models.JSONField(null=True)),
    ]

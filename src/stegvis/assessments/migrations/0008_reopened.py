"""An occasion that was closed by a lock can be opened again, when the lock is undone; its row stays and says so."""

from typing import ClassVar

from django.db import migrations, models
from django.db.migrations.operations import RunSQL

from stegvis.audit.immutable import append_only, set_once

_BEFORE = append_only("assessments_closedoccasion")


class Migration(migrations.Migration):
    """What is closed stays closed."""

    dependencies: ClassVar = [("assessments", "0007_of_some_arms")]

    operations: ClassVar = [
        RunSQL(_BEFORE.reverse_sql or "", _BEFORE.sql),
        migrations.AddField("closedoccasion", "reopened_at", models.DateTimeField(null=True)),
        migrations.AlterField("closedoccasion", "occasion", models.CharField(max_length=60)),
        migrations.AddConstraint(
            "closedoccasion",
            models.UniqueConstraint(
                condition=models.Q(("reopened_at", None)), fields=("occasion",), name="closed_once_at_a_time"
            ),
        ),
        set_once("assessments_closedoccasion", "reopened_at"),
    ]

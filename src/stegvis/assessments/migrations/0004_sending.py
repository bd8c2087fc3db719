"""Each questionnaire keeps when and how it was sent; an occasion can be sent in part, and closed by a data lock."""

from typing import ClassVar

from django.db import migrations, models

from stegvis.audit.immutable import append_only

CHANNELS = [("web", "Web"), ("phone", "Phone"), ("paper", "Paper")]

# Until now a whole occasion was sent at once, on the day on which it was completed.
AS_THE_OCCASION_WAS = """
    UPDATE assessments_response r
    SET submitted_at = a.submitted_at, in_window = a.submitted_in_window,
        completed_on = (a.submitted_at AT TIME ZONE 'Europe/Stockholm')::date,
        mode = coalesce((SELECT channel FROM assessments_answer w WHERE w.response_id = r.id
                         GROUP BY channel ORDER BY count(*) DESC, channel LIMIT 1), 'web')
    FROM assessments_assessment a
    WHERE a.id = r.assessment_id AND a.submitted_at IS NOT NULL
"""


class Migration(migrations.Migration):
    """Only adds; what was sent before is filled in."""

    dependencies: ClassVar = [("assessments", "0003_typed_at")]

    operations: ClassVar = [
        migrations.AddField("assessment", "minimum_at", models.DateTimeField(null=True)),
        migrations.AddField("response", "submitted_at", models.DateTimeField(null=True)),
        migrations.AddField("response", "completed_on", models.DateField(null=True)),
        migrations.AddField("response", "in_window", models.BooleanField(null=True)),
        migrations.AddField(
            "response", "mode", models.CharField(max_length=10, choices=CHANNELS, blank=True, default="")
        ),
        migrations.AlterField("response", "mode", models.CharField(max_length=10, choices=CHANNELS, blank=True)),
        migrations.RunSQL(AS_THE_OCCASION_WAS, migrations.RunSQL.noop),
        migrations.CreateModel(
            "ClosedOccasion",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("occasion", models.CharField(max_length=60, unique=True)),
                ("closed_at", models.DateTimeField()),
                ("closed_by", models.CharField(max_length=40)),
            ],
        ),
        append_only("assessments_closedoccasion"),
    ]

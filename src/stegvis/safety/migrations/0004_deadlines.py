"""Alerts carry the true time of what raised them, their deadline and when somebody further is told; notices say why."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """After the walls and the keys of steps: alerts and notices stay append-only, and old rows have no deadline."""

    dependencies: ClassVar = [("safety", "0003_a_step_is_kept_once")]

    operations: ClassVar = [
        migrations.AddField("alert", "happened_at", models.DateTimeField(null=True)),
        migrations.AddField("alert", "respond_by", models.DateTimeField(null=True)),
        migrations.AddField("alert", "escalate_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "alertnotice",
            "why",
            models.CharField(
                max_length=10,
                choices=[("raised", "on the rota"), ("escalated", "because nobody had taken it")],
                default="raised",
            ),
        ),
        migrations.AlterField(
            "alertstep",
            "step",
            models.CharField(
                max_length=20,
                choices=[
                    ("acknowledged", "I have it"),
                    ("called", "Called, no answer"),
                    ("reached", "Spoke with the person"),
                    ("assessed", "Assessed by a licensed clinician"),
                    ("handed_over", "Handed over"),
                    ("closed", "Closed"),
                ],
            ),
        ),
        migrations.AddIndex(
            "alert",
            models.Index(
                fields=["escalate_at"], condition=models.Q(escalate_at__isnull=False), name="alerts_to_escalate"
            ),
        ),
    ]

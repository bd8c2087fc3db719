"""What was asked in a call about an alert, and the answers, are kept as a step; they lie encrypted."""

from typing import ClassVar

from django.db import migrations, models

from stegvis.audit.fields import EncryptedTextField


class Migration(migrations.Migration):
    """Steps from before have no answers."""

    dependencies: ClassVar = [("safety", "0005_closed_by_two")]

    operations: ClassVar = [
        migrations.AddField("alertstep", "answers", EncryptedTextField(editable=True, null=True)),
        migrations.AlterField(
            "alertstep",
            "step",
            models.CharField(
                max_length=20,
                choices=[
                    ("acknowledged", "I have it"),
                    ("called", "Called, no answer"),
                    ("reached", "Spoke with the person"),
                    ("asked", "Went through the checklist"),
                    ("assessed", "Assessed by a licensed clinician"),
                    ("handed_over", "Handed over"),
                    ("to_close", "Can be closed, to be confirmed"),
                    ("closed", "Closed"),
                ],
            ),
        ),
        migrations.AddConstraint(
            "alertstep",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answers__isnull", False), ("step", "asked")),
                    models.Q(models.Q(("step", "asked"), _negated=True), ("answers", None)),
                    _connector="OR",
                ),
                name="a_checklist_has_answers",
            ),
        ),
    ]

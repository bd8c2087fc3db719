"""A clinician's open caseload is found by both halves of the question: without the role, one went through everybody's of that role."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """The same index with the role in it."""

    dependencies: ClassVar = [("people", "0006_staff_telephone")]

    operations: ClassVar = [
        migrations.RemoveIndex(model_name="caseload", name="open_caseload"),
        migrations.AddIndex(
            model_name="caseload",
            index=models.Index(fields=["clinician", "role"], condition=models.Q(until_at=None), name="open_caseload"),
        ),
    ]

"""A printed report is kept as PDF and Word too; those from before have neither."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Only adds."""

    dependencies: ClassVar = [("reporting", "0003_locks_close_occasions")]

    operations: ClassVar = [
        migrations.AddField("printedreport", "pdf", models.BinaryField(null=True)),
        migrations.AddField("printedreport", "word", models.BinaryField(null=True)),
    ]

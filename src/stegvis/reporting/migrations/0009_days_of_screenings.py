"""A period in days: what is left of screenings goes so many days after each ended."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Only adds."""

    dependencies: ClassVar = [("reporting", "0008_closed_report"), ("trial", "0012_screenings_go_on")]

    operations: ClassVar = [migrations.AddField("deletion", "days", models.PositiveSmallIntegerField(default=0))]

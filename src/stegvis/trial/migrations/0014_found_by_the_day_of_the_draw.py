"""People are found by the day on which they were randomised, of whom a round asks before late questions."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index more."""

    dependencies: ClassVar = [("trial", "0013_transfers")]

    operations: ClassVar = [
        migrations.AddIndex("enrolment", models.Index(fields=["randomised_on"], name="enrolments_by_draw")),
    ]

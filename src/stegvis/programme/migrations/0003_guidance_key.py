"""Time entered by hand carries the key of its form, so that a call entered twice is kept once."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """After the walls: the table stays append-only."""

    dependencies: ClassVar = [("programme", "0002_walls")]

    operations: ClassVar = [
        migrations.AddField("guidancetime", "key", models.UUIDField(null=True, unique=True)),
    ]

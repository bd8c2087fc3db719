"""An answer that was typed without a connection keeps when that was, beside the time it came in."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """After the walls: answers stay append-only."""

    dependencies: ClassVar = [("assessments", "0002_walls")]

    operations: ClassVar = [migrations.AddField("answer", "typed_at", models.DateTimeField(null=True))]

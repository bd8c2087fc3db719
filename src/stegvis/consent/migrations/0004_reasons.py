"""Why somebody withdrew, as codes of the protocol's list."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """One more column; rows from before have no codes."""

    dependencies: ClassVar = [("consent", "0003_outcome_assessor")]

    operations: ClassVar = [
        migrations.AddField(model_name="withdrawal", name="reasons", field=models.JSONField(default=list, blank=True)),
    ]

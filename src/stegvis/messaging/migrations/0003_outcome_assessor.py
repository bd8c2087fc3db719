"""The roles that the author of a message can name include the outcome assessor's; none writes messages."""

from importlib import import_module
from typing import ClassVar

from django.db import migrations, models

ROLES = import_module("stegvis.people.migrations.0003_outcome_assessor").ROLES


class Migration(migrations.Migration):
    """The choices alone; nothing changes in the table."""

    dependencies: ClassVar = [("messaging", "0002_walls"), ("people", "0003_outcome_assessor")]

    operations: ClassVar = [
        migrations.AlterField("message", "author_role", models.CharField(choices=ROLES, max_length=20)),
    ]

"""A form sent twice makes one step; steps from before have no key."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("safety", "0002_walls")]

    operations = [
        migrations.AddField("alertstep", "key", models.UUIDField(null=True, unique=True)),
    ]

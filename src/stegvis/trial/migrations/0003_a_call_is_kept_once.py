"""A form sent twice makes one call; calls from before have no key."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("trial", "0002_walls")]

    operations = [
        migrations.AddField("callattempt", "key", models.UUIDField(null=True, unique=True)),
    ]

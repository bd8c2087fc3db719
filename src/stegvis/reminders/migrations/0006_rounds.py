"""Several people are reminded at once: who did so, of what, with which text, and how many it was."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import protect


class Migration(migrations.Migration):
    """A table and its walls: whoever sent a round reads it, and the system."""

    dependencies: ClassVar = [
        ("reminders", "0005_closing_letters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            "Round",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("occasion", models.CharField(max_length=60)),
                ("step", models.CharField(max_length=60)),
                ("reminded", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("key", models.UUIDField(unique=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        append_only("reminders_round"),
        protect("reminders_round", using="by_id = (SELECT stegvis_account())"),
    ]

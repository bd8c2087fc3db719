"""What was not taken is tried again by a row of its own, and after the last try says that it was not delivered."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

STATES = ["planned", "sending", "sent", "not_due", "failed", "refused", "undelivered", "cancelled"]


class Migration(migrations.Migration):
    """Rows from before are first tries."""

    dependencies: ClassVar = [("reminders", "0003_programme_reminders")]

    operations: ClassVar = [
        migrations.AlterField(
            "plannedmessage",
            "state",
            models.CharField(
                choices=[(each, each.replace("_", " ").title()) for each in STATES], default="planned", max_length=12
            ),
        ),
        migrations.AddField(
            "plannedmessage",
            "again_of",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="reminders.plannedmessage",
            ),
        ),
        migrations.AddField("plannedmessage", "tried", models.PositiveSmallIntegerField(default=0)),
        migrations.AddConstraint(
            "plannedmessage",
            models.CheckConstraint(
                condition=models.Q(("again_of__isnull", False), ("tried", 0), _connector="OR"),
                name="first_try_is_the_first",
            ),
        ),
        migrations.AddIndex(
            "plannedmessage",
            models.Index(
                condition=models.Q(("state", "undelivered")), fields=["state_since"], name="what_was_not_delivered"
            ),
        ),
    ]

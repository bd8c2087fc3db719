"""What was sent stands word for word, and is read by the person and the system."""

from typing import ClassVar

from django.db import migrations

from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import protect

# Kinds of message differ between arms, so that staff do not read this table; pages show what they need through actions.
SEEN = "participant_id = (SELECT stegvis_participant()) OR account_id = (SELECT stegvis_account())"


class Migration(migrations.Migration):
    """After the tables and the functions."""

    dependencies: ClassVar = [("reminders", "0001_reminders"), ("people", "0002_walls")]

    operations: ClassVar = [
        append_only("reminders_sent"),
        protect("reminders_plannedmessage", using=SEEN),
        protect("reminders_sent", using="EXISTS (SELECT FROM reminders_plannedmessage p WHERE p.id = planned_id)"),
    ]

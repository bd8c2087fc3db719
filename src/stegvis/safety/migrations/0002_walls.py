"""Alerts, notices and steps are permanent, and seen only by the person's own site."""

from typing import ClassVar

from django.db import migrations

from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import protect

AT_SITE = """
    (SELECT stegvis_role()) IN ('coordinator', 'physiotherapist', 'therapist')
    AND stegvis_participant_at_site(participant_id)
"""
OF_VISIBLE_ALERT = "EXISTS (SELECT FROM safety_alert a WHERE a.id = alert_id)"


class Migration(migrations.Migration):
    """After the tables and the functions."""

    dependencies: ClassVar = [("safety", "0001_safety"), ("people", "0002_walls")]

    operations: ClassVar = [
        append_only("safety_alert"),
        append_only("safety_alertnotice"),
        append_only("safety_alertstep"),
        protect("safety_alert", using=AT_SITE),
        protect("safety_alertnotice", using=OF_VISIBLE_ALERT),
        protect("safety_alertstep", using=OF_VISIBLE_ALERT),
    ]

"""What in the record tells an arm is seen by therapists where the person is now, also when they came from another site."""

from importlib import import_module
from typing import ClassVar

from django.db import migrations

from stegvis.audit.rowsecurity import show_also

BEFORE = import_module("stegvis.people.migrations.0002_walls").RECORD

RECORD = """
    NOT tells_arm
    OR actor_id = (SELECT stegvis_account())
    OR participant = (SELECT p.code FROM people_participant p WHERE p.id = (SELECT stegvis_participant()))
    OR ((SELECT stegvis_role()) = 'therapist'
        AND EXISTS (SELECT FROM people_participant p WHERE p.code = {0}.participant AND stegvis_site(p.site_id)))
"""


class Migration(migrations.Migration):
    """Two walls; the rows stay as they are."""

    dependencies: ClassVar = [("people", "0012_committee")]

    operations: ClassVar = [
        show_also(table, using=RECORD.format(table), before=BEFORE.format(table))
        for table in ("audit_event", "audit_reading")
    ]

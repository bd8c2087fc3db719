"""A message never changes but for being read, is seen by its two sides only, and bears its true author."""

from typing import ClassVar

from django.db import migrations

from stegvis.audit.immutable import set_once
from stegvis.audit.rowsecurity import protect

TWO_SIDES = """
    participant_id = (SELECT stegvis_participant())
    OR ((SELECT stegvis_role()) = CASE channel WHEN 'study' THEN 'coordinator' ELSE channel END
        AND stegvis_participant_at_site(participant_id))
"""

TRUE_AUTHOR = """
CREATE FUNCTION messaging_true_author() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF stegvis_role() <> 'system'
       AND (NEW.author_id IS DISTINCT FROM stegvis_account() OR NEW.author_role <> stegvis_role()) THEN
        RAISE EXCEPTION 'A message is sent in one''s own name.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER messaging_true_author BEFORE INSERT ON messaging_message
    FOR EACH ROW EXECUTE FUNCTION messaging_true_author();
"""
ANY_AUTHOR = """
DROP TRIGGER messaging_true_author ON messaging_message;
DROP FUNCTION messaging_true_author();
"""


class Migration(migrations.Migration):
    """After the tables and the functions."""

    dependencies: ClassVar = [("messaging", "0001_messages"), ("people", "0002_walls")]

    operations: ClassVar = [
        set_once("messaging_message", "read_at"),
        migrations.RunSQL(TRUE_AUTHOR, ANY_AUTHOR),
        protect("messaging_message", using=TWO_SIDES),
        protect("messaging_waiting", using=TWO_SIDES),
    ]

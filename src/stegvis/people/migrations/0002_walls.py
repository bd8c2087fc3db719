"""Row-level security on identity and caseloads, which tell more than a code does, and on what in the record tells an arm."""

from typing import ClassVar

from django.db import migrations

from stegvis.audit.rowsecurity import protect

SITE_OF_PARTICIPANT = """
CREATE FUNCTION stegvis_participant_at_site(participant bigint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT EXISTS (SELECT FROM people_participant p WHERE p.id = participant AND stegvis_site(p.site_id)) $$;
"""

# A therapist exists in some arms only, so that a caseload row in that role tells the arm: therapists alone see those.
CASELOAD = """
    participant_id = (SELECT stegvis_participant())
    OR (role <> 'therapist' AND (SELECT stegvis_role()) IN ('coordinator', 'physiotherapist', 'therapist')
        AND stegvis_participant_at_site(participant_id))
    OR ((SELECT stegvis_role()) = 'therapist' AND stegvis_participant_at_site(participant_id))
"""

IDENTITY = """
    participant_id = (SELECT stegvis_participant())
    OR ((SELECT stegvis_role()) IN ('coordinator', 'physiotherapist', 'therapist')
        AND stegvis_participant_at_site(participant_id))
"""

# Lines of the record that tell an arm are seen by whoever did it, by the person and by therapists at the site.
RECORD = """
    NOT tells_arm
    OR actor_id = (SELECT stegvis_account())
    OR participant = (SELECT p.code FROM people_participant p WHERE p.id = (SELECT stegvis_participant()))
    OR ((SELECT stegvis_role()) = 'therapist'
        AND EXISTS (SELECT FROM people_site s WHERE s.code = {0}.site AND stegvis_site(s.id)))
"""


class Migration(migrations.Migration):
    """After the tables, and after the functions."""

    dependencies: ClassVar = [("people", "0001_people"), ("audit", "0002_walls")]

    operations: ClassVar = [
        migrations.RunSQL(SITE_OF_PARTICIPANT, "DROP FUNCTION stegvis_participant_at_site(bigint)"),
        protect("people_identity", using=IDENTITY),
        protect("people_caseload", using=CASELOAD),
        protect("audit_event", using=RECORD.format("audit_event"), check="true"),
        protect("audit_reading", using=RECORD.format("audit_reading"), check="true"),
    ]

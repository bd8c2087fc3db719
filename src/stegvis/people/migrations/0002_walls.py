"""Row-level security on identity and caseloads; both tell more than a code does."""

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


class Migration(migrations.Migration):
    """After the tables, and after the functions."""

    dependencies: ClassVar = [("people", "0001_people"), ("audit", "0002_walls")]

    operations: ClassVar = [
        migrations.RunSQL(SITE_OF_PARTICIPANT, "DROP FUNCTION stegvis_participant_at_site(bigint)"),
        protect("people_identity", using=IDENTITY),
        protect("people_caseload", using=CASELOAD),
    ]

"""What the database itself holds to: rows are permanent, places come in order, and nothing shows unless it is opened.

Other tables let the role `system` through row-level security. These do not: a worker or a command that forgets itself
sees no place and no allocation either, until the room sets `stegvis.allocating` for the length of one reading: to `own`
for what concerns the actor, to `all` for what needs the whole (the next place, a count).
"""

from typing import ClassVar

from django.db import migrations

from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import protect

OWN = "coalesce((SELECT stegvis_setting('allocating')), '') = 'own'"
ALL = "coalesce((SELECT stegvis_setting('allocating')), '') = 'all'"

MAY_READ = """
    (SELECT stegvis_role()) = 'system'
    OR participant_id = (SELECT stegvis_participant())
    OR ((SELECT stegvis_role()) IN ('coordinator', 'therapist') AND stegvis_participant_at_site(participant_id))
"""


def conceal(table: str, condition: str) -> migrations.RunSQL:
    """Show rows of `table` only while the room is opened, and where `condition` holds unless it is opened for all."""
    return migrations.RunSQL(
        sql=f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY {table}_concealed ON {table}
            USING ({ALL} OR ({OWN} AND ({condition}))) WITH CHECK ({ALL});
        """,
        reverse_sql=f"""
        DROP POLICY {table}_concealed ON {table};
        ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
        """,
    )


IN_ORDER = """
CREATE FUNCTION allocation_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM allocation_place p WHERE p.id = NEW.place_id AND p.sequence_id = NEW.sequence_id
                   AND p.stratum = NEW.stratum AND p.position = NEW.position) THEN
        RAISE EXCEPTION 'An allocation names the stratum and position of its own place.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.position > 1 AND NOT EXISTS (SELECT FROM allocation_allocation a WHERE a.sequence_id = NEW.sequence_id
                                        AND a.stratum = NEW.stratum AND a.position = NEW.position - 1) THEN
        RAISE EXCEPTION 'Places are given in their order: the one before has not been given.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER allocation_in_order BEFORE INSERT ON allocation_allocation
    FOR EACH ROW EXECUTE FUNCTION allocation_in_order();
"""

# One question to the database instead of five for every page that must know which treatments a participant is given.
PLACE_OF = """
CREATE FUNCTION allocation_place_of(wanted bigint)
    RETURNS TABLE (sha256 varchar, stratum varchar, "position" integer, arm bytea) LANGUAGE plpgsql AS $$
DECLARE before text := coalesce(stegvis_setting('allocating'), '');
BEGIN
    PERFORM set_config('stegvis.allocating', 'own', true);
    RETURN QUERY
        SELECT s.sha256, p.stratum, p.position, p.arm
        FROM allocation_allocation a
        JOIN allocation_place p ON p.id = a.place_id
        JOIN allocation_sequence s ON s.id = p.sequence_id
        WHERE a.participant_id = wanted;
    PERFORM set_config('stegvis.allocating', before, true);
END $$;
"""

OF_VISIBLE_ALLOCATION = "EXISTS (SELECT FROM allocation_allocation a WHERE a.id = allocation_id)"


class Migration(migrations.Migration):
    """After the tables, and after the functions of the record and of people."""

    dependencies: ClassVar = [("allocation", "0001_allocation"), ("people", "0002_walls"), ("audit", "0002_walls")]

    operations: ClassVar = [
        append_only("allocation_sequence"),
        append_only("allocation_settingaside"),
        append_only("allocation_place"),
        append_only("allocation_allocation"),
        append_only("allocation_disclosure"),
        conceal("allocation_place", "true"),
        conceal("allocation_allocation", MAY_READ),
        protect("allocation_disclosure", using=OF_VISIBLE_ALLOCATION),
        migrations.RunSQL(
            IN_ORDER, "DROP TRIGGER allocation_in_order ON allocation_allocation; DROP FUNCTION allocation_in_order();"
        ),
        migrations.RunSQL(PLACE_OF, "DROP FUNCTION allocation_place_of(bigint)"),
    ]

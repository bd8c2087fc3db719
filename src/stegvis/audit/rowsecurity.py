"""Row-level security: the second wall behind the policies.

PostgreSQL itself hides rows from an actor whose role, site or person they do not concern, should a query ever forget to.
Who acts is told to the database in settings of the transaction (`stegvis.people.acting`); outside any such
context no protected row is visible. Conditions use `stegvis_role()`, `stegvis_site(id)` and `stegvis_participant()`, and for
whether a participant belongs to a site of the actor's `at_own_site(column)`.
"""

from collections.abc import Sequence

from django.db.migrations.operations import RunSQL


def show_also(table: str, *, using: str, before: str) -> RunSQL:
    """Change which rows of a protected `table` are shown, from the condition `before` to `using`; new ones as before."""
    system = "(SELECT stegvis_role()) = 'system'"
    change = f"ALTER POLICY {table}_wall ON {table} USING ({system} OR ({{}}))"
    return RunSQL(change.format(using), change.format(before))


def at_own_site(column: str) -> str:
    """The SQL condition that the participant in `column` (qualified where `people_participant` has such a column) is at one
    of the actor's sites.

    Written out, so that the database plans it with each query: it looks a few rows up one by one, and reads the actor's
    participants once where there are many. Behind a function it is called for every row, which takes fifty times as
    long and more (docs/decisions/0034).
    """
    sites = "string_to_array(coalesce(current_setting('stegvis.sites', true), ''), ',')::bigint[]"
    return (
        f"EXISTS (SELECT FROM people_participant own WHERE own.id = {column}"
        f" AND own.site_id = ANY ((SELECT {sites})::bigint[]))"
    )


def write_sites_out(rooms: Sequence[str]) -> RunSQL:
    """In what hides the rows of these rooms' tables put `at_own_site` in the place of `stegvis_participant_at_site`.

    What is shown stays the same, so that nothing needs to be put back; what is accepted is asked of few rows, and stays.
    """
    written_out = at_own_site(r"\1").replace("'", "''")
    return RunSQL(
        sql=rf"""
        DO $do$ DECLARE wall record; BEGIN
            FOR wall IN
                SELECT tablename, policyname, qual FROM pg_policies
                WHERE strpos(qual, 'stegvis_participant_at_site(') > 0
                  AND split_part(tablename, '_', 1) IN ({", ".join(f"'{room}'" for room in rooms)})
            LOOP
                EXECUTE format('ALTER POLICY %I ON %I USING (%s)', wall.policyname, wall.tablename, regexp_replace(
                    wall.qual, 'stegvis_participant_at_site\(([a-z_.]+)\)', '{written_out}', 'g'));
            END LOOP;
        END $do$
        """,
        reverse_sql=RunSQL.noop,
    )


def protect(table: str, *, using: str, check: str | None = None) -> RunSQL:
    """Show rows of `table` only where the SQL condition `using` holds; accept new ones only where `check` does.

    The role `system` (the worker, the command line) is let through. FORCE binds the table's owner as well.
    """
    system = "(SELECT stegvis_role()) = 'system'"
    return RunSQL(
        sql=f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY {table}_wall ON {table}
            USING ({system} OR ({using}))
            WITH CHECK ({system} OR ({check or using}));
        """,
        reverse_sql=f"""
        DROP POLICY {table}_wall ON {table};
        ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
        """,
    )

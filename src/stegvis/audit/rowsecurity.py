"""Row-level security: the second wall behind the policies.

PostgreSQL itself hides rows from an actor whose role, site or person they do not concern, should a query ever forget to.
Who acts is told to the database in settings of the transaction (`stegvis.people.acting`); outside any such
context no protected row is visible. Conditions use `stegvis_role()`, `stegvis_site(id)` and `stegvis_participant()`.
"""

from django.db.migrations.operations import RunSQL


def show_also(table: str, *, using: str, before: str) -> RunSQL:
    """Change which rows of a protected `table` are shown, from the condition `before` to `using`; new ones as before."""
    system = "(SELECT stegvis_role()) = 'system'"
    change = f"ALTER POLICY {table}_wall ON {table} USING ({system} OR ({{}}))"
    return RunSQL(change.format(using), change.format(before))


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

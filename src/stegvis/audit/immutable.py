"""Migration operations that make rows permanent: the database itself refuses to change or remove them."""

from django.db.migrations.operations import RunSQL


def append_only(table: str) -> RunSQL:
    """Refuse UPDATE, DELETE and TRUNCATE on `table`, whoever asks; the application's role loses the right as well."""
    return RunSQL(
        sql=f"""
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION stegvis_refuse_change();
        CREATE TRIGGER {table}_never_truncated BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION stegvis_refuse_change();
        DO $$ BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stegvis_app') THEN
                REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM stegvis_app;
            END IF;
        END $$;
        """,
        reverse_sql=f"""
        DROP TRIGGER {table}_append_only ON {table};
        DROP TRIGGER {table}_never_truncated ON {table};
        """,
    )

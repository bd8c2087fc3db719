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


def set_once(table: str, column: str) -> RunSQL:
    """Refuse every change of a row of `table` but one: giving `column` a value where it had none. Never removed either.

    For a row that is finished by a moment in time: a goal is locked, a message is read.
    """
    return RunSQL(
        sql=f"""
        CREATE FUNCTION {table}_only_{column}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF OLD.{column} IS NULL AND NEW.{column} IS NOT NULL
               AND to_jsonb(NEW) - '{column}' = to_jsonb(OLD) - '{column}' THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION 'Rows of {table} are never changed but for {column}, once: a correction is a new row.'
                USING ERRCODE = 'insufficient_privilege';
        END $$;
        CREATE TRIGGER {table}_set_once BEFORE UPDATE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {table}_only_{column}();
        CREATE TRIGGER {table}_never_removed BEFORE DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION stegvis_refuse_change();
        CREATE TRIGGER {table}_never_truncated BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION stegvis_refuse_change();
        DO $$ BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stegvis_app') THEN
                REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM stegvis_app;
                GRANT UPDATE ({column}) ON {table} TO stegvis_app;
            END IF;
        END $$;
        """,
        reverse_sql=f"""
        DROP TRIGGER {table}_set_once ON {table};
        DROP TRIGGER {table}_never_removed ON {table};
        DROP TRIGGER {table}_never_truncated ON {table};
        DROP FUNCTION {table}_only_{column}();
        """,
    )


def changes_only(table: str, column: str) -> RunSQL:
    """Refuse every change of a row of `table` but one of `column`; never removed either.

    For a row that carries its present state beside the rows that tell how it came about (docs/decisions/0005).
    """
    return RunSQL(
        sql=f"""
        CREATE FUNCTION {table}_changes_{column}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF to_jsonb(NEW) - '{column}' = to_jsonb(OLD) - '{column}' THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION 'Rows of {table} are never changed but for {column}.' USING ERRCODE = 'insufficient_privilege';
        END $$;
        CREATE TRIGGER {table}_changes_only BEFORE UPDATE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {table}_changes_{column}();
        CREATE TRIGGER {table}_never_removed BEFORE DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION stegvis_refuse_change();
        CREATE TRIGGER {table}_never_truncated BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION stegvis_refuse_change();
        DO $$ BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stegvis_app') THEN
                REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM stegvis_app;
                GRANT UPDATE ({column}) ON {table} TO stegvis_app;
            END IF;
        END $$;
        """,
        reverse_sql=f"""
        DROP TRIGGER {table}_changes_only ON {table};
        DROP TRIGGER {table}_never_removed ON {table};
        DROP TRIGGER {table}_never_truncated ON {table};
        DROP FUNCTION {table}_changes_{column}();
        """,
    )

"""The functions that row-level security and append-only tables stand on, and the record's own triggers."""

from typing import ClassVar

from django.db import migrations

from stegvis.audit.immutable import append_only

FUNCTIONS = """
CREATE FUNCTION stegvis_setting(name text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT nullif(current_setting('stegvis.' || name, true), '') $$;
CREATE FUNCTION stegvis_role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT coalesce(nullif(current_setting('stegvis.role', true), ''), 'nobody') $$;
CREATE FUNCTION stegvis_account() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT nullif(current_setting('stegvis.account', true), '')::bigint $$;
CREATE FUNCTION stegvis_participant() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT nullif(current_setting('stegvis.participant', true), '')::bigint $$;
CREATE FUNCTION stegvis_site(id bigint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT id::text = ANY(string_to_array(coalesce(current_setting('stegvis.sites', true), ''), ',')) $$;
CREATE FUNCTION stegvis_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN
        RAISE EXCEPTION 'Rows of % are never changed or removed: a correction is a new row.', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END $$;
"""

REMOVE = """
DROP FUNCTION stegvis_refuse_change();
DROP FUNCTION stegvis_site(bigint);
DROP FUNCTION stegvis_participant();
DROP FUNCTION stegvis_account();
DROP FUNCTION stegvis_role();
DROP FUNCTION stegvis_setting(text);
"""


class Migration(migrations.Migration):
    """After the tables."""

    dependencies: ClassVar = [("audit", "0001_record")]

    operations: ClassVar = [
        migrations.RunSQL(FUNCTIONS, REMOVE),
        append_only("audit_event"),
        append_only("audit_reading"),
    ]

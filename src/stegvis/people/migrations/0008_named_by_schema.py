"""The one function of the walls that reads a table names its schema.

PostgreSQL's own pg_dump looks names up in no schema at all, so that nobody can slip it another table; the function then
found none, and no backup could be made through row-level security.
"""

from typing import ClassVar

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION stegvis_participant_at_site(participant bigint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT EXISTS (
        SELECT FROM {0}people_participant p WHERE p.id = participant AND {0}stegvis_site(p.site_id)) $$;
"""


class Migration(migrations.Migration):
    """After the index of open caseloads."""

    dependencies: ClassVar = [("people", "0007_open_caseload_by_role")]

    operations: ClassVar = [migrations.RunSQL(FUNCTION.format("public."), FUNCTION.format(""))]

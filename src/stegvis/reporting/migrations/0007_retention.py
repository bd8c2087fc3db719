"""The end of the trial, deletions that are due, and the one function that may delete what triggers keep.

It runs as the tables' owner and deletes only a list of keys whose hash stands in a deletion that two roles have agreed to and
that is not done. For that one statement the table's own triggers are off, in this transaction, while nobody else can write to
it; foreign keys are not. The application's role can neither delete there nor turn a trigger off.
"""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import protect

ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")

DELETE_DUE = """
CREATE FUNCTION stegvis_delete_due(of_deletion bigint, doomed text, doomed_keys bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE listed jsonb; primary_key text; gone bigint;
BEGIN
    SELECT d.tables -> doomed INTO listed FROM reporting_deletion d
        JOIN reporting_deletionagreement a ON a.deletion_id = d.id AND a.agreed_by <> d.proposed_by
        WHERE d.id = of_deletion AND NOT EXISTS (SELECT FROM reporting_deletiondone e WHERE e.deletion_id = d.id);
    IF listed IS NULL OR listed ->> 'sha256'
            <> encode(sha256(convert_to(array_to_string(doomed_keys, ','), 'UTF8')), 'hex') THEN
        RAISE EXCEPTION 'These rows of % stand on no list that two roles have agreed to delete.', doomed
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT a.attname INTO STRICT primary_key FROM pg_index i
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indisprimary AND i.indrelid = format('public.%I', doomed)::regclass;
    SET CONSTRAINTS ALL IMMEDIATE;
    EXECUTE format('ALTER TABLE public.%I DISABLE TRIGGER USER', doomed);
    EXECUTE format('DELETE FROM public.%I WHERE %I = ANY ($1)', doomed, primary_key) USING doomed_keys;
    GET DIAGNOSTICS gone = ROW_COUNT;
    EXECUTE format('ALTER TABLE public.%I ENABLE TRIGGER USER', doomed);
    IF gone <> cardinality(doomed_keys) THEN
        RAISE EXCEPTION '% of % rows of % could be deleted.', gone, cardinality(doomed_keys), doomed;
    END IF;
    RETURN gone;
END $$;
REVOKE EXECUTE ON FUNCTION stegvis_delete_due(bigint, text, bigint[]) FROM PUBLIC;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stegvis_app') THEN
        GRANT EXECUTE ON FUNCTION stegvis_delete_due(bigint, text, bigint[]) TO stegvis_app;
    END IF;
END $$;
"""
MAY_SEE = "(SELECT stegvis_role()) IN ('data_manager', 'administrator')"


def _table(name: str, **fields: models.Field) -> migrations.CreateModel:
    return migrations.CreateModel(name, [("id", ID.clone()), *fields.items()])


def _of_deletion(related_name: str) -> models.OneToOneField:
    return models.OneToOneField(
        on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to="reporting.deletion"
    )


class Migration(migrations.Migration):
    """Only adds."""

    dependencies: ClassVar = [("reporting", "0006_locked_by_two"), ("audit", "0002_walls")]

    operations: ClassVar = [
        _table(
            "TrialEnd", ended_on=models.DateField(), reason=models.TextField(), kept_at=models.DateTimeField(),
            kept_by=models.CharField(max_length=40),
        ),
        _table(
            "Deletion", of_store=models.CharField(max_length=20), years=models.PositiveSmallIntegerField(),
            due_on=models.DateField(), tables=models.JSONField(), reason=models.TextField(),
            proposed_at=models.DateTimeField(), proposed_by=models.CharField(max_length=40),
            proposed_as=models.CharField(max_length=20),
        ),
        _table(
            "DeletionAgreement", deletion=_of_deletion("agreement"), agreed_at=models.DateTimeField(),
            agreed_by=models.CharField(max_length=40),
        ),
        _table(
            "DeletionDone", deletion=_of_deletion("done"), done_at=models.DateTimeField(),
            rows=models.PositiveIntegerField(), changed=models.BooleanField(),
        ),
        *(append_only(f"reporting_{each}") for each in ("trialend", "deletion", "deletionagreement", "deletiondone")),
        *(
            protect(f"reporting_{each}", using=MAY_SEE)
            for each in ("deletion", "deletionagreement", "deletiondone")
        ),
        migrations.RunSQL(DELETE_DUE, "DROP FUNCTION stegvis_delete_due(bigint, text, bigint[])"),
    ]  # fmt: skip

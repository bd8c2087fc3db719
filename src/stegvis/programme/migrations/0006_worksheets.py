"""Worksheets: drafts, kept sheets and whom they are shared with; a person's own until they say otherwise."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import stegvis.audit.fields
from stegvis.audit.rowsecurity import protect

OWN = "course_id = (SELECT stegvis_participant())"
SHARED_NOW = """
    OR EXISTS (SELECT FROM programme_worksheetshare s WHERE s.entry_id = programme_worksheetentry.id
        AND s.taken_back_at IS NULL AND s.audience = (SELECT stegvis_role()))
"""
"""A clinician sees a kept sheet through its sharing, whose own wall asks for the role and the site."""

OF_THE_ROLE = """
    OR (audience = (SELECT stegvis_role()) AND taken_back_at IS NULL AND stegvis_participant_at_site(course_id))
"""

STANDS = """
CREATE FUNCTION stegvis_keep_worksheet() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - 'set_aside_at' IS DISTINCT FROM to_jsonb(OLD) - 'set_aside_at' THEN
        RAISE EXCEPTION 'A worksheet that was kept stands: go on with a new one.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER programme_worksheetentry_stands BEFORE UPDATE OR DELETE ON programme_worksheetentry
    FOR EACH ROW EXECUTE FUNCTION stegvis_keep_worksheet();

CREATE FUNCTION stegvis_keep_worksheet_share() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF stegvis_role() NOT IN ('participant', 'system')
           OR NEW.course_id IS DISTINCT FROM (SELECT e.course_id FROM programme_worksheetentry e WHERE e.id = NEW.entry_id) THEN
            RAISE EXCEPTION 'Only the person shares a worksheet.' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.taken_back_at IS NOT NULL
        OR (OLD.read_at IS NOT NULL AND NEW.read_at IS DISTINCT FROM OLD.read_at)
        OR (to_jsonb(NEW) - ARRAY['taken_back_at', 'read_at']) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['taken_back_at', 'read_at'])
    THEN
        RAISE EXCEPTION 'That a worksheet was shared and read stands.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER programme_worksheetshare_stands BEFORE INSERT OR UPDATE OR DELETE ON programme_worksheetshare
    FOR EACH ROW EXECUTE FUNCTION stegvis_keep_worksheet_share();
"""
GONE = "DROP FUNCTION stegvis_keep_worksheet() CASCADE; DROP FUNCTION stegvis_keep_worksheet_share() CASCADE"


def _key(to: str, related_name: str) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to=to)


def _id() -> tuple[str, models.BigAutoField]:
    return ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    """After the walls."""

    dependencies: ClassVar = [("programme", "0005_delivery")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="WorksheetDraft",
            fields=[
                _id(),
                ("course", _key("programme.course", "worksheet_drafts")),
                ("sheet", models.CharField(max_length=60)),
                ("field", models.CharField(max_length=60)),
                ("value", stegvis.audit.fields.EncryptedTextField()),
                ("saved_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("course", "sheet", "field"), name="worksheet_draft_once")
                ]
            },
        ),
        migrations.CreateModel(
            name="WorksheetEntry",
            fields=[
                _id(),
                ("course", _key("programme.course", "worksheets")),
                ("release", _key("programme.release", "+")),
                ("sheet", models.CharField(max_length=60)),
                ("on", models.DateField()),
                ("content", stegvis.audit.fields.EncryptedTextField()),
                ("kept_at", models.DateTimeField()),
                ("set_aside_at", models.DateTimeField(null=True)),
                ("key", models.UUIDField(unique=True)),
            ],
            options={"indexes": [models.Index(fields=["course", "-on", "-kept_at"], name="worksheets_newest")]},
        ),
        migrations.CreateModel(
            name="WorksheetShare",
            fields=[
                _id(),
                ("course", _key("programme.course", "+")),
                ("entry", _key("programme.worksheetentry", "shares")),
                (
                    "audience",
                    models.CharField(
                        choices=[("therapist", "therapist"), ("physiotherapist", "physiotherapist")], max_length=20
                    ),
                ),
                ("shared_at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("taken_back_at", None)),
                        fields=("entry", "audience"),
                        name="worksheet_shared_once",
                    )
                ]
            },
        ),
        migrations.RunSQL(STANDS, GONE),
        protect("programme_worksheetdraft", using=OWN),
        protect("programme_worksheetshare", using=OWN + OF_THE_ROLE),
        protect("programme_worksheetentry", using=OWN + SHARED_NOW, check=OWN),
    ]

"""What a therapist needs beside homework: answers that can be taken back, a part asked for again, notes, own snippets."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from stegvis.audit.fields import EncryptedTextField
from stegvis.audit.immutable import append_only, set_once
from stegvis.audit.rowsecurity import protect, show_also

STAFF = settings.AUTH_USER_MODEL

OF_HOMEWORK = "EXISTS (SELECT FROM programme_homework h WHERE h.id = homework_id)"
STANDING = f"{OF_HOMEWORK} AND (taken_back_at IS NULL OR (SELECT stegvis_role()) = 'therapist')"
"""An answer that was taken back never reached the person, and never does."""

BY_THERAPISTS = """
    (SELECT stegvis_role()) = 'therapist'
    AND EXISTS (SELECT FROM programme_course c WHERE c.participant_id = course_id)
"""
OWN = "(SELECT stegvis_role()) = 'therapist' AND account_id = (SELECT stegvis_account())"

KEEP = """
CREATE OR REPLACE FUNCTION stegvis_keep_sent_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - ARRAY['answered_at', 'opened_at', 'read_at'{0}])
        IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['answered_at', 'opened_at', 'read_at'{0}])
    THEN
        RAISE EXCEPTION 'What was sent in % stands: write a new message instead.', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
"""
TAKEN_BACK_ONCE = """
CREATE FUNCTION programme_taken_back_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.taken_back_at IS NOT NULL OR NEW.read_at IS NOT NULL THEN
        RAISE EXCEPTION 'An answer is taken back once, and never after it was read.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER programme_feedback_taken_back BEFORE UPDATE OF taken_back_at ON programme_feedback
    FOR EACH ROW EXECUTE FUNCTION programme_taken_back_once();
"""
NEVER_TAKEN_BACK = """
DROP TRIGGER programme_feedback_taken_back ON programme_feedback;
DROP FUNCTION programme_taken_back_once();
"""

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
WHO = ("account", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=STAFF))


class Migration(migrations.Migration):
    """Columns, tables and their walls."""

    dependencies: ClassVar = [("programme", "0006_worksheets"), ("people", "0004_absences")]

    operations: ClassVar = [
        migrations.AddField("homework", "round", models.PositiveSmallIntegerField(default=1)),
        migrations.RemoveConstraint("homework", "homework_once"),
        migrations.AddConstraint(
            "homework",
            models.UniqueConstraint(fields=["course", "module", "round"], name="homework_once_a_round"),
        ),
        migrations.AlterField(
            "feedback",
            "homework",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="programme.homework"
            ),
        ),
        migrations.AddField("feedback", "rules", models.CharField(blank=True, default="", max_length=10)),
        migrations.AlterField("feedback", "rules", models.CharField(blank=True, max_length=10)),
        migrations.AddField("feedback", "opens", models.CharField(blank=True, default="", max_length=60)),
        migrations.AlterField("feedback", "opens", models.CharField(blank=True, max_length=60)),
        migrations.AddField("feedback", "again_part", models.PositiveSmallIntegerField(null=True)),
        migrations.AddField("feedback", "taken_back_at", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            "feedback",
            models.UniqueConstraint(fields=["homework"], condition=Q(taken_back_at=None), name="one_standing_answer"),
        ),
        migrations.AddIndex(
            "feedback",
            models.Index(fields=["sent_at"], condition=Q(taken_back_at=None) & ~Q(opens=""), name="answers_that_open"),
        ),
        migrations.AddIndex("feedback", models.Index(fields=["account", "sent_at"], name="answers_by_therapist")),
        migrations.RunSQL(KEEP.format(", 'taken_back_at'"), KEEP.format("")),
        migrations.RunSQL(TAKEN_BACK_ONCE, NEVER_TAKEN_BACK),
        show_also("programme_feedback", using=STANDING, before=OF_HOMEWORK),
        migrations.AddField("guidancetime", "reason", EncryptedTextField(null=True)),
        migrations.AlterField("guidancetime", "seconds", models.IntegerField()),
        migrations.AlterField(
            "guidancetime",
            "kind",
            models.CharField(choices=[("page", "page"), ("call", "call"), ("adjusted", "adjusted")], max_length=20),
        ),
        migrations.AddConstraint(
            "guidancetime",
            models.CheckConstraint(condition=Q(seconds__gte=0) | Q(kind="adjusted"), name="time_is_time"),
        ),
        migrations.AddConstraint(
            "guidancetime",
            models.CheckConstraint(
                condition=~Q(kind="adjusted") | Q(reason__isnull=False), name="adjusted_for_a_reason"
            ),
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ID,
                ("text", EncryptedTextField()),
                ("written_at", models.DateTimeField()),
                ("key", models.UUIDField(unique=True)),
                WHO,
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="programme.course"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["course", "written_at"], name="notes_in_order")]},
        ),
        migrations.CreateModel(
            name="OwnSnippet",
            fields=[
                ID,
                ("group", models.CharField(max_length=20)),
                ("language", models.CharField(max_length=5)),
                ("text", EncryptedTextField()),
                ("made_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
                ("key", models.UUIDField(unique=True)),
                WHO,
            ],
            options={"indexes": [models.Index(fields=["account"], condition=Q(removed_at=None), name="own_snippets")]},
        ),
        append_only("programme_note"),
        protect("programme_note", using=BY_THERAPISTS),
        set_once("programme_ownsnippet", "removed_at"),
        protect("programme_ownsnippet", using=OWN),
    ]

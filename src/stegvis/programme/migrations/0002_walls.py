"""What was published, signed or sent never changes; a course is seen by its participant and therapists."""

from typing import ClassVar

from django.db import migrations

from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import protect

SEEN = """
    {0} = (SELECT stegvis_participant())
    OR ((SELECT stegvis_role()) = 'therapist' AND stegvis_participant_at_site({0}))
"""
OF_HOMEWORK = "EXISTS (SELECT FROM programme_homework h WHERE h.id = homework_id)"
OF_A_COURSE = ("moduleopening", "partreading", "draft", "homework", "guidancetime")

SENT_WORDS_STAND = """
CREATE FUNCTION stegvis_keep_sent_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - ARRAY['answered_at', 'opened_at', 'read_at'])
        IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['answered_at', 'opened_at', 'read_at'])
    THEN
        RAISE EXCEPTION 'What was sent in % stands: write a new message instead.', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER programme_homework_stands BEFORE UPDATE OR DELETE ON programme_homework
    FOR EACH ROW EXECUTE FUNCTION stegvis_keep_sent_words();
CREATE TRIGGER programme_feedback_stands BEFORE UPDATE OR DELETE ON programme_feedback
    FOR EACH ROW EXECUTE FUNCTION stegvis_keep_sent_words();
"""


class Migration(migrations.Migration):
    """After the tables and the functions."""

    dependencies: ClassVar = [("programme", "0001_programme"), ("people", "0002_walls")]

    operations: ClassVar = [
        append_only("programme_release"),
        append_only("programme_review"),
        append_only("programme_partreading"),
        append_only("programme_moduleopening"),
        append_only("programme_guidancetime"),
        migrations.RunSQL(SENT_WORDS_STAND, "DROP FUNCTION stegvis_keep_sent_words() CASCADE"),
        protect("programme_course", using=SEEN.format("participant_id")),
        *(protect(f"programme_{table}", using=SEEN.format("course_id")) for table in OF_A_COURSE),
        *(protect(f"programme_{table}", using=OF_HOMEWORK) for table in ("feedback", "replydraft")),
    ]

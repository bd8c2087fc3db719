"""What is agreed, logged, set and rated is permanent; and rows are seen by the person and their site's clinicians only."""

from typing import ClassVar

from django.db import migrations

from stegvis.audit.immutable import append_only, set_once
from stegvis.audit.rowsecurity import protect

OWN = "participant_id = (SELECT stegvis_participant())"
PHYSIOTHERAPIST = "(SELECT stegvis_role()) = 'physiotherapist' AND stegvis_participant_at_site(participant_id)"
BOOKING = """
    (SELECT stegvis_role()) IN ('physiotherapist', 'coordinator') AND stegvis_participant_at_site(participant_id)
"""
CARE = f"""
    {OWN}
    OR ((SELECT stegvis_role()) IN ('physiotherapist', 'therapist', 'coordinator')
        AND stegvis_participant_at_site(participant_id))
"""
KEPT_BY_BOTH = f"{OWN} OR ({PHYSIOTHERAPIST})"

# A row that belongs to another is seen where that one is; whoever may write is said beside it.
OF_VISIBLE_PLAN = "EXISTS (SELECT FROM physiotherapy_plan p WHERE p.id = plan_id)"
OF_VISIBLE_ENTRY = "EXISTS (SELECT FROM physiotherapy_diaryentry e WHERE e.id = entry_id)"
OF_VISIBLE_GOAL = "EXISTS (SELECT FROM physiotherapy_goal g WHERE g.id = goal_id)"
OF_VISIBLE_VISIT = """
    (SELECT stegvis_role()) IN ('participant', 'physiotherapist')
    AND EXISTS (SELECT FROM physiotherapy_visit v WHERE v.id = visit_id)
"""
BY_PHYSIOTHERAPIST = "(SELECT stegvis_role()) = 'physiotherapist'"
BY_EITHER = "(SELECT stegvis_role()) IN ('participant', 'physiotherapist')"

GOALS_ARE_LOCKED_FOR_GOOD = """
CREATE FUNCTION physiotherapy_goal_begins_unlocked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.locked_at IS NOT NULL THEN
        RAISE EXCEPTION 'A goal is set first and locked afterwards.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION physiotherapy_locked_goal_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT locked_at IS NOT NULL FROM physiotherapy_goal WHERE id = NEW.goal_id) THEN
        RAISE EXCEPTION 'A locked goal is not set aside: set a new goal beside it.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER physiotherapy_goal_begins_unlocked BEFORE INSERT ON physiotherapy_goal
    FOR EACH ROW EXECUTE FUNCTION physiotherapy_goal_begins_unlocked();
CREATE TRIGGER physiotherapy_locked_goal_stands BEFORE INSERT ON physiotherapy_setaside
    FOR EACH ROW EXECUTE FUNCTION physiotherapy_locked_goal_stands();
"""
GOALS_ARE_NOT_LOCKED = """
DROP TRIGGER physiotherapy_locked_goal_stands ON physiotherapy_setaside;
DROP TRIGGER physiotherapy_goal_begins_unlocked ON physiotherapy_goal;
DROP FUNCTION physiotherapy_locked_goal_stands();
DROP FUNCTION physiotherapy_goal_begins_unlocked();
"""

VISITS_STAY = """
CREATE TRIGGER physiotherapy_visit_never_removed BEFORE DELETE ON physiotherapy_visit
    FOR EACH ROW EXECUTE FUNCTION stegvis_refuse_change();
CREATE TRIGGER physiotherapy_visit_never_truncated BEFORE TRUNCATE ON physiotherapy_visit
    FOR EACH STATEMENT EXECUTE FUNCTION stegvis_refuse_change();
"""
VISITS_GO = """
DROP TRIGGER physiotherapy_visit_never_truncated ON physiotherapy_visit;
DROP TRIGGER physiotherapy_visit_never_removed ON physiotherapy_visit;
"""


class Migration(migrations.Migration):
    """After the tables and the functions."""

    dependencies: ClassVar = [
        ("physiotherapy", "0001_visits_plans_diary_goals"),
        ("people", "0002_walls"),
    ]

    operations: ClassVar = [
        append_only("physiotherapy_conversation"),
        append_only("physiotherapy_plan"),
        append_only("physiotherapy_plannedactivity"),
        append_only("physiotherapy_diaryentry"),
        append_only("physiotherapy_undoneentry"),
        append_only("physiotherapy_setaside"),
        append_only("physiotherapy_goalrating"),
        set_once("physiotherapy_goal", "locked_at"),
        migrations.RunSQL(GOALS_ARE_LOCKED_FOR_GOOD, GOALS_ARE_NOT_LOCKED),
        migrations.RunSQL(VISITS_STAY, VISITS_GO),
        protect("physiotherapy_visit", using=CARE, check=BOOKING),
        protect(
            "physiotherapy_conversation", using=OF_VISIBLE_VISIT, check=f"{BY_PHYSIOTHERAPIST} AND {OF_VISIBLE_VISIT}"
        ),
        protect("physiotherapy_plandraft", using=PHYSIOTHERAPIST),
        protect("physiotherapy_plan", using=CARE, check=PHYSIOTHERAPIST),
        protect(
            "physiotherapy_plannedactivity", using=OF_VISIBLE_PLAN, check=f"{BY_PHYSIOTHERAPIST} AND {OF_VISIBLE_PLAN}"
        ),
        protect("physiotherapy_diaryentry", using=CARE, check=KEPT_BY_BOTH),
        protect("physiotherapy_undoneentry", using=OF_VISIBLE_ENTRY, check=f"{BY_EITHER} AND {OF_VISIBLE_ENTRY}"),
        protect("physiotherapy_goal", using=CARE, check=PHYSIOTHERAPIST),
        protect("physiotherapy_setaside", using=OF_VISIBLE_GOAL, check=f"{BY_PHYSIOTHERAPIST} AND {OF_VISIBLE_GOAL}"),
        protect("physiotherapy_goalrating", using=OF_VISIBLE_GOAL, check=f"{BY_EITHER} AND {OF_VISIBLE_GOAL}"),
    ]

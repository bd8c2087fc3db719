"""Levels of a goal, corrections of a rating, guesses of an arm; and no moment of a goal lies before what is known of it."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from stegvis.audit.fields import EncryptedTextField
from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import protect

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))

OF_VISIBLE_GOAL = "EXISTS (SELECT FROM physiotherapy_goal g WHERE g.id = goal_id)"
BY_PHYSIOTHERAPIST = "(SELECT stegvis_role()) = 'physiotherapist'"
OWN_GUESS = "guessed_by_id = (SELECT stegvis_account())"
OWN_WORDS = "kept_by_id = (SELECT stegvis_account())"
AT_SITE = f"{BY_PHYSIOTHERAPIST} AND stegvis_participant_at_site(participant_id)"

# The clock of a demonstration is not the database's, so that a moment is held against the record of the same person: what
# is said to have been before something that stands there already is back-dated. A minute is left for two at a time.
NOTHING_IS_BACKDATED = """
CREATE FUNCTION physiotherapy_refuse_backdated(person bigint, moment timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF moment < (SELECT max(e.occurred_at) FROM audit_event e
                 WHERE e.participant = (SELECT p.code FROM people_participant p WHERE p.id = person))
                - interval '1 minute' THEN
        RAISE EXCEPTION 'The record of this person goes further than the moment given: nothing is back-dated.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;
CREATE FUNCTION physiotherapy_goal_is_not_backdated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM physiotherapy_refuse_backdated(
        NEW.participant_id, CASE TG_OP WHEN 'INSERT' THEN NEW.set_at ELSE NEW.locked_at END);
    RETURN NEW;
END $$;
CREATE FUNCTION physiotherapy_rating_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rated record;
    before record;
BEGIN
    SELECT participant_id, locked_at INTO rated FROM physiotherapy_goal WHERE id = NEW.goal_id;
    IF rated.locked_at IS NULL THEN
        RAISE EXCEPTION 'A goal is locked before it is rated.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM physiotherapy_refuse_backdated(rated.participant_id, NEW.rated_at);
    SELECT r.id INTO before FROM physiotherapy_goalrating r
        WHERE r.goal_id = NEW.goal_id AND r.occasion = NEW.occasion AND r.rater = NEW.rater
          AND NOT EXISTS (SELECT FROM physiotherapy_goalrating c WHERE c.corrects_id = r.id)
        ORDER BY r.rated_at DESC, r.id DESC LIMIT 1;
    IF NEW.corrects_id IS DISTINCT FROM before.id THEN
        RAISE EXCEPTION 'A second rating on an occasion is the correction of the first, with a reason.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.gas_level IS NOT NULL AND NOT EXISTS (SELECT FROM physiotherapy_goallevel l WHERE l.goal_id = NEW.goal_id) THEN
        RAISE EXCEPTION 'A goal without levels is rated without one.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION physiotherapy_level_before_the_lock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT locked_at IS NOT NULL FROM physiotherapy_goal WHERE id = NEW.goal_id) THEN
        RAISE EXCEPTION 'A locked goal gets no further level: set a new goal beside it.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER physiotherapy_goal_is_not_backdated BEFORE INSERT OR UPDATE ON physiotherapy_goal
    FOR EACH ROW EXECUTE FUNCTION physiotherapy_goal_is_not_backdated();
CREATE TRIGGER physiotherapy_rating_follows BEFORE INSERT ON physiotherapy_goalrating
    FOR EACH ROW EXECUTE FUNCTION physiotherapy_rating_follows();
CREATE TRIGGER physiotherapy_level_before_the_lock BEFORE INSERT ON physiotherapy_goallevel
    FOR EACH ROW EXECUTE FUNCTION physiotherapy_level_before_the_lock();
"""
BACKDATING_IS_LEFT = """
DROP TRIGGER physiotherapy_level_before_the_lock ON physiotherapy_goallevel;
DROP TRIGGER physiotherapy_rating_follows ON physiotherapy_goalrating;
DROP TRIGGER physiotherapy_goal_is_not_backdated ON physiotherapy_goal;
DROP FUNCTION physiotherapy_level_before_the_lock();
DROP FUNCTION physiotherapy_rating_follows();
DROP FUNCTION physiotherapy_goal_is_not_backdated();
DROP FUNCTION physiotherapy_refuse_backdated(bigint, timestamptz);
"""
MODES = [
    ("own_screen", "on their own screen"), ("read_out", "read out"), ("telephone", "by telephone"), ("paper", "on paper"),
]  # fmt: skip
CHANGES_OF_GOALS = [
    migrations.AddField("goal", "starts_at", models.SmallIntegerField(null=True)),
    migrations.AddConstraint(
        "goal",
        models.CheckConstraint(condition=Q(starts_at=None) | Q(starts_at__in=(-2, -1)), name="goal_starts_low"),
    ),
    migrations.AddField("goalrating", "gas_level", models.SmallIntegerField(null=True)),
    migrations.AddField("goalrating", "given_on", models.DateField(null=True)),
    migrations.AddField(
        "goalrating",
        "corrects",
        models.OneToOneField(
            null=True,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="correction",
            to="physiotherapy.goalrating",
        ),
    ),
    migrations.AddField("goalrating", "reason", EncryptedTextField(editable=True, null=True)),
    migrations.AlterField("goalrating", "mode", models.CharField(choices=MODES, max_length=20)),
    migrations.RemoveConstraint("goalrating", "rating_mode_of_its_rater"),
    migrations.AddConstraint(
        "goalrating",
        models.CheckConstraint(
            condition=Q(rater="participant", mode__in=[mode for mode, _ in MODES])
            | Q(rater="physiotherapist", mode="own_screen"),
            name="rating_mode_of_its_rater",
        ),
    ),
    migrations.AddConstraint(
        "goalrating",
        models.CheckConstraint(condition=Q(gas_level=None) | Q(gas_level__range=(-2, 2)), name="rating_gas_level"),
    ),
    migrations.AddConstraint(
        "goalrating",
        models.CheckConstraint(
            condition=Q(corrects=None, reason=None) | Q(corrects__isnull=False, reason__isnull=False),
            name="correction_has_its_reason",
        ),
    ),
    migrations.CreateModel(
        "GoalLevel",
        [
            ID,
            ("value", models.SmallIntegerField()),
            ("text", EncryptedTextField(editable=True)),
            (
                "goal",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="levels", to="physiotherapy.goal"
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=["goal", "value"], name="level_once_a_goal"),
                models.CheckConstraint(condition=Q(value__range=(-2, 2)), name="level_from_two_below_to_two_above"),
            ]
        },
    ),
]


def _to(model: str) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=model)


CONCEALMENT = [
    migrations.CreateModel(
        "ArmGuess",
        [
            ID,
            ("arm", EncryptedTextField(editable=True, null=True)),
            (
                "sure",
                models.CharField(
                    blank=True, choices=[("strongly", "quite sure"), ("somewhat", "not very sure")], max_length=20
                ),
            ),
            ("had_been_told", models.BooleanField()),
            ("guessed_at", models.DateTimeField()),
            ("key", models.UUIDField(unique=True)),
            ("guessed_by", _to(settings.AUTH_USER_MODEL)),
            ("participant", _to("people.participant")),
            ("visit", _to("physiotherapy.visit")),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=["visit", "guessed_by"], name="guess_once_a_visit"),
                models.CheckConstraint(
                    condition=Q(arm=None, sure="") | Q(arm__isnull=False, sure__in=["strongly", "somewhat"]),
                    name="guess_says_how_sure",
                ),
            ]
        },
    ),
    migrations.CreateModel(
        "ArmTold",
        [
            ID,
            (
                "told_by",
                models.CharField(
                    choices=[
                        ("participant", "the person"),
                        ("relative", "somebody close to the person"),
                        ("colleague", "a colleague"),
                        ("nobody", "nobody: I found out"),
                    ],
                    max_length=20,
                ),
            ),
            (
                "how",
                models.CharField(
                    choices=[
                        ("visit", "at a visit"),
                        ("telephone", "by telephone"),
                        ("message", "in a message"),
                        ("worksheet", "through a shared sheet"),
                        ("otherwise", "in another way"),
                    ],
                    max_length=20,
                ),
            ),
            ("told_on", models.DateField()),
            ("words", EncryptedTextField(editable=True)),
            ("kept_at", models.DateTimeField()),
            ("key", models.UUIDField(unique=True)),
            ("kept_by", _to(settings.AUTH_USER_MODEL)),
            ("participant", _to("people.participant")),
        ],
        options={
            "constraints": [
                models.CheckConstraint(
                    condition=Q(told_by__in=["participant", "relative", "colleague", "nobody"]),
                    name="told_by_somebody",
                ),
                models.CheckConstraint(
                    condition=Q(how__in=["visit", "telephone", "message", "worksheet", "otherwise"]),
                    name="told_somehow",
                ),
            ]
        },
    ),
]


class Migration(migrations.Migration):
    """After the tables of goals, and the record that moments are held against."""

    dependencies: ClassVar = [
        ("physiotherapy", "0007_devices"),
        ("audit", "0002_walls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        *CHANGES_OF_GOALS,
        *CONCEALMENT,
        append_only("physiotherapy_goallevel"),
        append_only("physiotherapy_armguess"),
        append_only("physiotherapy_armtold"),
        protect("physiotherapy_goallevel", using=OF_VISIBLE_GOAL, check=f"{BY_PHYSIOTHERAPIST} AND {OF_VISIBLE_GOAL}"),
        protect("physiotherapy_armguess", using=OWN_GUESS, check=f"{OWN_GUESS} AND {AT_SITE}"),
        protect("physiotherapy_armtold", using=OWN_WORDS, check=f"{OWN_WORDS} AND {AT_SITE}"),
        migrations.RunSQL(NOTHING_IS_BACKDATED, BACKDATING_IS_LEFT),
    ]

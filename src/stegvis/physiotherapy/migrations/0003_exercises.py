"""The library of exercises as released and signed, and the exercises of a plan; none of it ever changes."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import protect

OF_VISIBLE_PLAN = "EXISTS (SELECT FROM physiotherapy_plan p WHERE p.id = plan_id)"
BY_PHYSIOTHERAPIST = "(SELECT stegvis_role()) = 'physiotherapist'"

ONE_RELEASE = """
CREATE FUNCTION physiotherapy_one_release_in_a_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM physiotherapy_plannedexercise e WHERE e.plan_id = NEW.plan_id AND e.release_id <> NEW.release_id)
    THEN
        RAISE EXCEPTION 'The exercises of a plan come from one release of the library.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER physiotherapy_one_release_in_a_plan BEFORE INSERT ON physiotherapy_plannedexercise
    FOR EACH ROW EXECUTE FUNCTION physiotherapy_one_release_in_a_plan();
"""
SEVERAL_RELEASES = "DROP FUNCTION physiotherapy_one_release_in_a_plan() CASCADE"


class Migration(migrations.Migration):
    """After the walls."""

    dependencies: ClassVar = [
        ("physiotherapy", "0002_walls"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="ExerciseRelease",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("content", models.JSONField()),
                ("published_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ExerciseReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=5)),
                ("reviewer", models.CharField(max_length=120)),
                (
                    "profession",
                    models.CharField(
                        choices=[("psychologist", "psychologist"), ("physiotherapist", "physiotherapist")],
                        max_length=20,
                    ),
                ),
                ("signed_at", models.DateTimeField()),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="physiotherapy.exerciserelease",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("release", "language", "profession", "reviewer"), name="exercises_signed_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PlannedExercise",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("code", models.CharField(max_length=40)),
                (
                    "form",
                    models.CharField(
                        choices=[("easier", "easier form"), ("as_is", "as described"), ("harder", "harder form")],
                        max_length=10,
                    ),
                ),
                ("times", models.PositiveSmallIntegerField()),
                ("sets", models.PositiveSmallIntegerField()),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="exercises", to="physiotherapy.plan"
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="physiotherapy.exerciserelease",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "position"), name="exercise_once_per_position"),
                    models.UniqueConstraint(fields=("plan", "code"), name="exercise_once_in_a_plan"),
                    models.CheckConstraint(condition=models.Q(("position__range", (1, 4))), name="few_exercises"),
                    models.CheckConstraint(
                        condition=models.Q(("form__in", ["easier", "as_is", "harder"])), name="exercise_form"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sets__range", (1, 5)), ("times__range", (1, 30))), name="exercise_dose"
                    ),
                ],
            },
        ),
        append_only("physiotherapy_exerciserelease"),
        append_only("physiotherapy_exercisereview"),
        append_only("physiotherapy_plannedexercise"),
        migrations.RunSQL(ONE_RELEASE, SEVERAL_RELEASES),
        protect(
            "physiotherapy_plannedexercise", using=OF_VISIBLE_PLAN, check=f"{BY_PHYSIOTHERAPIST} AND {OF_VISIBLE_PLAN}"
        ),
    ]

"""A diary that works without a connection and keeps setbacks; plans that the person makes smaller or lets grow."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import protect

OWN = "participant_id = (SELECT stegvis_participant())"
PHYSIOTHERAPIST = "(SELECT stegvis_role()) = 'physiotherapist' AND stegvis_participant_at_site(participant_id)"
CARE = f"""
    {OWN}
    OR ((SELECT stegvis_role()) IN ('physiotherapist', 'therapist', 'coordinator')
        AND stegvis_participant_at_site(participant_id))
"""
SYSTEM = "(SELECT stegvis_role()) = 'system'"
OF_VISIBLE_ENTRY = "EXISTS (SELECT FROM physiotherapy_diaryentry e WHERE e.id = entry_id)"
OF_VISIBLE_PLAN = "EXISTS (SELECT FROM physiotherapy_plan p WHERE p.id = plan_id)"
OF_CHANGED_PLAN = "EXISTS (SELECT FROM physiotherapy_plan p WHERE p.id = plan_id AND p.origin <> 'agreed')"
BY_EITHER = "(SELECT stegvis_role()) IN ('participant', 'physiotherapist')"
BY_PARTICIPANT = "(SELECT stegvis_role()) = 'participant'"
BY_PHYSIOTHERAPIST = "(SELECT stegvis_role()) = 'physiotherapist'"


def accept(table: str, *, check: str, before: str) -> migrations.RunSQL:
    """Change which new rows a protected table takes."""
    change = f"ALTER POLICY {table}_wall ON {table} WITH CHECK ({SYSTEM} OR ({{}}))"
    return migrations.RunSQL(change.format(check), change.format(before))


class Migration(migrations.Migration):
    """After the walls."""

    dependencies: ClassVar = [
        ("people", "0005_how_to_reach"),
        ("physiotherapy", "0005_visits_walls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="AfterEffect",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="after_effect",
                        serialize=False,
                        to="physiotherapy.diaryentry",
                    ),
                ),
                (
                    "effect",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("better", "better than before"),
                            ("same", "about as before"),
                            ("worse", "worse than before"),
                        ],
                        max_length=10,
                    ),
                ),
                ("told_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="AnsweredStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("after_week", models.DateField()),
                ("accepted", models.BooleanField()),
                ("answered_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="TakenBackAhead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("entry_key", models.UUIDField(unique=True)),
                ("taken_back_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="diaryentry",
            name="done_or_rested",
        ),
        migrations.AddField(
            model_name="diaryentry",
            name="made_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="diaryentry",
            name="made_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="diaryentry",
            name="setback",
            field=models.CharField(
                blank=True, choices=[("flare", "flare"), ("illness", "illness")], default="", max_length=10
            ),
        ),
        migrations.AddField(
            model_name="diaryentry",
            name="smaller",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="plan",
            name="origin",
            field=models.CharField(
                choices=[
                    ("agreed", "agreed together"),
                    ("reduced", "made smaller by the person"),
                    ("grown", "a step that the person accepted"),
                ],
                default="agreed",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="plannedactivity",
            name="low_energy_minutes",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name="diaryentry",
            index=models.Index(fields=["planned_activity", "on"], name="diary_of_activity"),
        ),
        migrations.AddConstraint(
            model_name="diaryentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("effort", ""),
                        ("felt", ""),
                        (
                            "kind__in",
                            [
                                "walking",
                                "cycling",
                                "water",
                                "strength",
                                "mobility",
                                "relaxation",
                                "everyday",
                                "own",
                                "",
                            ],
                        ),
                        ("minutes", 0),
                        ("rested", True),
                        ("setback", ""),
                        ("smaller", False),
                    ),
                    models.Q(
                        ("effort", ""),
                        ("felt", ""),
                        ("kind", ""),
                        ("minutes", 0),
                        ("planned_activity", None),
                        ("rested", False),
                        ("setback__in", ["flare", "illness"]),
                        ("smaller", False),
                    ),
                    models.Q(
                        ("effort__in", ["easy", "medium", "hard"]),
                        ("felt__in", ["easier", "as_planned", "harder", ""]),
                        (
                            "kind__in",
                            ["walking", "cycling", "water", "strength", "mobility", "relaxation", "everyday", "own"],
                        ),
                        ("minutes__range", (1, 600)),
                        ("rested", False),
                        ("setback", ""),
                    ),
                    _connector="OR",
                ),
                name="done_rested_or_set_back",
            ),
        ),
        migrations.AddConstraint(
            model_name="diaryentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("made_at", None), ("made_on", None)),
                    models.Q(("made_at__isnull", False), ("made_on__isnull", False)),
                    _connector="OR",
                ),
                name="day_and_moment_of_the_device",
            ),
        ),
        migrations.AddConstraint(
            model_name="diaryentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("smaller", False), ("planned_activity__isnull", False), _connector="OR"),
                name="smaller_than_planned",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(("origin__in", ["agreed", "reduced", "grown"])), name="plan_origin"
            ),
        ),
        migrations.AddConstraint(
            model_name="plannedactivity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("low_energy_minutes", None),
                    ("low_energy_minutes__range", (1, models.F("minutes"))),
                    _connector="OR",
                ),
                name="low_energy_is_not_more",
            ),
        ),
        migrations.AddField(
            model_name="aftereffect",
            name="told_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="answeredstep",
            name="answered_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="answeredstep",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="answered_steps", to="physiotherapy.plan"
            ),
        ),
        migrations.AddField(
            model_name="takenbackahead",
            name="participant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.participant"
            ),
        ),
        migrations.AddField(
            model_name="takenbackahead",
            name="taken_back_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="aftereffect",
            constraint=models.CheckConstraint(
                condition=models.Q(("effect__in", ["better", "same", "worse", ""])), name="after_effect"
            ),
        ),
        migrations.AddConstraint(
            model_name="answeredstep",
            constraint=models.UniqueConstraint(fields=("plan", "after_week"), name="a_step_is_answered_once"),
        ),
        append_only("physiotherapy_takenbackahead"),
        append_only("physiotherapy_aftereffect"),
        append_only("physiotherapy_answeredstep"),
        protect("physiotherapy_takenbackahead", using=CARE, check=f"{OWN} OR ({PHYSIOTHERAPIST})"),
        protect("physiotherapy_aftereffect", using=OF_VISIBLE_ENTRY, check=f"{BY_EITHER} AND {OF_VISIBLE_ENTRY}"),
        protect("physiotherapy_answeredstep", using=OF_VISIBLE_PLAN, check=f"{BY_PARTICIPANT} AND {OF_VISIBLE_PLAN}"),
        accept(
            "physiotherapy_plan",
            check=f"({OWN} AND origin <> 'agreed') OR ({PHYSIOTHERAPIST} AND origin = 'agreed')",
            before=PHYSIOTHERAPIST,
        ),
        accept(
            "physiotherapy_plannedactivity",
            check=f"({BY_PHYSIOTHERAPIST} AND {OF_VISIBLE_PLAN}) OR ({BY_PARTICIPANT} AND {OF_CHANGED_PLAN})",
            before=f"{BY_PHYSIOTHERAPIST} AND {OF_VISIBLE_PLAN}",
        ),
        accept(
            "physiotherapy_plannedexercise",
            check=f"({BY_PHYSIOTHERAPIST} AND {OF_VISIBLE_PLAN}) OR ({BY_PARTICIPANT} AND {OF_CHANGED_PLAN})",
            before=f"{BY_PHYSIOTHERAPIST} AND {OF_VISIBLE_PLAN}",
        ),
    ]

"""How the programme is delivered to one person, and the dose by day; facts stand, and are seen as a course is."""

from typing import Any, ClassVar

import django.db.models.deletion
from django.db import migrations, models

import stegvis.audit.fields
from stegvis.audit.immutable import append_only, set_once
from stegvis.audit.rowsecurity import protect

SEEN = """
    course_id = (SELECT stegvis_participant())
    OR ((SELECT stegvis_role()) = 'therapist' AND stegvis_participant_at_site(course_id))
"""

TABLES = ("agreement", "pause", "hold", "contact", "dayinview", "partopening", "practicereport")

KINDS = [
    ("start", "start call"),
    ("waiting", "before the opening"),
    ("support", "during the programme"),
    ("closing", "closing conversation"),
]
MODES = [("telephone", "by telephone"), ("video", "by video"), ("in_person", "in person")]
OUTCOMES = [("held", "held"), ("no_answer", "no answer"), ("declined", "the person does not want it")]


def of_a_course(name: str, *fields: tuple[str, Any], **options: Any) -> migrations.CreateModel:
    """A table whose rows belong to a course and were made by one form."""
    protected = django.db.models.deletion.PROTECT
    own: list[tuple[str, Any]] = [
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        ("key", models.UUIDField(unique=True)),
        ("account", models.ForeignKey(on_delete=protected, related_name="+", to="people.account")),
        ("course", models.ForeignKey(on_delete=protected, related_name="+", to="programme.course")),
    ]
    return migrations.CreateModel(name, [*own, *fields], options=options)


def dose(name: str, *fields: tuple[str, Any], **options: Any) -> migrations.CreateModel:
    """A table of facts of a day."""
    own: list[tuple[str, Any]] = [
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        (
            "course",
            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programme.course"),
        ),
    ]
    return migrations.CreateModel(name, [*own, *fields], options=options)


class Migration(migrations.Migration):
    """New tables and their walls."""

    dependencies: ClassVar = [("programme", "0004_review_profession"), ("people", "0003_outcome_assessor")]

    operations: ClassVar = [
        of_a_course(
            "Agreement",
            ("per_week", models.PositiveSmallIntegerField()),
            ("core_only", models.BooleanField()),
            ("reason", stegvis.audit.fields.EncryptedTextField(editable=True, null=True)),
            ("agreed_at", models.DateTimeField()),
            indexes=[models.Index(fields=["course", "-agreed_at"], name="newest_agreement")],
        ),
        of_a_course(
            "Pause",
            ("from_on", models.DateField()),
            ("until_on", models.DateField()),
            ("reason", stegvis.audit.fields.EncryptedTextField(editable=True)),
            ("decided_at", models.DateTimeField()),
            ("ended_at", models.DateTimeField(null=True)),
            indexes=[models.Index(fields=["course", "from_on"], name="pauses_of_course")],
            constraints=[
                models.CheckConstraint(
                    condition=models.Q(("until_on__gte", models.F("from_on"))), name="pause_ends_after_it_begins"
                )
            ],
        ),
        of_a_course(
            "Hold",
            ("reason", stegvis.audit.fields.EncryptedTextField(editable=True)),
            ("look_again_on", models.DateField()),
            ("held_at", models.DateTimeField()),
            ("released_at", models.DateTimeField(null=True)),
            constraints=[
                models.UniqueConstraint(
                    condition=models.Q(("released_at", None)), fields=("course",), name="one_hold_at_a_time"
                )
            ],
        ),
        of_a_course(
            "Contact",
            ("kind", models.CharField(choices=KINDS, max_length=10)),
            ("mode", models.CharField(choices=MODES, max_length=10)),
            ("outcome", models.CharField(choices=OUTCOMES, max_length=10)),
            ("held_on", models.DateField()),
            ("minutes", models.PositiveSmallIntegerField()),
            ("found", stegvis.audit.fields.EncryptedTextField(editable=True, null=True)),
            ("words", stegvis.audit.fields.EncryptedTextField(editable=True, null=True)),
            ("kept_at", models.DateTimeField()),
            indexes=[models.Index(fields=["course", "kind"], name="contacts_of_course")],
        ),
        migrations.AddField("partreading", "low_energy", models.BooleanField(default=False)),
        dose(
            "DayInView",
            ("on", models.DateField()),
            ("seconds", models.PositiveIntegerField()),
            constraints=[models.UniqueConstraint(fields=("course", "on"), name="day_in_view_once")],
        ),
        dose(
            "PartOpening",
            ("module", models.CharField(max_length=60)),
            ("part", models.PositiveSmallIntegerField()),
            ("length", models.CharField(choices=[("full", "full"), ("short", "short")], max_length=10)),
            ("low_energy", models.BooleanField()),
            ("on", models.DateField()),
            constraints=[
                models.UniqueConstraint(
                    fields=("course", "on", "module", "part", "length"), name="part_opened_once_a_day"
                )
            ],
        ),
        dose(
            "PracticeReport",
            ("on", models.DateField()),
            ("practised", models.BooleanField()),
            ("reported_at", models.DateTimeField()),
            indexes=[models.Index(fields=["course", "on", "-id"], name="newest_practice")],
        ),
        append_only("programme_partopening"),
        append_only("programme_practicereport"),
        append_only("programme_agreement"),
        append_only("programme_contact"),
        set_once("programme_pause", "ended_at"),
        set_once("programme_hold", "released_at"),
        *(protect(f"programme_{table}", using=SEEN) for table in TABLES),
    ]

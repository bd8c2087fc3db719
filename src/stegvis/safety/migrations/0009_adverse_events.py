"""Adverse events: asked about, told, described, judged twice, settled, told outside; all of it permanent, each with its walls.

Words and their writer, and the judgement of whoever may know the arm, are hidden from outcome assessors by the database.
"""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import stegvis.audit.fields
from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import at_own_site, protect

ROLE = "(SELECT stegvis_role())"
OF_PERSON = f"""
    participant_id = (SELECT stegvis_participant())
    OR ({ROLE} IN ('coordinator', 'physiotherapist', 'therapist', 'outcome_assessor') AND {at_own_site("participant_id")})
"""
OF_VISIBLE = "EXISTS (SELECT FROM safety_adverseevent e WHERE e.id = event_id)"
WITHOUT_ASSESSOR = f"{ROLE} <> 'outcome_assessor' AND {OF_VISIBLE}"
OF_STAFF = f"{ROLE} <> 'participant' AND {OF_VISIBLE}"
OF_SITE = f"{ROLE} NOT IN ('participant', 'outcome_assessor') AND {OF_VISIBLE}"
JUDGED = f"{OF_STAFF} AND ({ROLE} <> 'outcome_assessor' OR place = 'second')"

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
PROTECT = django.db.models.deletion.PROTECT
CHANNELS = [("web", "own screen"), ("phone", "telephone"), ("visit", "visit")]
HOW = [
    ("solicited", "answer to the question of the protocol"),
    ("volunteered", "told by the person unasked"),
    ("noticed", "noted by staff"),
]
SEVERITIES = [
    ("mild", "mild: noticed, daily life as usual"),
    ("moderate", "moderate: daily life disturbed"),
    ("severe", "severe: daily life impossible"),
]
COURSES = [
    ("recovered", "recovered"),
    ("recovering", "recovering"),
    ("not_recovered", "not recovered"),
    ("sequelae", "recovered with lasting effects"),
    ("fatal", "died"),
    ("unknown", "not known"),
]
MEASURES = [
    ("none", "nothing"),
    ("advice", "advice or reassurance"),
    ("reduced", "study treatment made easier or slower"),
    ("paused", "study treatment paused"),
    ("stopped", "study treatment stopped"),
    ("other_care", "other care or medicine"),
]
PLACES = [("first", "first assessor"), ("second", "second assessor"), ("settled", "settled")]
SETTLINGS = [("consensus", "the two agreed"), ("third", "a third person decided")]
ANY_CRITERION = (
    Q(death=True)
    | Q(life_threatening=True)
    | Q(hospitalisation=True)
    | Q(disability=True)
    | Q(congenital=True)
    | Q(important=True)
)
KEY = ("key", models.UUIDField(unique=True))


def _to(model: str, *, hidden: str = "+") -> models.ForeignKey:
    return models.ForeignKey(on_delete=PROTECT, related_name=hidden, to=model)


def _event(name: str) -> models.ForeignKey:
    return _to("safety.adverseevent", hidden=name)


def _one(name: str) -> models.OneToOneField:
    return models.OneToOneField(
        on_delete=PROTECT, primary_key=True, related_name=name, serialize=False, to="safety.adverseevent"
    )


def _words(*, null: bool = False) -> stegvis.audit.fields.EncryptedTextField:
    return stegvis.audit.fields.EncryptedTextField(null=null)


class Migration(migrations.Migration):
    """Seven tables, their triggers and their walls."""

    dependencies: ClassVar = [
        ("safety", "0008_sites_written_out"),
        ("people", "0006_staff_telephone"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            "SolicitedAnswer",
            [
                ID,
                ("moment", models.CharField(max_length=40)),
                ("asked_on", models.DateField()),
                ("said", models.BooleanField()),
                ("channel", models.CharField(choices=CHANNELS, max_length=10)),
                ("answered_at", models.DateTimeField()),
                KEY,
                ("answered_by", _to(settings.AUTH_USER_MODEL)),
                ("participant", _to("people.participant")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("participant", "moment"), name="asked_once_each_time")]
            },
        ),
        migrations.CreateModel(
            "AdverseEvent",
            [
                ID,
                ("number", models.PositiveSmallIntegerField()),
                ("how", models.CharField(choices=HOW, max_length=12)),
                ("needed_care", models.BooleanField(default=False)),
                ("said_began_on", models.DateField(null=True)),
                ("noticed_at", models.DateTimeField()),
                KEY,
                (
                    "answer",
                    models.OneToOneField(
                        null=True, on_delete=PROTECT, related_name="event", to="safety.solicitedanswer"
                    ),
                ),
                ("participant", _to("people.participant")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("participant", "number"), name="events_are_numbered"),
                    models.CheckConstraint(
                        condition=Q(how="solicited", answer__isnull=False) | (~Q(how="solicited") & Q(answer=None)),
                        name="solicited_has_an_answer",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            "EventWords",
            [("event", _one("told")), ("words", _words()), ("written_by", _to(settings.AUTH_USER_MODEL))],
        ),
        migrations.CreateModel(
            "EventVersion",
            [
                ID,
                ("version", models.PositiveSmallIntegerField()),
                ("term", models.CharField(max_length=40)),
                ("narrative", _words()),
                ("started_on", models.DateField()),
                ("ended_on", models.DateField(null=True)),
                ("expected", models.BooleanField()),
                ("severity", models.CharField(choices=SEVERITIES, max_length=10)),
                ("measure", models.CharField(choices=MEASURES, max_length=12)),
                ("course", models.CharField(choices=COURSES, max_length=14)),
                ("changed_why", _words(null=True)),
                ("written_at", models.DateTimeField()),
                KEY,
                ("event", _event("versions")),
                ("written_by", _to(settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("event", "version"), name="versions_are_numbered"),
                    models.CheckConstraint(
                        condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")), name="ends_after"
                    ),
                    models.CheckConstraint(
                        condition=Q(version=1, changed_why=None) | Q(version__gt=1, changed_why__isnull=False),
                        name="a_change_has_a_reason",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            "EventAssessment",
            [
                ID,
                ("number", models.PositiveSmallIntegerField()),
                ("place", models.CharField(choices=PLACES, max_length=8)),
                ("death", models.BooleanField()),
                ("life_threatening", models.BooleanField()),
                ("hospitalisation", models.BooleanField()),
                ("disability", models.BooleanField()),
                ("congenital", models.BooleanField()),
                ("important", models.BooleanField()),
                ("serious", models.BooleanField()),
                ("differs", models.BooleanField(default=False)),
                ("relations", models.JSONField()),
                ("reason", _words(null=True)),
                ("settled_how", models.CharField(blank=True, choices=SETTLINGS, max_length=10)),
                ("of_version", models.PositiveSmallIntegerField()),
                ("assessed_at", models.DateTimeField()),
                KEY,
                ("assessed_by", _to(settings.AUTH_USER_MODEL)),
                ("event", _event("assessments")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("event", "place", "number"), name="assessments_are_numbered"),
                    models.CheckConstraint(
                        condition=Q(serious=True) & ANY_CRITERION | Q(serious=False) & ~ANY_CRITERION,
                        name="serious_by_a_criterion",
                    ),
                    models.CheckConstraint(
                        condition=Q(place="settled", settled_how__in=["consensus", "third"])
                        | (~Q(place="settled") & Q(settled_how="")),
                        name="settled_somehow",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            "SeriousClock",
            [("event", _one("clock")), ("started_at", models.DateTimeField()), ("tell_by", models.DateTimeField())],
            options={"indexes": [models.Index(fields=["tell_by"], name="serious_by_deadline")]},
        ),
        migrations.CreateModel(
            "SponsorTold",
            [
                ID,
                ("told_to", _words()),
                ("told_at", models.DateTimeField()),
                KEY,
                ("event", _event("tellings")),
                ("told_by", _to(settings.AUTH_USER_MODEL)),
            ],
        ),
        append_only("safety_solicitedanswer"),
        append_only("safety_adverseevent"),
        append_only("safety_eventwords"),
        append_only("safety_eventversion"),
        append_only("safety_eventassessment"),
        append_only("safety_seriousclock"),
        append_only("safety_sponsortold"),
        protect("safety_solicitedanswer", using=OF_PERSON),
        protect("safety_adverseevent", using=OF_PERSON),
        protect("safety_eventwords", using=WITHOUT_ASSESSOR),
        protect("safety_eventversion", using=OF_STAFF),
        protect("safety_eventassessment", using=JUDGED),
        protect("safety_seriousclock", using=OF_SITE),
        protect("safety_sponsortold", using=OF_SITE),
    ]

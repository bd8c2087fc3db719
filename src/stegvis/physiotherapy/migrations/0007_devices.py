"""Device data and calendar addresses: uploads that go within the hour, what a person took, secrets that open a calendar."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import stegvis.audit.fields
from stegvis.audit.immutable import append_only, set_once
from stegvis.audit.rowsecurity import protect

OWN = "participant_id = (SELECT stegvis_participant())"
READ = f"""
    {OWN}
    OR ((SELECT stegvis_role()) = 'physiotherapist' AND stegvis_participant_at_site(participant_id))
"""
OF_OWN_UPLOAD = "EXISTS (SELECT FROM physiotherapy_deviceupload u WHERE u.id = upload_id)"
OWN_ACCOUNT = "account_id = (SELECT stegvis_account())"


class Migration(migrations.Migration):
    """After the walls."""

    dependencies: ClassVar = [
        ("physiotherapy", "0006_diary"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="DeviceIntake",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("apple_health", "Apple Health"),
                            ("health_connect", "Health Connect"),
                            ("google_fit", "Google Fit"),
                            ("fit", "a FIT recording"),
                            ("gpx", "a GPX track"),
                            ("tcx", "a TCX recording"),
                        ],
                        max_length=20,
                    ),
                ),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("days", models.PositiveIntegerField()),
                ("activities", models.PositiveIntegerField()),
                ("taken_at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(null=True)),
                ("key", models.UUIDField(unique=True)),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.participant"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DeviceDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField()),
                ("steps", models.PositiveIntegerField()),
                (
                    "source",
                    models.CharField(
                        choices=[("watch", "watch"), ("phone", "phone"), ("other", "another app")], max_length=10
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.participant"
                    ),
                ),
                (
                    "intake",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="counted",
                        to="physiotherapy.deviceintake",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DeviceActivity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_at", models.DateTimeField()),
                ("on", models.DateField()),
                ("minutes", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("walking", "walking"),
                            ("running", "running"),
                            ("cycling", "cycling"),
                            ("water", "in water"),
                            ("strength", "strength"),
                            ("mobility", "mobility"),
                            ("relaxation", "relaxation"),
                            ("other", "another activity"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("watch", "watch"), ("phone", "phone"), ("other", "another app")], max_length=10
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.participant"
                    ),
                ),
                (
                    "intake",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recorded",
                        to="physiotherapy.deviceintake",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DeviceUpload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("receiving", "Receiving"),
                            ("waiting", "Waiting"),
                            ("read", "Read"),
                            ("refused", "Refused"),
                        ],
                        default="receiving",
                        max_length=12,
                    ),
                ),
                ("size", models.PositiveBigIntegerField()),
                ("received", models.PositiveBigIntegerField(default=0)),
                ("per_cent", models.PositiveSmallIntegerField(default=0)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("refusal", models.CharField(blank=True, max_length=30)),
                ("found", stegvis.audit.fields.EncryptedTextField(editable=True, null=True)),
                ("begun_at", models.DateTimeField()),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.participant"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DeviceUploadPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField()),
                ("content", stegvis.audit.fields.EncryptedTextField(editable=True)),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="physiotherapy.deviceupload",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CalendarAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", stegvis.audit.fields.EncryptedTextField(editable=True)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("own_days", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("hour_at", models.DateTimeField(null=True)),
                ("asked", models.PositiveIntegerField(default=0)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("account",),
                        name="calendar_address_once_an_account",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="deviceintake",
            index=models.Index(fields=["participant", "taken_at"], name="device_intakes_of_participant"),
        ),
        migrations.AddConstraint(
            model_name="deviceintake",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__lte", models.F("last"))), name="device_intake_days_in_order"
            ),
        ),
        migrations.AddIndex(
            model_name="deviceday",
            index=models.Index(fields=["participant", "on"], name="device_days_of_participant"),
        ),
        migrations.AddConstraint(
            model_name="deviceday",
            constraint=models.UniqueConstraint(fields=("intake", "on"), name="device_day_once_an_intake"),
        ),
        migrations.AddConstraint(
            model_name="deviceday",
            constraint=models.CheckConstraint(
                condition=models.Q(("steps__range", (1, 200000))), name="device_day_steps"
            ),
        ),
        migrations.AddConstraint(
            model_name="deviceday",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__in", ["watch", "phone", "other"])), name="device_day_source"
            ),
        ),
        migrations.AddIndex(
            model_name="deviceactivity",
            index=models.Index(fields=["participant", "on"], name="device_acts_of_participant"),
        ),
        migrations.AddConstraint(
            model_name="deviceactivity",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__range", (1, 1440))), name="device_activity_minutes"
            ),
        ),
        migrations.AddConstraint(
            model_name="deviceactivity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        ["walking", "running", "cycling", "water", "strength", "mobility", "relaxation", "other"],
                    )
                ),
                name="device_activity_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="deviceactivity",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__in", ["watch", "phone", "other"])), name="device_activity_source"
            ),
        ),
        migrations.AddIndex(
            model_name="deviceupload",
            index=models.Index(fields=["state", "begun_at"], name="device_uploads_waiting"),
        ),
        migrations.AddConstraint(
            model_name="deviceuploadpart",
            constraint=models.UniqueConstraint(fields=("upload", "position"), name="device_part_once"),
        ),
        append_only("physiotherapy_deviceday"),
        append_only("physiotherapy_deviceactivity"),
        set_once("physiotherapy_deviceintake", "taken_back_at"),
        protect("physiotherapy_deviceupload", using=OWN),
        protect("physiotherapy_deviceuploadpart", using=OF_OWN_UPLOAD),
        protect("physiotherapy_deviceintake", using=READ, check=OWN),
        protect("physiotherapy_deviceday", using=READ, check=OWN),
        protect("physiotherapy_deviceactivity", using=READ, check=OWN),
        protect("physiotherapy_calendaraddress", using=OWN_ACCOUNT),
    ]

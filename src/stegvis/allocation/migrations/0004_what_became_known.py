"""Emergencies and who was told of them; arms that became known by accident."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import stegvis.audit.fields
from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import at_own_site, protect

OF_COORDINATORS = f"(SELECT stegvis_role()) = 'coordinator' AND {at_own_site('participant_id')}"
OF_VISIBLE_DISCLOSURE = "EXISTS (SELECT FROM allocation_disclosure d WHERE d.id = disclosure_id)"


class Migration(migrations.Migration):
    """After the lists of other methods."""

    dependencies: ClassVar = [("allocation", "0003_other_methods")]

    operations: ClassVar = [
        migrations.AddIndex(
            "disclosure", models.Index(fields=["at"], condition=models.Q(("kind", "emergency")), name="emergencies")
        ),
        migrations.CreateModel(
            name="Informing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("whom", models.CharField(max_length=120)),
                ("by_code", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
                (
                    "disclosure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="informing",
                        to="allocation.disclosure",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Accident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "learner",
                    models.CharField(
                        choices=[
                            ("assessor", "whoever takes the answers or calls"),
                            ("physiotherapist", "the physiotherapist"),
                            ("statistician", "a statistician or data manager"),
                            ("other_staff", "somebody else of the staff"),
                            ("outsider", "somebody outside the study"),
                        ],
                        max_length=20,
                    ),
                ),
                ("learnt_on", models.DateField()),
                ("how", stegvis.audit.fields.EncryptedTextField(editable=True)),
                ("what_follows", stegvis.audit.fields.EncryptedTextField(editable=True)),
                ("by_code", models.CharField(max_length=40)),
                ("by_role", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.participant"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["participant", "at"], name="accidents_in_order")]},
        ),
        append_only("allocation_informing"),
        append_only("allocation_accident"),
        protect("allocation_informing", using=OF_VISIBLE_DISCLOSURE),
        protect("allocation_accident", using=OF_COORDINATORS),
    ]

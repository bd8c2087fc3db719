"""Protocol deviations and their versions: seen by coordinators of the site, never changed and never removed."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from stegvis.audit.fields import EncryptedTextField
from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import protect

FOUND_BY = [
    ("staff", "staff at the site"),
    ("participant", "the participant"),
    ("monitor", "a monitor"),
    ("system", "the system"),
]
ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))

# A coordinator may have looked an arm up and write of it; nobody else at the site reads these words.
AT_SITE = "(SELECT stegvis_role()) = 'coordinator' AND stegvis_site(site_id)"
OF_ONE_SEEN = "EXISTS (SELECT FROM trial_deviation d WHERE d.id = deviation_id)"


def _to(model: str, *, null: bool = False, name: str = "+") -> models.ForeignKey:
    return models.ForeignKey(null=null, on_delete=django.db.models.deletion.PROTECT, related_name=name, to=model)


class Migration(migrations.Migration):
    """Two tables with their walls."""

    dependencies: ClassVar = [
        ("trial", "0007_walls_of_traces"),
        ("people", "0009_life_events"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            "Deviation",
            [
                ID,
                ("kind", models.CharField(max_length=40)),
                ("happened_on", models.DateField()),
                ("found_on", models.DateField()),
                ("found_by", models.CharField(choices=FOUND_BY, max_length=20)),
                ("tells_arm", models.BooleanField(default=False)),
                ("key", models.UUIDField(unique=True)),
                ("site", _to("people.site")),
                ("participant", _to("people.participant", null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["site", "-happened_on", "-id"], name="deviations_at_site"),
                    models.Index(fields=["participant"], name="deviations_of"),
                ]
            },
        ),
        migrations.CreateModel(
            "DeviationVersion",
            [
                ID,
                ("description", EncryptedTextField(editable=True)),
                ("affects_rights", models.BooleanField(null=True)),
                ("affects_safety", models.BooleanField(null=True)),
                ("affects_data", models.BooleanField(null=True)),
                ("is_important", models.BooleanField(null=True)),
                ("corrective", EncryptedTextField(editable=True, null=True)),
                ("written_at", models.DateTimeField()),
                ("key", models.UUIDField(unique=True)),
                ("deviation", _to("trial.deviation", name="versions")),
                ("written_by", _to(settings.AUTH_USER_MODEL, null=True)),
            ],
            options={"indexes": [models.Index(fields=["deviation", "-id"], name="newest_version")]},
        ),
        append_only("trial_deviation"),
        append_only("trial_deviationversion"),
        protect("trial_deviation", using=AT_SITE),
        protect("trial_deviationversion", using=OF_ONE_SEEN),
    ]

"""The delegation and training log, a site's lead, and its switches: of staff and sites, read by staff, never rewritten."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from stegvis.audit.immutable import append_only, set_once
from stegvis.audit.rowsecurity import protect

STAFF = settings.AUTH_USER_MODEL
ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))

# Staff of the site and whoever oversees the trial; a participant has no business with it.
OF_A_SITE = "stegvis_site(site_id) OR (SELECT stegvis_role()) IN ('administrator', 'data_manager')"
OF_STAFF = "(SELECT stegvis_role()) NOT IN ('participant', 'anyone', '')"


def _to(model: str, *, null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(null=null, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=model)


class Migration(migrations.Migration):
    """Four tables with their walls. A site whose switches nobody has touched is open."""

    dependencies: ClassVar = [("trial", "0008_deviations")]

    operations: ClassVar = [
        migrations.CreateModel(
            "Training",
            [
                ID,
                ("topic", models.CharField(max_length=40)),
                ("trained_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("key", models.UUIDField(unique=True)),
                ("account", _to(STAFF)),
                ("recorded_by", _to(STAFF)),
            ],
            options={"indexes": [models.Index(fields=["account", "topic"], name="training_of")]},
        ),
        migrations.CreateModel(
            "Delegation",
            [
                ID,
                ("task", models.CharField(max_length=40)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(null=True)),
                ("signed_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("key", models.UUIDField(unique=True)),
                ("account", _to(STAFF)),
                ("site", _to("people.site")),
                ("signed_by", _to(STAFF, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["account", "site", "task"], name="delegations_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="delegation_has_a_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            "SiteLead",
            [
                ID,
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField(null=True)),
                ("account", _to(STAFF)),
                ("site", _to("people.site")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["site"], condition=Q(until_at=None), name="one_lead_a_site")
                ]
            },
        ),
        migrations.CreateModel(
            "SiteSwitch",
            [
                ID,
                ("recruits", models.BooleanField()),
                ("randomises", models.BooleanField()),
                ("why", models.CharField(max_length=200)),
                ("set_at", models.DateTimeField()),
                ("key", models.UUIDField(unique=True)),
                ("set_by", _to(STAFF, null=True)),
                ("site", _to("people.site")),
            ],
            options={"indexes": [models.Index(fields=["site", "-id"], name="newest_switch")]},
        ),
        append_only("trial_training"),
        append_only("trial_siteswitch"),
        set_once("trial_delegation", "ended_at"),
        set_once("trial_sitelead", "until_at"),
        protect("trial_training", using=OF_STAFF),
        protect("trial_delegation", using=OF_A_SITE),
        protect("trial_sitelead", using=OF_A_SITE),
        protect("trial_siteswitch", using=OF_A_SITE),
    ]

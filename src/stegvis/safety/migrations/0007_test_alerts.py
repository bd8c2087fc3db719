"""Test alerts to a site's rota stand in tables of their own; that somebody answered is set once."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from stegvis.audit.immutable import append_only, set_once
from stegvis.audit.rowsecurity import protect

AT_SITE = """
    (SELECT stegvis_role()) = 'administrator'
    OR ((SELECT stegvis_role()) IN ('coordinator', 'physiotherapist', 'therapist') AND stegvis_site(site_id))
"""
OF_VISIBLE_TEST = "EXISTS (SELECT FROM safety_alerttest t WHERE t.id = test_id)"
ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


def _to(model: str) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=model)


class Migration(migrations.Migration):
    """Two tables and their walls."""

    dependencies: ClassVar = [
        ("safety", "0006_checklist"),
        ("people", "0003_outcome_assessor"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            "AlertTest",
            [
                ID,
                ("sent_at", models.DateTimeField()),
                ("key", models.UUIDField(unique=True)),
                ("sent_by", _to(settings.AUTH_USER_MODEL)),
                ("site", _to("people.site")),
            ],
            options={"indexes": [models.Index(fields=["site", "sent_at"], name="tests_of_rota")]},
        ),
        migrations.CreateModel(
            "AlertTestNotice",
            [
                ID,
                ("told_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("account", _to(settings.AUTH_USER_MODEL)),
                (
                    "test",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="safety.alerttest"
                    ),
                ),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("test", "account"), name="told_once_of_a_test")]},
        ),
        append_only("safety_alerttest"),
        set_once("safety_alerttestnotice", "answered_at"),
        protect("safety_alerttest", using=AT_SITE),
        protect("safety_alerttestnotice", using=OF_VISIBLE_TEST),
    ]

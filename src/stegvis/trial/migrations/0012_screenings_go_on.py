"""That a screening which had been open for long goes on, as a coordinator says when asked."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import protect

AT_SITE = "(SELECT stegvis_role()) = 'coordinator' AND stegvis_site(site_id)"


def _to(model: str) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=model)


class Migration(migrations.Migration):
    """Only adds."""

    dependencies: ClassVar = [
        ("trial", "0011_an_assessor_calls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            "GoesOn",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("said_at", models.DateTimeField()),
                ("screening", _to("trial.screening")),
                ("site", _to("people.site")),
                ("said_by", _to(settings.AUTH_USER_MODEL)),
            ],
            options={"indexes": [models.Index(fields=["screening", "-said_at"], name="screening_goes_on")]},
        ),
        append_only("trial_goeson"),
        protect("trial_goeson", using=AT_SITE),
    ]

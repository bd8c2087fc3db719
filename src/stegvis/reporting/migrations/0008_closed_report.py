"""The closed report, which the database shows to the data-monitoring committee alone, and why it was opened."""

from importlib import import_module
from typing import ClassVar

from django.db import migrations, models

from stegvis.audit.rowsecurity import show_also

KINDS = [
    ("pooled", "pooled"),
    ("blinded", "with dummy arms"),
    ("unblinded", "by arm"),
    ("closed", "closed, for the committee"),
]
SHOWN_BEFORE = import_module("stegvis.reporting.migrations.0006_locked_by_two").SHOWN
SHOWN = f"""(kind <> 'closed' AND ({SHOWN_BEFORE}))
    OR (kind = 'closed' AND (SELECT stegvis_role()) = 'committee')
"""


class Migration(migrations.Migration):
    """Only adds."""

    dependencies: ClassVar = [("reporting", "0007_retention"), ("people", "0012_committee")]

    operations: ClassVar = [
        *(
            migrations.AlterField(each, "kind", models.CharField(choices=KINDS, max_length=20))
            for each in ("extract", "reportopening", "printedreport")
        ),
        migrations.AddField(
            "reportopening", "reason", models.TextField(blank=True, default=""), preserve_default=False
        ),
        show_also("reporting_printedreport", using=SHOWN, before=SHOWN_BEFORE),
    ]

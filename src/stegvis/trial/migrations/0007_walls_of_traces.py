"""Traces are seen by the system alone, files and what was found out by coordinators of the site; neither is ever changed."""

from typing import ClassVar

from django.db import migrations

from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import protect

AT_SITE = "(SELECT stegvis_role()) = 'coordinator' AND stegvis_site(site_id)"
NOBODY = "false"


class Migration(migrations.Migration):
    """After the tables."""

    dependencies: ClassVar = [("trial", "0006_candidates_and_traces"), ("audit", "0002_walls")]

    operations: ClassVar = [
        append_only("trial_candidatefile"),
        append_only("trial_apart"),
        protect("trial_candidatefile", using=AT_SITE),
        protect("trial_apart", using=AT_SITE),
        protect("trial_trace", using=NOBODY),
    ]

"""Findings, stages, referrals, calls and rating contexts are permanent; contact details stay at their site."""

from typing import ClassVar

from django.db import migrations

from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import protect

AT_SITE = "(SELECT stegvis_role()) IN ('coordinator', 'physiotherapist', 'therapist') AND stegvis_site(site_id)"

# How much of the programme was done tells the arm: nobody but the system reads it, for an unblinded extract.
NOBODY = "false"


class Migration(migrations.Migration):
    """After the tables and the functions."""

    dependencies: ClassVar = [("trial", "0001_trial"), ("audit", "0002_walls")]

    operations: ClassVar = [
        append_only("trial_criteriondecision"),
        append_only("trial_stagechange"),
        append_only("trial_referral"),
        append_only("trial_callattempt"),
        append_only("trial_ratingcontext"),
        protect("trial_screening", using=AT_SITE),
        protect("trial_ratingcontext", using=NOBODY),
    ]

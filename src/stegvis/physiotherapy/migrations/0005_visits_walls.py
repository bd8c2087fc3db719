"""What visits bring out is permanent, and seen by the person and those of the site whom it concerns."""

from typing import ClassVar

from django.db import migrations

from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import protect

SEEN_VISIT = "EXISTS (SELECT FROM physiotherapy_visit v WHERE v.id = visit_id)"
BY_PHYSIOTHERAPIST = f"(SELECT stegvis_role()) = 'physiotherapist' AND {SEEN_VISIT}"
OF_THE_TWO = f"(SELECT stegvis_role()) IN ('participant', 'physiotherapist') AND {SEEN_VISIT}"
BOOKING = f"(SELECT stegvis_role()) IN ('physiotherapist', 'coordinator') AND {SEEN_VISIT}"
DECIDING = f"(SELECT stegvis_role()) IN ('physiotherapist', 'therapist', 'coordinator') AND {SEEN_VISIT}"
"""Whoever at the site is a licensed clinician; which of them it is, the policy says."""

BETWEEN_THE_TWO = ("visitnote", "capacityresult", "visitagreement", "activityreview", "whojudgement")
"""Read by the person and the physiotherapist."""


class Migration(migrations.Migration):
    """After the tables."""

    dependencies: ClassVar = [("physiotherapy", "0004_visits"), ("people", "0002_walls")]

    operations: ClassVar = [
        *(
            append_only(f"physiotherapy_{name}")
            for name in (*BETWEEN_THE_TWO, "redflaganswer", "activitydecision", "missedvisit")
        ),
        *(protect(f"physiotherapy_{name}", using=OF_THE_TWO, check=BY_PHYSIOTHERAPIST) for name in BETWEEN_THE_TWO),
        protect("physiotherapy_redflaganswer", using=SEEN_VISIT, check=BY_PHYSIOTHERAPIST),
        protect("physiotherapy_activitydecision", using=SEEN_VISIT, check=DECIDING),
        protect("physiotherapy_missedvisit", using=SEEN_VISIT, check=BOOKING),
    ]

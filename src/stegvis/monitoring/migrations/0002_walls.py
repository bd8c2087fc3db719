"""Queries and findings: of the own site for those who answer, of all sites for the data manager; threads are permanent."""

from typing import ClassVar

from django.db import migrations

from stegvis.audit.immutable import append_only, changes_only
from stegvis.audit.rowsecurity import at_own_site, protect

DATA_MANAGER = "(SELECT stegvis_role()) = 'data_manager'"

# A physiotherapist is asked about visits and knows the arm or may learn it: queries about answers are for others.
QUERY = f"""
    {DATA_MANAGER}
    OR ((SELECT stegvis_role()) IN ('coordinator', 'outcome_assessor') AND {{own}})
    OR ((SELECT stegvis_role()) = 'physiotherapist' AND asked_of = 'physiotherapist' AND {{own}})
"""
OF_VISIBLE_QUERY = "EXISTS (SELECT FROM monitoring_dataquery q WHERE q.id = query_id)"


def own(column: str) -> str:
    """Which queries are shown, with the participant in a column."""
    return QUERY.format(own=at_own_site(column))


class Migration(migrations.Migration):
    """After the tables and the functions."""

    dependencies: ClassVar = [("monitoring", "0001_queries_and_checks"), ("people", "0002_walls")]

    operations: ClassVar = [
        changes_only("monitoring_dataquery", "state"),
        append_only("monitoring_querystep"),
        append_only("monitoring_answerpattern"),
        append_only("monitoring_finding"),
        protect("monitoring_dataquery", using=own("monitoring_dataquery.participant_id")),
        protect("monitoring_querystep", using=OF_VISIBLE_QUERY),
        protect("monitoring_answerpattern", using="false"),
        protect("monitoring_finding", using=DATA_MANAGER, check="false"),
    ]

"""The day of a moment as a column that the database fills in, so that an index can find a day's rows.

A row that is overwritten every few seconds stays cheap: nothing that is indexed changes until the day does, and PostgreSQL
then writes the new row beside the old one without touching an index (a heap-only update).
"""

from django.db import models
from django.db.models.functions import TruncDate

from stegvis.audit.clock import STOCKHOLM


def day_of(moment: str) -> models.GeneratedField:
    """The day, in Stockholm, of the column `moment`."""
    return models.GeneratedField(
        expression=TruncDate(moment, tzinfo=STOCKHOLM), output_field=models.DateField(), db_persist=True
    )

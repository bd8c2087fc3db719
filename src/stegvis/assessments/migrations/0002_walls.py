"""Answers and scores are never changed or removed."""

from typing import ClassVar

from django.db import migrations

from stegvis.audit.immutable import append_only


class Migration(migrations.Migration):
    """After the tables and the functions."""

    dependencies: ClassVar = [("assessments", "0001_assessments"), ("audit", "0002_walls")]

    operations: ClassVar = [
        append_only("assessments_answer"),
        append_only("assessments_score"),
    ]

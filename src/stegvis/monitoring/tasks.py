"""What the worker does here: look at new answers and corrections, and ask about what does not fit."""

from django.db import transaction

from stegvis.audit.action import SYSTEM
from stegvis.monitoring import checking
from stegvis.people.acting import acting_as
from stegvis.protocol import queries as protocols


def raise_queries() -> int:
    """Run the edit checks and quality checks on what was sent or corrected since; how many assessments were looked at."""
    with transaction.atomic(), acting_as(SYSTEM):
        return checking.look(protocols.current()) if protocols.is_loaded() else 0

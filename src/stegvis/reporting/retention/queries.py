"""Reads of deletions: what was proposed, agreed to and done."""

from stegvis.reporting.models import Deletion


def all_deletions() -> list[Deletion]:
    """Every deletion with who agreed and how it ended, newest first."""
    return list(Deletion.objects.select_related("agreement", "done").order_by("-proposed_at", "-pk"))


def waiting(pk: int) -> Deletion | None:
    """A deletion that nobody has agreed to yet."""
    return Deletion.objects.filter(pk=pk, agreement=None).first()

"""Data that were locked before answers were refused after a lock are closed as well, from the moment of their lock."""

from typing import Any, ClassVar

from django.db import migrations


def close(apps: Any, _schema_editor: Any) -> None:
    """Close the occasion of each lock, and those before it in the protocol loaded last."""
    locks = list(apps.get_model("reporting", "Lock").objects.order_by("locked_at"))
    newest = apps.get_model("protocol", "ProtocolVersion").objects.order_by("-number").first() if locks else None
    closed = apps.get_model("assessments", "ClosedOccasion").objects
    for lock in locks:
        codes = [occasion["code"] for occasion in newest.content["occasions"]] if newest else []
        for code in codes[: codes.index(lock.analysis) + 1] if lock.analysis in codes else [lock.analysis]:
            there = {"closed_at": lock.locked_at, "closed_by": lock.locked_by}
            closed.get_or_create(occasion=code, defaults=there)


class Migration(migrations.Migration):
    """Only adds."""

    dependencies: ClassVar = [
        ("reporting", "0002_walls"),
        ("assessments", "0004_sending"),
        ("protocol", "0002_walls"),
    ]

    operations: ClassVar = [migrations.RunPython(close, migrations.RunPython.noop)]

"""What has been handed on: the data manager has ordered an export, which the worker makes as soon as it runs."""

from uuid import UUID

from stegvis.demonstration.cast import Cast
from stegvis.exchange import actions as exchange
from stegvis.methods.study.protocol import Protocol
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.reporting import queries as reporting

KEY = UUID("5f0d3c52-6a43-4c43-9a55-1d7c9b0c7f11")


def order(protocol: Protocol, cast: Cast) -> None:
    """Order the answers of everybody, pooled; nothing where the trial has no analysis plan, without which none is made."""
    managers = cast.by_role.get(Role.DATA_MANAGER, [])
    if protocol.analysis is None or not managers:
        return
    with acting_as(managers[0]):
        exchange.order_export(
            analysis=reporting.main_analysis(), kind="pooled", format="csv", answers=True, language="en",
            reason="The trial's committee looks at how complete the answers are.", key=KEY, by=managers[0],
        )  # fmt: skip

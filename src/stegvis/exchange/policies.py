"""Who may take data out, which, and what an order must say."""

from stegvis.audit.action import Actor
from stegvis.exchange import queries
from stegvis.exchange.errors import AnswersNeeded, ExportReasonMissing, NoSuchFormat, NotMade, NotYourData
from stegvis.exchange.models import Export, Format
from stegvis.people import policies as people
from stegvis.people.models import Participant, Role
from stegvis.reporting import policies as reporting


def check_can_export(by: Actor) -> None:
    """Refuse unless `by` manages the data."""
    people.check_role(by, Role.DATA_MANAGER)


def check_can_order(by: Actor, *, analysis: str, kind: str, format: str, answers: bool, reason: str) -> None:  # noqa: A002
    """Refuse who may not see such data (the arms only after the lock), and an order that cannot be carried out."""
    reporting.check_can_see(by, analysis, kind)
    reporting.check_analysis(analysis)
    if format not in Format.values:
        raise NoSuchFormat(format=format, known=", ".join(Format.values))
    if format == Format.REDCAP and not answers:
        raise AnswersNeeded()
    if not reason.strip():
        raise ExportReasonMissing()


def check_can_take(by: Actor, export: Export) -> None:
    """Refuse who may not see such data now, and an export of which there is no file."""
    reporting.check_can_see(by, export.analysis, export.kind)
    if not queries.has_file(export):
        raise NotMade(days=queries.KEPT_FOR.days)


def check_own(participant: Participant, by: Actor) -> None:
    """Refuse unless `by` is the participant: nobody takes all of a person's data for them."""
    if not people.is_own(by, participant):
        raise NotYourData()

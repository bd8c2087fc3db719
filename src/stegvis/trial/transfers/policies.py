"""Who hands a person over and who takes over, and when; and what a site must have to take over anybody."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor
from stegvis.methods.study.protocol import Protocol
from stegvis.people import policies as people
from stegvis.people import queries as staff
from stegvis.people.models import Participant, Role, Site
from stegvis.safety import queries as safety
from stegvis.trial.transfers import queries
from stegvis.trial.transfers.errors import (
    CannotReceive,
    NotAReasonToTransfer,
    NotYourTransfer,
    SameSite,
    TransferDayIsOver,
    TransferEnded,
    TransferTooEarly,
    TransferWaits,
)
from stegvis.trial.transfers.models import Transfer, TransferEnd, TransferEnding, TransferReason

MOST_AHEAD = timedelta(days=366)


def check_can_hand_over(by: Actor, participant: Participant, to: Site, reason: str, moves_on: date) -> None:
    """Refuse unless a coordinator of the person's site hands over to another, for a reason of the list, from today on."""
    people.check_role(by, Role.COORDINATOR)
    people.check_at_site(by, participant.site)
    if to.pk == participant.site_id:
        raise SameSite(participant=participant.code, site=to.name)
    if reason not in TransferReason.values:
        raise NotAReasonToTransfer()
    if not clock.today() <= moves_on <= clock.today() + MOST_AHEAD:
        raise TransferDayIsOver()
    there = queries.open_of(participant)
    if there is not None:
        raise TransferWaits(participant=participant.code, site=there.to_site.name)


def check_can_receive(site: Site, protocol: Protocol) -> None:
    """Refuse a site that lacks whom the protocol needs: asked alike of everybody, so that it tells no arm."""
    missing = []
    if not safety.is_rota_filled(site):
        missing.append(_("nobody is on the safety rota"))
    if protocol.visits and not staff.staff_at(site, Role.PHYSIOTHERAPIST).exists():
        missing.append(_("no physiotherapist works there"))
    if protocol.arms_with("programme") and not staff.staff_at(site, Role.THERAPIST).exists():
        missing.append(_("no therapist works there"))
    if missing:
        raise CannotReceive(site=site.name, missing=", ".join(missing))


def check_can_end(by: Actor, transfer: Transfer, how: str) -> None:
    """Refuse an answer by anybody but a coordinator of the other site, taking back by any but the first's, and a second end."""
    people.check_role(by, Role.COORDINATOR)
    answers = transfer.from_site if how == TransferEnding.TAKEN_BACK else transfer.to_site
    if by.role != SYSTEM.role and not staff.works_at(by, answers):
        raise NotYourTransfer(site=answers.name)
    if TransferEnd.objects.filter(transfer=transfer).exists():
        raise TransferEnded()
    if how == TransferEnding.TAKEN_OVER and transfer.moves_on > clock.today():
        raise TransferTooEarly(participant=transfer.participant.code, day=transfer.moves_on)

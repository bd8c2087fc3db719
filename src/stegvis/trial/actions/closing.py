"""Closing: the clinic is told that somebody has taken part, once they have."""

from datetime import date
from uuid import UUID

from stegvis.audit.action import action
from stegvis.people.models import Account, Participant
from stegvis.reminders import actions as reminders
from stegvis.reminders.models import ClosingLetter
from stegvis.trial import moving, policies


@action("trial.closing_letter_sent", detail=("way", "sent_on"))
def keep_closing_letter(
    *, participant: Participant, recipient: str, body: str, way: str, sent_on: date, key: UUID, by: Account
) -> ClosingLetter:
    """Keep the letter to the clinic as it was sent; refused as long as the person has not come to the end."""
    policies.check_has_ended(moving.locked(participant))
    return reminders.keep_closing_letter(
        participant=participant, recipient=recipient, body=body, way=way, sent_on=sent_on, key=key, by=by
    )

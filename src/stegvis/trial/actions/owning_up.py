"""Owning up: what is kept with an allocation and did not go as the protocol says; each is recorded as a deviation with it."""

from datetime import date
from uuid import UUID

from stegvis.allocation import actions as allocation
from stegvis.allocation.queries import Accident, RandomisationMistake
from stegvis.audit.action import action
from stegvis.people.models import Account, Participant
from stegvis.trial import finding, moving


@action("trial.accident_kept", detail=("learner",))
def record_accident(
    *, participant: Participant, learner: str, learnt_on: date, how: str, what_follows: str, key: UUID, by: Account
) -> Accident:
    """Keep that somebody learnt an arm by accident, and the deviation that it is; the same key again makes neither anew."""
    accident = allocation.record_accident(
        participant=participant,
        learner=learner,
        learnt_on=learnt_on,
        how=how,
        what_follows=what_follows,
        key=key,
        by=by,
    )
    finding.became_known(moving.locked(participant), accident, by)
    return accident


@action("trial.mistake_kept", detail=("kind", "noticed_on"))
def record_mistake(
    *, participant: Participant, kind: str, noticed_on: date, how: str, what_follows: str, key: UUID, by: Account
) -> RandomisationMistake:
    """Keep a mistake of a randomisation, and the deviation that it is. The person stays in their arm, and in the analysis.

    Nothing else moves: neither stage, nor treatment, nor what is asked. The same key again makes neither anew.
    """
    mistake = allocation.record_mistake(
        participant=participant, kind=kind, noticed_on=noticed_on, how=how, what_follows=what_follows, key=key, by=by
    )
    finding.randomised_by_mistake(moving.locked(participant), mistake, by)
    return mistake

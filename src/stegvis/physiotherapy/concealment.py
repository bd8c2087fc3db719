"""Whether concealment held: which arm the physiotherapist took somebody to be in, and how an arm became known to them.

The system shows a physiotherapist no arm, which is not the same as their being blind: people talk. So both are kept, for
the report, and neither stops care. A guess is asked at the visit at which goals are rated, before any rating is shown.
"""

from datetime import date
from uuid import UUID

from stegvis.audit import clock
from stegvis.audit.action import action
from stegvis.audit.once import earlier, make_in_turn, once
from stegvis.people.models import Account, Participant
from stegvis.physiotherapy import policies, queries
from stegvis.physiotherapy.goals import policies as own
from stegvis.physiotherapy.models import ArmGuess, ArmTold, Visit


@action("physiotherapy.arm_guessed")
def guess_arm(*, visit: Visit, arm: str = "", sure: str = "", key: UUID, by: Account) -> ArmGuess:
    """Keep which arm the physiotherapist thinks it is (a code of the protocol; "": does not know), and how sure.

    Whether the arm had become known to them by then is kept with it: such a guess is none. Asked once a visit of whoever
    is about to rate: a colleague who takes over before the visit was held guesses for themselves, afterwards nobody does.
    """
    policies.check_own_physiotherapist(by, visit.participant)
    own.check_guess(arm, sure)
    Visit.objects.select_for_update(no_key=True).values_list("pk").get(pk=visit.pk)
    again = earlier(ArmGuess, key, said={"arm": arm, "sure": sure}, visit=visit)
    if again is not None:
        return again
    own.check_not_guessed(by, visit)
    return make_in_turn(
        ArmGuess, key, participant=visit.participant, visit=visit, arm=arm or None, sure=sure,
        had_been_told=bool(queries.told_of(by, visit.participant)), guessed_at=clock.now(), guessed_by=by,
    )  # fmt: skip


@action("physiotherapy.arm_told", detail=("told_by", "how"))
def keep_told(
    *, participant: Participant, told_by: str, how: str, told_on: date, words: str = "", key: UUID, by: Account
) -> ArmTold:
    """Keep that the arm became known to the physiotherapist: through whom, how, on which day; in words if wished."""
    policies.check_own_physiotherapist(by, participant)
    own.check_told(participant, told_by, how, told_on, words)
    return once(
        ArmTold, key, about="participant", participant=participant, told_by=told_by, how=how, told_on=told_on,
        words=words, kept_at=clock.now(), kept_by=by,
    )  # fmt: skip

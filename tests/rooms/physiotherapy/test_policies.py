"""Who reads and who writes a person's plan, diary and goals."""

from stegvis.audit.action import SYSTEM
from stegvis.people import actions as people
from stegvis.people.acting import acting_as
from stegvis.physiotherapy import policies


def allowed(check, participant, actors):
    result = []
    for actor in actors:
        with acting_as(actor):
            result.append(check(actor, participant))
    return result


def test_the_persons_own_clinicians_and_coordinator_read(
    participant, control, physiotherapist, therapist, coordinator, outsider, other_coordinator, statistician
):
    readers = [participant.account, physiotherapist, therapist, coordinator, SYSTEM]
    others = [control.account, outsider, other_coordinator, statistician]

    assert all(allowed(policies.can_read, participant, readers))
    assert not any(allowed(policies.can_read, participant, others))
    assert allowed(policies.can_read, control, [therapist]) == [False]


def test_the_person_and_the_own_physiotherapist_write(
    participant, control, physiotherapist, therapist, coordinator, outsider, statistician
):
    writers = [participant.account, physiotherapist, SYSTEM]
    others = [control.account, therapist, coordinator, outsider, statistician]

    assert all(allowed(policies.can_write, participant, writers))
    assert not any(allowed(policies.can_write, participant, others))


def test_a_colleague_who_takes_over_writes_and_the_earlier_one_no_longer(participant, physiotherapist, site):
    with acting_as(SYSTEM):
        colleague = people.add_staff(
            role="physiotherapist", email="colleague@example.org", name="Colleague", sites=[site], by=SYSTEM
        )
        people.assign_clinician(participant=participant, clinician=colleague, role="physiotherapist", by=SYSTEM)

    assert allowed(policies.can_write, participant, [colleague, physiotherapist]) == [True, False]

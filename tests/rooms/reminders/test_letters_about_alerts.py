"""Letters about alerts, in both languages: no name, no code, no word about health, and one link."""

import re
from uuid import uuid4

import pytest
from django.utils.translation import override

from stegvis.audit.action import SYSTEM
from stegvis.people import actions as accounts
from stegvis.people.acting import acting_as
from stegvis.people.queries import identity_of
from stegvis.reminders import letters, tasks
from stegvis.reminders.models import PlannedMessage
from stegvis.trial import actions as trial

HEALTH = re.compile(
    r"smärt|pain|mår|självmord|suicid|depress|ångest|anxiet|sjuk|\bill|patient|deltagare|participant|PHQ|group|grupp",
    re.I,
)
KINDS = (letters.alert, letters.alert_copy, letters.alert_escalated, letters.alert_test)


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("write", KINDS, ids=lambda each: each.__name__)
def test_a_letter_about_an_alert_says_nothing_of_health(write, language):
    with override(language):
        subject, body = write("https://x.example/1")

    assert not HEALTH.search(f"{subject} {body}")
    assert body.count("https://") == 1


@pytest.mark.parametrize("language", ["sv", "en"])
def test_what_really_goes_out_names_neither_the_person_nor_what_they_wrote(world, language, mailoutbox):
    person = world.consented()
    coordinator = world.coordinator(person)
    with world.acting(coordinator):
        accounts.choose_language(account=coordinator, language=language, by=coordinator)
        trial.report_concern(participant=person, words="Does not feel safe", key=uuid4(), by=coordinator)
    with acting_as(SYSTEM):
        PlannedMessage.objects.exclude(kind="alert").delete()
        who = identity_of(person)
    tasks.send_due()

    (mail,) = mailoutbox
    text = f"{mail.subject} {mail.body}"
    assert ("larm" if language == "sv" else "alert") in text
    for secret in (who.name, who.phone, who.email, person.code, "feel safe"):
        assert secret not in text

"""Texting: some made-up people, of every arm, want text messages, and the newest one at each site was not delivered.

The provider of a made-up trial is a file, which reports nothing: the report comes on the demonstration's last morning, so
that a coordinator has somebody to call. Drawn from a stream of its own; no figure of the trial depends on it.
"""

from stegvis.audit.action import SYSTEM
from stegvis.demonstration.lives import Life
from stegvis.people.models import Participant
from stegvis.reminders import actions, policies, queries, reports
from stegvis.reminders.models import State

WANT_TEXTS = 0.2
"""The share who choose text messages; a guess."""
HOURS = (8, 12, 17)


def choose(life: Life, person: Participant) -> None:
    """Some choose text messages, at an hour of theirs, once they have answered for the first time."""
    chance = life.stream("texting")
    wants, hour = chance.random() < WANT_TEXTS, chance.choice(HOURS)
    if wants and policies.can_be_texted(person):
        actions.prefer(participant=person, channel=queries.Channel.SMS, hour=hour, by=person.account)


def lose_the_newest() -> None:
    """The provider reports that the last text message to a participant at each site did not arrive. As the system."""
    texts = queries.outbox().filter(planned__channel=queries.Channel.SMS, planned__state=State.SENT)
    newest = texts.exclude(planned__participant=None).order_by("planned__participant__site_id", "-sent_at", "-pk")
    for sent in newest.distinct("planned__participant__site_id"):
        actions.report(sent=sent, status=reports.NOT_DELIVERED, by=SYSTEM)

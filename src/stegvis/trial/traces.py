"""Traces: whether somebody who is being screened is known already, without showing anybody's data.

What is compared are keyed digests of the personal identity number, the e-mail address, the telephone number, and the name with
the day of birth. At the own sites a coordinator sees which screening it is; of another site no more than that there is one.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from stegvis.audit.action import SYSTEM
from stegvis.audit.fields import lookup_hash
from stegvis.methods.study.personal_number import Born
from stegvis.people.acting import acting_as
from stegvis.reminders.gateways import number
from stegvis.trial.models import Apart, Outcome, Screening, Trace

FOR_FICTION = "+4670174"
"""Numbers that the Swedish telecoms authority sets aside for fiction (070-174 06 05 to 06 99): they are nobody's."""

UNDER_WAY = (Outcome.OPEN, Outcome.ELIGIBLE)
MOST_SHOWN, MOST_READ = 5, 200


@dataclass(frozen=True)
class Match:
    """An earlier screening at an own site that shares something; `kinds` are the codes of what."""

    screening: Screening
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """Who somebody being screened seems to be: the earlier screenings at own sites, and whether another site has one.

    `waits`: one of them is under way or takes part, and nobody has said yet how that is.
    """

    own: tuple[Match, ...]
    elsewhere: bool
    waits: bool

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.own) or self.elsewhere


def digests(*, name: str, email: str, phone: str, born: Born | None) -> dict[str, str]:
    """The digests by kind, of whatever is known; the kind is digested too, so that a number is never taken for an address."""
    called = number(phone) or ""
    values = {
        "email": email.strip(),
        "phone": "" if called.startswith(FOR_FICTION) else called,
        "personal_number": born.number if born else "",
        "name_born": f"{_plain(name)}|{born.on.isoformat()}" if born and name.strip() else "",
    }
    return {kind: lookup_hash(f"{kind}:{value}") for kind, value in values.items() if value}


def keep(screening: Screening, *, name: str, email: str, phone: str, born: Born | None) -> None:
    """Keep the traces of a screening; those it has already stay, since what was put right may have been right before."""
    found = digests(name=name, email=email, phone=phone, born=born)
    rows = [Trace(screening=screening, kind=kind, digest=digest) for kind, digest in found.items()]
    with acting_as(SYSTEM):
        Trace.objects.bulk_create(rows, ignore_conflicts=True)


def known(screening: Screening, sites: Iterable[int]) -> Known:
    """Whether somebody with the same traces was screened before or since; `sites` are those of whoever asks."""
    own_sites = set(sites)
    with acting_as(SYSTEM):
        own = Trace.objects.filter(screening=screening).values("digest")
        others = Trace.objects.filter(digest__in=own).exclude(screening=screening)
        rows = list(others.select_related("screening__participant").order_by("-screening_id", "kind")[:MOST_READ])
        told = Apart.objects.filter(screening=screening).exists()
    by_screening: dict[int, list[Trace]] = {}
    for row in rows:
        by_screening.setdefault(row.screening_id, []).append(row)
    matches = [Match(found[0].screening, tuple(each.kind for each in found)) for found in by_screening.values()]
    here = [each for each in matches if each.screening.site_id in own_sites]
    goes_on = any(each.screening.outcome in UNDER_WAY for each in matches)
    return Known(tuple(here[:MOST_SHOWN]), len(here) < len(matches), goes_on and not told)


def past(ended_before: datetime) -> QuerySet[Trace]:
    """The traces of screenings that ended before a moment and led to no participant, whom nobody asks about any more."""
    ended = Screening.objects.filter(concluded_at__lt=ended_before, participant=None).exclude(outcome__in=UNDER_WAY)
    return Trace.objects.filter(screening__in=ended)


def _plain(name: str) -> str:
    """A name without case, accents and order, so that “Åsa Berg” and “BERG, ASA” are the same."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    words = "".join(each if each.isalnum() else " " for each in letters if not unicodedata.combining(each)).split()
    return " ".join(sorted(words))

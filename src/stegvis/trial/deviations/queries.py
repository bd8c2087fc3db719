"""Reads of deviations, each with its newest version; a fixed number of queries for any list."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils.translation import get_language

from stegvis.methods.study.deviations import BLINDING as BLINDING
from stegvis.methods.study.deviations import Effects
from stegvis.people.models import Participant
from stegvis.protocol import queries as protocols
from stegvis.trial.deviations.models import Deviation, DeviationVersion
from stegvis.trial.deviations.models import FoundBy as FoundBy


@dataclass(frozen=True)
class Told:
    """A deviation with how it is judged now."""

    deviation: Deviation
    version: DeviationVersion

    @property
    def waits(self) -> bool:
        """Whether nobody has judged its effects yet."""
        return self.version.affects_data is None


def effects_of(version: DeviationVersion) -> Effects | None:
    """What it may have affected; None until somebody has judged it."""
    judged = (version.affects_rights, version.affects_safety, version.affects_data)
    return None if None in judged else Effects(*map(bool, judged))


def deviation(pk: int) -> Deviation | None:
    """One deviation, if row-level security shows it to the actor."""
    return Deviation.objects.select_related("site", "participant").filter(pk=pk).first()


def versions_of(deviation: Deviation) -> list[DeviationVersion]:
    """Every version, newest first."""
    return list(deviation.versions.select_related("written_by").order_by("-pk"))


def at_sites(sites: Iterable[int], *, waiting: bool = False) -> QuerySet[Deviation]:
    """Deviations at some sites, the newest first; with `waiting` those only whose effects nobody has judged. Slice it."""
    rows = Deviation.objects.filter(site__in=list(sites)).select_related("site", "participant")
    if waiting:
        newest = DeviationVersion.objects.filter(deviation=OuterRef("pk")).order_by("-pk")
        rows = rows.alias(judged=Subquery(newest.values("affects_data")[:1])).filter(judged__isnull=True)
    return rows.order_by("-happened_on", "-pk")


def of_participant(participant: Participant) -> list[Told]:
    """The deviations of one person, the newest first."""
    rows = Deviation.objects.filter(participant=participant).select_related("site", "participant")
    return told(rows.order_by("-happened_on", "-pk"))


def told(deviations: Iterable[Deviation]) -> list[Told]:
    """The same deviations, each with its newest version. One query for all the versions."""
    rows = list(deviations)
    newest = {row.deviation_id: row for row in DeviationVersion.objects.filter(deviation__in=rows).order_by("pk")}
    return [Told(row, newest[row.pk]) for row in rows]


def everything(*, unblinded: bool) -> list[tuple[Told, int]]:
    """Every deviation by the order of the days, with how many versions it has; as the system, for an extract.

    Those that tell an arm are among them only when unblinded.
    """
    rows = Deviation.objects.select_related("site", "participant").order_by("happened_on", "pk")
    rows = rows.annotate(n_versions=Count("versions"))
    return [(each, each.deviation.n_versions) for each in told(rows if unblinded else rows.filter(tells_arm=False))]  # type: ignore[attr-defined]


def kinds() -> dict[str, str]:
    """The kinds of the protocol in force that people can choose, by code; names in the reader's language are `name_of`'s."""
    return {kind.code: name_of(kind.code) for kind in protocols.current().deviations}


def name_of(code: str, language: str = "") -> str:
    """What people call a kind of deviation; its code where no protocol in force knows it any more."""
    kind = protocols.current().deviation_kind(code)
    return kind.name.in_language(language or get_language() or "") if kind else code

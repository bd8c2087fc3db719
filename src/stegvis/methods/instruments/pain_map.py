"""The pain map: 48 named places on the body, and what the field's criteria make of those that were marked.

The named places are stored, never only a count, because each criterion counts differently. "I have had no pain" is an
answer of its own (`NO_PAIN`) and gives 0 or False; nothing marked is no answer and gives None.

The map is our own drawing and has not been validated. Where the criteria do not say what a place counts as (knee, wrist
and hand, ankle and foot for the sites; head, jaw and belly for 1990) the choice is a `Decisions`, to be fixed by each
protocol.

Sources: widespread pain 1990: Wolfe et al., Arthritis Rheum 1990;33:160–172. Widespread pain index (WPI) and the five
regions: Wolfe et al., Arthritis Care Res 2010;62:600–610 and Semin Arthritis Rheum 2016;46:319–329. Symptom severity and
fibromyalgia 2016: the latter. WP2019: Wolfe et al., Scand J Pain 2019 (at least 4 of 5 regions and at least 7 of 15 sites).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib import resources
from typing import Any, ClassVar

NO_PAIN = "no-pain"
COUNTS = ("wpi", "wp2019", "regions")
"""Ways to count places of pain: WPI sites 0–19, WP2019 sites 0–15, regions of the map as drawn 0–48."""


class UnknownRegion(ValueError):
    """A marked place is not one of the map's regions."""


@dataclass(frozen=True)
class Region:
    """One place on the map with its names and what each criterion takes it for."""

    id: str
    view: str
    part: str
    side: str
    en: str
    sv: str
    wp1990_counts: bool
    wp1990_side: str | None
    wp1990_waist: str | None
    wp1990_axial: bool
    wpi_site: str | None
    wp2019_site: str | None
    wp2019_region: str | None
    open_decision: str | None

    def name_in(self, lang: str) -> str:
        return self.sv if lang.partition("-")[0] == "sv" else self.en


@dataclass(frozen=True)
class Decisions:
    """What the criteria leave open, with the defaults of the map: the strict reading of their lists.

    knee, wrist_and_hand, ankle_and_foot: which site of the WPI (and of WP2019) such a place counts as. head, jaw,
    abdomen: whether such a place is pain above or below the waist, on its side, for the criteria of 1990; none of them is
    axial there.
    """

    knee: str = "lower_leg"
    wrist_and_hand: str = "not_counted"
    ankle_and_foot: str = "not_counted"
    head: str = "not_counted"
    jaw: str = "not_counted"
    abdomen: str = "not_counted"

    CHOICES: ClassVar[Mapping[str, tuple[str, ...]]] = {  # what each decision may be
        "knee": ("lower_leg", "upper_leg"),
        "wrist_and_hand": ("not_counted", "lower_arm"),
        "ankle_and_foot": ("not_counted", "lower_leg"),
        "head": ("not_counted", "above"),
        "jaw": ("not_counted", "above"),
        "abdomen": ("not_counted", "above", "below"),
    }

    def __post_init__(self) -> None:
        for one in fields(self):
            chosen, allowed = getattr(self, one.name), self.CHOICES[one.name]
            if chosen not in allowed:
                raise ValueError(f"{one.name} cannot be {chosen!r}. Choose one of: {', '.join(allowed)}.")


DEFAULT_DECISIONS = Decisions()
DECISIONS: tuple[str, ...] = tuple(one.name for one in fields(Decisions))
"""The names of the open decisions."""
MOST_SEVERE = 12
"""Greatest value of the symptom severity scale."""
_DECIDED_PARTS = {"knee": "knee", "hand": "wrist_and_hand", "foot": "ankle_and_foot"}


@lru_cache(maxsize=1)
def regions() -> Mapping[str, Region]:
    """The 48 regions by id, in the order of the map (front, then back)."""
    text = resources.files(__package__).joinpath("data/body_regions.json").read_text(encoding="utf-8")
    return {raw["id"]: Region(**raw) for raw in json.loads(text)["regions"]}


def locations(
    marked: Collection[str] | None, setting: str = "wpi", decisions: Decisions = DEFAULT_DECISIONS
) -> int | None:
    """The number of places of pain, counted as `setting` says (one of `COUNTS`); None when nothing was answered."""
    if setting not in COUNTS:
        raise ValueError(f"Places of pain cannot be counted as {setting!r}. Choose one of: {', '.join(COUNTS)}.")
    found = _marked_regions(marked)
    if found is None:
        return None
    if setting == "regions":
        return len(found)
    site = 0 if setting == "wpi" else 1
    return len({sites_of(region, decisions)[site] for region in found} - {None})


def wpi(marked: Collection[str] | None, decisions: Decisions = DEFAULT_DECISIONS) -> int | None:
    """Widespread pain index: distinct sites of the 19, 0–19 (2010, sites unchanged in 2016)."""
    return locations(marked, "wpi", decisions)


def parts_of_1990(
    marked: Collection[str] | None, decisions: Decisions = DEFAULT_DECISIONS
) -> Mapping[str, bool] | None:
    """Each condition of the ACR 1990 criteria by name, left, right, above, below, axial, and whether the places meet it.

    None for no answer. Above and below are of the waist; the lower back counts as below.
    """
    found = _marked_regions(marked)
    if found is None:
        return None
    counted = [where for region in found if (where := place_in_1990(region, decisions)) is not None]
    sides = {side for side, _, _ in counted}
    waist = {half for _, half, _ in counted}
    return {
        "left": "left" in sides, "right": "right" in sides, "above": "above" in waist, "below": "below" in waist,
        "axial": any(axial for _, _, axial in counted),
    }  # fmt: skip


def acr1990(marked: Collection[str] | None, decisions: Decisions = DEFAULT_DECISIONS) -> bool | None:
    """Whether the places are widespread by the ACR 1990 criteria.

    Pain on the left and on the right, above and below the waist, and in the axial skeleton (neck, front of the chest,
    upper back, lower back). The lower back counts as below the waist. The duration of at least three months that the
    criteria also ask for is not in the map and must be asked separately.
    """
    parts = parts_of_1990(marked, decisions)
    return None if parts is None else all(parts.values())


def wp2019(marked: Collection[str] | None, decisions: Decisions = DEFAULT_DECISIONS) -> bool | None:
    """Widespread pain 2019: at least 4 of the 5 regions and at least 7 of the 15 sites."""
    found = _marked_regions(marked)
    if found is None:
        return None
    sites = {sites_of(region, decisions)[1] for region in found} - {None}
    return len(sites) >= 7 and len(_five_regions(found, decisions)) >= 4


def five_regions(marked: Collection[str] | None, decisions: Decisions = DEFAULT_DECISIONS) -> int | None:
    """How many of the five regions (four quarters and axial) hold pain, 0–5; generalised pain 2016 asks for 4."""
    found = _marked_regions(marked)
    return None if found is None else len(_five_regions(found, decisions))


def symptom_severity(
    fatigue: float, unrefreshed: float, cognitive: float, headache: float, abdominal: float, depression: float
) -> float:
    """Symptom severity scale, 0–12: three symptoms of the past week 0–3 each, three of the past six months 0 or 1."""
    return fatigue + unrefreshed + cognitive + headache + abdominal + depression


def fibromyalgia_2016(sites: float, severity: float, five: float, months: float) -> bool:
    """Whether the criteria of 2016 are met, from WPI, symptom severity, regions of five, and months of pain.

    (WPI ≥ 7 and SSS ≥ 5) or (WPI 4–6 and SSS ≥ 9); generalised pain, in at least 4 of the 5 regions (jaw, chest and
    belly are in none); for at least three months. Other diagnoses do not matter.
    """
    enough = (sites >= 7 and severity >= 5) or (4 <= sites <= 6 and severity >= 9)
    return enough and five >= 4 and months >= 3


def place_in_1990(region: Region, decisions: Decisions) -> tuple[str, str, bool] | None:
    """(side, above or below the waist, axial) of a place by the criteria of 1990, after the protocol's decisions."""
    if region.wp1990_counts:
        return region.wp1990_side or "mid", region.wp1990_waist or "", region.wp1990_axial
    half = getattr(decisions, region.part, "not_counted")
    return None if half == "not_counted" else (region.side, half, False)


def _marked_regions(marked: Collection[str] | None) -> list[Region] | None:
    """The marked regions; [] for "no pain", None for no answer."""
    if not marked:
        return None
    if NO_PAIN in marked:
        if len(marked) > 1:
            raise ValueError("“No pain” is marked together with places of pain. Keep either the one or the others.")
        return []
    known = regions()
    unknown = sorted(place for place in marked if place not in known)
    if unknown:
        raise UnknownRegion(f"{', '.join(unknown)}: no such place on the map. Its places are in body_regions.json.")
    return [known[place] for place in marked]


def _five_regions(found: list[Region], decisions: Decisions) -> set[str]:
    return {quarter for region in found if (quarter := sites_of(region, decisions)[2]) is not None}


def sites_of(region: Region, decisions: Decisions) -> tuple[str | None, str | None, str | None]:
    """(WPI site, WP2019 site, one of the five regions) of a place, after the protocol's decisions."""
    decided: Any = _DECIDED_PARTS.get(region.part)
    if decided is None:
        return region.wpi_site, region.wp2019_site, region.wp2019_region
    choice = getattr(decisions, decided)
    if choice == "not_counted":
        return None, None, None
    site = f"{choice}_{region.side[0]}"
    return site, site, f"{region.side}_{'upper' if region.part == 'hand' else 'lower'}"

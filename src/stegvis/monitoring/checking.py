"""Looks at what was sent and corrected: edit checks ask, and quality checks note what they find. Part of this room's task.

It goes through the changes in the order of their time, so many at once, and remembers how far it came for each protocol; an
amended protocol begins at the beginning. To look at the same answers twice changes nothing.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from stegvis.assessments.models import Assessment, Correction
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.methods.study.edit_checks import EditCheck, Failure, Known, failures, instruments_of
from stegvis.methods.study.protocol import Protocol
from stegvis.monitoring import actions, data_queries, facts, quality
from stegvis.monitoring.facts import Given
from stegvis.monitoring.models import Checked, DataQuery, QueryStep

AT_ONCE = 200
EVERY = timedelta(minutes=10)
OVERLAP = timedelta(minutes=10)
"""What was committed late is looked at again: no transaction here lasts so long."""
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def look(protocol: Protocol) -> int:
    """Look at the next changes, if it is time; how many assessments were looked at.

    It is time when something was left over, or `EVERY` has passed. Within the transaction of the caller, as the system.
    """
    mark = _mark(protocol)
    now = clock.now()
    is_behind = mark.until < mark.looked_at - OVERLAP
    if not is_behind and mark.looked_at > BEGINNING and mark.looked_at + EVERY > now:
        return 0
    changes = _changes(mark.until, now)
    assessments = {pk for _at, pk in changes}
    _look_at(protocol, assessments)
    mark.until = changes[-1][0] if len(changes) >= AT_ONCE else now - OVERLAP
    mark.looked_at = now
    mark.save(update_fields=["until", "looked_at"])
    return len(assessments)


def _mark(protocol: Protocol) -> Checked:
    begun = {"until": BEGINNING, "looked_at": BEGINNING}
    Checked.objects.get_or_create(protocol=protocol.sha256, defaults=begun)
    return Checked.objects.select_for_update().get(protocol=protocol.sha256)


def _changes(after: datetime, until: datetime) -> list[tuple[datetime, int]]:
    """What was sent and corrected after a moment, up to another, by time: when, and of which assessment.

    So many at once, and all of the last moment's.
    """
    asked = Assessment.objects.filter(tells_arm=False)
    corrected = Correction.objects.filter(response__assessment__tells_arm=False)
    sources = (
        (asked.values_list("submitted_at", "pk"), "submitted_at"),
        (asked.values_list("minimum_at", "pk"), "minimum_at"),
        (corrected.values_list("corrected_at", "response__assessment"), "corrected_at"),
    )
    rows = sorted(row for each, moment in sources for row in _first(each, moment, after, until))
    if len(rows) <= AT_ONCE:
        return rows
    last = rows[AT_ONCE - 1][0]
    return [row for row in rows if row[0] <= last]


def _first(rows: "QuerySet[Any, Any]", moment: str, after: datetime, until: datetime) -> list[tuple[datetime, int]]:
    """The first of some changes by time, with all that were at the last one's moment."""
    ordered = rows.filter(**{f"{moment}__gt": after, f"{moment}__lte": until}).order_by(moment)
    found = list(ordered[:AT_ONCE])
    if len(found) < AT_ONCE:
        return found
    last = found[-1][0]
    return [each for each in found if each[0] < last] + list(ordered.filter(**{moment: last}))


def _look_at(protocol: Protocol, pks: set[int]) -> None:
    """Edit checks and quality checks of some assessments."""
    rows = list(Assessment.objects.filter(pk__in=pks).select_related("participant__site").order_by("pk"))
    given = facts.given(rows)
    people = {row.participant_id for row in rows}
    days = facts.days_of(people)
    before = data_queries.rule_queries(people)
    corrections = facts.corrections_of(pks)
    for one in given.values():
        known = facts.known(one, days[one.assessment.participant_id])
        _ask(protocol.edit_checks, one, known, before, corrections)
    quality.look(list(given.values()))


def _ask(
    checks: tuple[EditCheck, ...], one: Given, known: Known,
    before: Mapping[tuple[int, str, str, str, str], DataQuery], corrections: Mapping[tuple[int, str], Correction],
) -> None:  # fmt: skip
    """Ask about what fails, close what fails no longer, open again what was changed to something that fails too."""
    person, occasion = one.assessment.participant, one.assessment.occasion
    failed = {
        (person.pk, each.check.code, occasion, each.instrument, each.item): each
        for each in failures(checks, occasion, known)
    }
    for place, failure in failed.items():
        found = before.get(place)
        if found is None:
            actions.raise_by_rule(
                participant=person, rule=failure.check.code, occasion=occasion, instrument=failure.instrument,
                item=failure.item, value=failure.value, asked_of=failure.check.asked_of, by=SYSTEM,
            )  # fmt: skip
        elif not found.is_open and _has_changed(found, failure):
            actions.reopen_by_rule(query=found, value=failure.value, by=SYSTEM)
    by_code = {check.code: check for check in checks}
    for place, found in before.items():
        mine = place[0] == person.pk and place[2] == occasion
        if mine and found.is_open and found.rule in by_code and place not in failed:
            correction = _newest(by_code[found.rule], one.assessment.pk, corrections)
            actions.close_by_rule(query=found, correction=correction, by=SYSTEM)


def _newest(check: EditCheck, assessment: int, corrections: Mapping[tuple[int, str], Correction]) -> Correction | None:
    """The newest correction of what a check looks at; None where something else changed, or the protocol did."""
    made = [corrections[assessment, code] for code in instruments_of(check) if (assessment, code) in corrections]
    return max(made, key=lambda each: each.pk, default=None)


def _has_changed(found: DataQuery, failure: Failure) -> bool:
    """Whether the datum is another than when it was last asked about."""
    steps = QueryStep.objects.filter(query=found, value__isnull=False).order_by("-pk")
    last = steps.values_list("value", flat=True).first()
    return bool((last if last is not None else found.value) != dict(failure.value))

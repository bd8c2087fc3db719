"""What is due to be deleted, by the protocol's periods, and the exact rows of it.

The periods count from the end of the trial. Of the care record besides, from the last thing that was recorded about the person
(Patientdatalagen 2008:355, 3 kap. 17 §: at least ten years after the last entry); of the log of readings, from each reading
(HSLF-FS 2016:40, 4 kap. 9 §: at least five years). A row that a kept row refers to is kept as well.

What is left of screenings is of people who are not in the trial, and waits for no end of it: their digests go so many days after
each ended, and open ones of which nobody has heard for long end (GDPR art. 5.1 e). After the end of the trial all of it is due.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import ForeignKey, Max

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event, Reading
from stegvis.audit.stores import CARE, KEY, LOG, RESEARCH, tables_of
from stegvis.methods.study.conduct import Retention
from stegvis.people.acting import acting_as
from stegvis.people.models import Identity, Participant
from stegvis.protocol import queries as protocols
from stegvis.reporting.models import TrialEnd
from stegvis.trial import queries as trial
from stegvis.trial import traces
from stegvis.trial.models import Screening, Trace

SCREENING = "screening"
"""Beside the stores: what is left of screenings without a participant."""

Rows = Mapping[type[models.Model], Collection[int]]


@dataclass(frozen=True)
class Rule:
    """Why something of a store is due: the protocol's years, from when they count, and the day on which they are over.

    Where it is `days`, they count for each row from its own day.
    """

    store: str
    years: int
    due_on: date
    people: int
    days: int = 0

    @property
    def is_due(self) -> bool:
        """Whether the day has come."""
        return self.due_on <= clock.today()


def trial_end() -> TrialEnd | None:
    """When the trial ended, as it was kept last."""
    return TrialEnd.objects.order_by("-kept_at", "-pk").first()


def rules() -> tuple[Rule, ...]:
    """What is left of screenings, and each store with its period once the trial has ended; with of how many something is due.

    Asked as the system, since whoever looks after retention sees no person's rows. One query for each table of a store whose
    years are over, and few before.
    """
    end, kept = trial_end(), protocols.current().retention
    with acting_as(SYSTEM):
        screenings = Rule(SCREENING, 0, clock.today(), _screenings_left(), kept.screening_traces_days)
    if end is None:
        return (screenings,)
    periods = {
        CARE: kept.care_record_years, RESEARCH: kept.research_data_years, KEY: _longest(kept),
        LOG: kept.access_log_years,
    }  # fmt: skip
    with acting_as(SYSTEM):
        return screenings, *(
            Rule(store, years, _later(end.ended_on, years), _people_left(store, end.ended_on, kept))
            for store, years in periods.items()
        )


def _past_traces() -> models.QuerySet[Trace]:
    """Digests by which nobody needs to be known again."""
    days = protocols.current().retention.screening_traces_days
    return traces.past(clock.now() if trial_end() else _days_ago(days))


def _forgotten() -> models.QuerySet[Screening]:
    """Open screenings that are due to end."""
    days = protocols.current().retention.screening_open_days
    return trial.open_screenings() if trial_end() else trial.quiet_screenings(days)


def _days_ago(days: int) -> datetime:
    return clock.at(clock.today() - timedelta(days=days - 1), 0)


def _screenings_left() -> int:
    """Of how many people something is left of a screening that is due to go."""
    return _past_traces().values("screening").distinct().count() + _forgotten().count()


def _people_left(store: str, ended_on: date, kept: Retention) -> int:
    """Of how many people something of a store is due and still there."""
    if store == LOG:
        return Reading.objects.filter(pk__in=_readings(ended_on, kept)).values("participant").distinct().count()
    people = _people(store, ended_on, kept)
    if store == KEY or not people:
        return len(people)
    left: set[int] = set()
    for model, way in ((each, path_to_person(each)) for each in tables_of(store)):
        if way:
            there = model._default_manager.filter(**{f"{way}__in": people}).order_by()
            left.update(there.values_list(way, flat=True).distinct())
    return len(left)


def due_rows(store: str) -> dict[type[models.Model], list[int]]:
    """The primary keys of everything of a store that is due today, by table; before the trial's end of screenings alone.

    Of screenings those in `Screening` are to end, which erases name, address and answers; their row is an anonymous count.
    """
    if store == SCREENING:
        forgotten = sorted(_forgotten().values_list("pk", flat=True))
        return _nonempty({Screening: forgotten, Trace: sorted(_past_traces().values_list("pk", flat=True))})
    end = trial_end()
    kept = protocols.current().retention
    if end is None:
        return {}
    if store == LOG:
        return _nonempty({Reading: _readings(end.ended_on, kept)})
    people = _people(store, end.ended_on, kept)
    if store == KEY:
        return _nonempty(
            {Identity: sorted(Identity.objects.filter(participant__in=people).values_list("pk", flat=True))}
        )
    of_people = {each: _of_people(each, people) for each in tables_of(store) if path_to_person(each)}
    return _referring_first(_nonempty(_without_needed(of_people)))


def _referring_first(rows: dict[type[models.Model], list[int]]) -> dict[type[models.Model], list[int]]:
    """The same rows, each table after those that refer to it, so that no row ever refers to nothing."""
    left, ordered = dict(rows), {}
    while left:
        for model in list(left):
            is_needed = any(
                field.related_model is model for other in left if other is not model for field in _references(other)
            )
            if not is_needed:
                ordered[model] = left.pop(model)
                break
        else:
            raise ValueError(
                f"These tables refer to each other in a circle: {', '.join(each.__name__ for each in left)}."
            )
    return ordered


def digest(keys: Collection[int]) -> str:
    """SHA-256 of a table's keys in their order, between commas: 64 hexadecimal digits. The database makes the same."""
    return hashlib.sha256(",".join(map(str, keys)).encode()).hexdigest()


def path_to_person(model: type[models.Model]) -> str:
    """How a table's rows lead to a participant, as a look-up such as `visit__participant`; "" where they do not."""
    ways = [("", model)]
    seen = {model}
    while ways:
        way, here = ways.pop(0)
        for field in _references(here):
            onward = f"{way}__{field.name}" if way else field.name
            if field.related_model is Participant:
                return onward
            if field.related_model not in seen:
                seen.add(field.related_model)
                ways.append((onward, field.related_model))
    return ""


def _people(store: str, ended_on: date, kept: Retention) -> list[int]:
    """The participants of whom something of a store is due, by primary key."""
    if store == CARE:
        return _quiet(ended_on, kept.care_record_years)
    if store == KEY:
        identified = set(Identity.objects.values_list("participant", flat=True))
        return sorted(identified & set(_quiet(ended_on, _longest(kept))))
    is_over = _is_over(ended_on, kept.research_data_years)
    return sorted(Participant.objects.values_list("pk", flat=True)) if is_over else []


def _quiet(ended_on: date, years: int) -> list[int]:
    """The participants about whom nothing was recorded for so many years, when the trial ended as long ago."""
    if not _is_over(ended_on, years):
        return []
    last = Event.objects.exclude(participant="").values_list("participant").annotate(at=Max("occurred_at"))
    heard_of = {code for code, at in last if not _is_over(clock.local(at).date(), years)}
    return sorted(pk for pk, code in Participant.objects.values_list("pk", "code") if code not in heard_of)


def _readings(ended_on: date, kept: Retention) -> list[int]:
    """Readings that are old enough themselves, when the trial ended as long ago."""
    if not _is_over(ended_on, kept.access_log_years):
        return []
    before = clock.at(_earlier(clock.today(), kept.access_log_years), 0)
    return sorted(Reading.objects.filter(occurred_at__lt=before).values_list("pk", flat=True))


def _of_people(model: type[models.Model], people: Collection[int]) -> list[int]:
    found = model._default_manager.filter(**{f"{path_to_person(model)}__in": list(people)})
    return sorted(found.values_list("pk", flat=True).distinct())


def _without_needed(due: dict[type[models.Model], list[int]]) -> dict[type[models.Model], list[int]]:
    """Without the rows to which some row refers that is not due, whatever store it lies in, until none is left."""
    rows = {model: set(keys) for model, keys in due.items()}
    changed = True
    while changed:
        changed = False
        for child, field in _referring(rows):
            needed = _needed(child, field, rows)
            if needed:
                rows[field.related_model] -= needed
                changed = True
    return {model: sorted(keys) for model, keys in rows.items()}


def _needed(child: type[models.Model], field: models.Field, rows: dict[type[models.Model], set[int]]) -> set[int]:
    target = field.related_model
    there = child._default_manager.filter(**{f"{field.name}__in": list(rows[target])})  # type: ignore[index]
    pairs = there.values_list("pk", field.attname)
    return {to for pk, to in pairs if pk not in rows.get(child, set())}


def _referring(rows: Mapping[type[models.Model], Collection[int]]) -> Iterator[tuple[type[models.Model], ForeignKey]]:
    from django.apps import apps

    for child in apps.get_models(include_auto_created=True):
        for field in _references(child):
            if field.related_model in rows:
                yield child, field


def _references(model: type[models.Model]) -> list[ForeignKey]:
    found = [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]
    return sorted(found, key=lambda field: field.name != "participant")


def _longest(kept: Retention) -> int:
    return max(kept.care_record_years, kept.research_data_years)


def _is_over(since: date, years: int) -> bool:
    return _later(since, years) <= clock.today()


def _later(day: date, years: int) -> date:
    """The same day so many years later; of 29 February the 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, month=3, day=1)


def _earlier(day: date, years: int) -> date:
    return _later(day, -years)


def _nonempty(rows: dict[type[models.Model], list[int]]) -> dict[type[models.Model], list[int]]:
    return {model: keys for model, keys in rows.items() if keys}

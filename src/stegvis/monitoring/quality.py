"""Quality checks of answers as they were first sent: digits on lines, haste, equal answers in a row, the same answers twice."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection

from stegvis.audit import clock
from stegvis.methods.checks import answering
from stegvis.methods.checks.digits import last_digit
from stegvis.methods.instruments import answers as stored
from stegvis.methods.instruments.questionnaire import Item
from stegvis.monitoring import facts
from stegvis.monitoring.facts import Given
from stegvis.monitoring.models import AnswerPattern, DigitCount, Finding, FindingKind
from stegvis.protocol import queries as protocols

LINE = (0, 100)
"""The ends of the line whose digits are looked at."""


def look(rows: Sequence[Given]) -> None:
    """Keep the pattern of each assessment that was sent in full and has none yet, count its digits, and note findings."""
    sent = [one for one in rows if one.assessment.submitted_at is not None]
    seen = set(
        AnswerPattern.objects.filter(assessment__in=[one.assessment.pk for one in sent]).values_list(
            "assessment", flat=True
        )
    )
    new = [one for one in sent if one.assessment.pk not in seen]
    now = clock.now()
    patterns = AnswerPattern.objects.bulk_create([_pattern(one, now) for one in new])
    _count_digits(new)
    found = [finding for one in new for finding in _in_one(one, now)]
    Finding.objects.bulk_create([*found, *_same(patterns, now)], ignore_conflicts=True)


def _said(one: Given) -> dict[facts.Place, object]:
    return {place: value for place, value in one.answers.items() if value is not None and not stored.declined(value)}


def _pattern(one: Given, now: datetime) -> AnswerPattern:
    said = _said(one)
    timed = answering.seconds_of(list(one.moments.values())) if one.all_on_web else None
    return AnswerPattern(
        assessment=one.assessment, digest=answering.digest(said), answered=len(said),
        seconds=timed[0] if timed else None, kept_at=now,
    )  # fmt: skip


def _in_one(one: Given, now: datetime) -> Iterable[Finding]:
    """What one person's answers show by themselves."""
    timed = answering.seconds_of(list(one.moments.values())) if one.all_on_web else None
    if timed and answering.is_too_fast(*timed):
        seen = {"seconds": round(timed[0]), "answers": timed[1]}
        yield Finding(kind=FindingKind.TOO_FAST, assessment=one.assessment, facts=seen, found_at=now)
    numbers = one.numbers
    for code, instrument in one.sent.items():
        items = _of_one_scale(protocols.questionnaire_of(instrument).questions)
        values = [number for item in items if (number := numbers.get((code, item.link_id))) is not None]
        lowest = min((float(each.ordinal or 0) for item in items[:1] for each in item.options), default=0.0)
        line = answering.straight_line(values, lowest) if len(values) == len(items) else None
        if line is not None:
            yield Finding(
                kind=FindingKind.STRAIGHT_LINE, assessment=one.assessment, instrument=code, found_at=now,
                facts={"answers": len(values), "value": line},
            )  # fmt: skip


def _of_one_scale(questions: Sequence[Item]) -> list[Item]:
    """The choices with ordinal values, where all of them have as many options: one scale; nothing otherwise."""
    items = [each for each in questions if each.options and all(one.ordinal is not None for one in each.options)]
    items = [each for each in items if not each.repeats]
    return items if len({len(each.options) for each in items}) == 1 else []


def _same(patterns: Sequence[AnswerPattern], now: datetime) -> list[Finding]:
    """Patterns that somebody else's answers have as well, enough answers given."""
    long_enough = [each for each in patterns if each.answered >= answering.FEWEST_ANSWERS]
    rows = AnswerPattern.objects.filter(digest__in={each.digest for each in long_enough})
    people: dict[str, set[int]] = {}
    for digest, person in rows.values_list("digest", "assessment__participant"):
        people.setdefault(digest, set()).add(person)
    return [
        Finding(
            kind=FindingKind.SAME_ANSWERS, assessment=each.assessment, found_at=now,
            facts={"answers": each.answered, "people": len(people[each.digest])},
        )
        for each in long_enough
        if len(people[each.digest]) > 1
    ]  # fmt: skip


def _count_digits(rows: Sequence[Given]) -> None:
    """Add the last digits of answers on a line from 0 to 100, by site and item."""
    counted: Counter[tuple[int, str, str, int]] = Counter()
    for one in rows:
        numbers = one.numbers
        for code, instrument in one.sent.items():
            for item in protocols.questionnaire_of(instrument).questions:
                number = numbers.get((code, item.link_id))
                if number is None or (item.limits.minimum, item.limits.maximum) != LINE:
                    continue
                digit = last_digit(number)
                if digit is not None:
                    counted[one.assessment.participant.site_id, code, item.link_id, digit] += 1
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {DigitCount._meta.db_table} AS there (site_id, instrument, item, digit, number)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (site_id, instrument, item, digit)"
            " DO UPDATE SET number = there.number + excluded.number",
            [(*place, number) for place, number in sorted(counted.items())],
        )

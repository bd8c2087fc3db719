"""Paper: a form is entered by one person and again by another; what differs is settled with a reason before it is sent.

What is entered here is not yet an answer. `trial.send_paper` makes it one, once both entries agree or every difference has
been settled, by either of the two or by somebody else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext

from stegvis.assessments import policies, queries
from stegvis.assessments.errors import (
    DifferencesLeft,
    DoNotFit,
    EnteredBySamePerson,
    EnteredTwice,
    EntryFinished,
    FirstEntryNotFinished,
    NoDifference,
    NoReason,
    NotCompletedYet,
    NotEnteredTwice,
    NotYourEntry,
)
from stegvis.assessments.models import Assessment, PaperAnswer, PaperDecision, PaperEntry
from stegvis.audit import clock
from stegvis.audit.action import Actor, action, note
from stegvis.methods.instruments import answers as answering
from stegvis.methods.instruments import filling
from stegvis.methods.instruments.errors import Problem
from stegvis.methods.instruments.positions import item_at, occurrences
from stegvis.methods.instruments.questionnaire import Questionnaire
from stegvis.people.models import Account
from stegvis.protocol import queries as protocol

COMPLETED_ON = ("", "")
"""Stands among differences for the day on the form, where there is no instrument and no question."""


@dataclass(frozen=True)
class Difference:
    """One place in which two entries differ, what each has, and which was found right.

    `link_id` is the position: of what repeats, each repetition is a place of its own.
    """

    instrument: str
    link_id: str
    first: Any
    second: Any
    decision: PaperDecision | None

    @property
    def counts(self) -> Any:
        """What counts here, as stored: the entry that was found right, or the value of its own; the first until then."""
        if self.decision is None:
            return self.first
        if self.decision.entry is None:
            return self.decision.value
        return self.first if self.decision.entry.number == 1 else self.second


# Entering ---------------------------------------------------------------------------------------------------------
@action("assessments.paper_begun", detail=("completed_on",))
def begin(*, assessment: Assessment, completed_on: date, initials: str, by: Account) -> PaperEntry:
    """Begin the first entry of a paper form, or the second, which is somebody else's; one's own goes on."""
    row = queries.as_it_stands(assessment)
    policies.check_takes_answers(row)
    if completed_on > clock.today():
        raise NotCompletedYet(day=completed_on)
    there = entries(row)
    own = next((entry for entry in there if entry.entered_by_id == by.pk), None)
    if own is not None and own.finished_at is None:
        return own
    if own is not None and len(there) == 1:
        raise EnteredBySamePerson()
    if len(there) == 2:
        raise EnteredTwice()
    if there and there[0].finished_at is None:
        raise FirstEntryNotFinished(code=there[0].entered_by.code)
    return PaperEntry.objects.create(
        assessment=row, number=len(there) + 1, entered_by=by, completed_on=completed_on, initials=initials,
        started_at=clock.now(),
    )  # fmt: skip


@action("assessments.paper_entered", detail=("instrument",))
def save(*, entry: PaperEntry, instrument: str, answers: Mapping[str, Any], by: Account) -> list[PaperAnswer]:
    """Keep what somebody read on a form, each as a new row if it differs; all are checked before any is kept."""
    _check_own(entry, by)
    row = queries.as_it_stands(entry.assessment)
    policies.check_can_answer(row, instrument)
    questionnaire = protocol.questionnaire(instrument)
    for link_id, value in answers.items():
        policies.check_answer(questionnaire, link_id, value)
    before = entered(entry).get(instrument, {})
    stored = {link_id: answering.to_json(value) for link_id, value in answers.items()}
    now = clock.now()
    rows = [
        PaperAnswer(entry=entry, instrument=instrument, link_id=link_id, value=value, saved_at=now)
        for link_id, value in stored.items()
        if before.get(link_id) != value
    ]
    note(changed=len(rows))
    return PaperAnswer.objects.bulk_create(rows)


@action("assessments.paper_finished")
def finish(*, entry: PaperEntry, by: Account) -> PaperEntry:
    """An entry is complete and stands; finishing again changes nothing."""
    if entry.finished_at is None:
        _check_own(entry, by)
        entry.finished_at = clock.now()
        entry.save(update_fields=["finished_at"])
    return entry


@action("assessments.paper_settled", detail=("instrument", "link_id"))
def settle(
    *, assessment: Assessment, instrument: str, link_id: str, entry: PaperEntry | None, value: Any = None, words: str,
    stands_so: bool = False, by: Account,
) -> PaperDecision:  # fmt: skip
    """Say which of two entries is right in one place, and how one knows: by either of the two, or by somebody else.

    Without an entry neither is, and `value` stands on the paper: an answer as its question takes it, a date for the day
    on the form, None for nothing. It is checked as any answer is. Where answers that were read differently would no longer
    fit together, `DoNotFit` is raised, unless `stands_so`: somebody has looked again, and the paper is like that.
    """
    row = queries.as_it_stands(assessment)
    if not words.strip():
        raise NoReason()
    open_places = {(each.instrument, each.link_id) for each in differences(row) if each.decision is None}
    is_elsewhere = entry is not None and entry.assessment_id != row.pk
    if (instrument, link_id) not in open_places or is_elsewhere:
        raise NoDifference()
    own = _own_value(instrument, link_id, value) if entry is None else None
    if instrument:
        counts = own if entry is None else entered(entry).get(instrument, {}).get(link_id)
        misfits = _misfits(row, instrument, {link_id: counts})
        if misfits and not stands_so:
            raise DoNotFit(misfits=" ".join(_in_words(instrument, each) for each in misfits))
        if misfits:
            note(stands_so=[each.at for each in misfits])
    return PaperDecision.objects.create(
        assessment=row, instrument=instrument, link_id=link_id, entry=entry, value=own, reason=words, decided_by=by,
        decided_at=clock.now(),
    )  # fmt: skip


def _own_value(instrument: str, link_id: str, value: Any) -> Any:
    """What stands on the paper where neither entry is right, as it is stored; a form always has a day."""
    if (instrument, link_id) == COMPLETED_ON:
        if value is None or value > clock.today():
            raise NotCompletedYet(day=value or "–")
        return value.isoformat()
    policies.check_answer(protocol.questionnaire(instrument), link_id, value)
    return answering.to_json(value)


def _misfits(of: Assessment, instrument: str, new: dict[str, Any]) -> list[Problem]:
    """What would no longer fit together in a questionnaire with something more settled, by the rules of its answers.

    Of what nobody has settled yet either entry may be right: what fits with one of them is no misfit. What two people have
    read alike stands on the paper, fitting or not.
    """
    questionnaire = protocol.questionnaire(instrument)
    read = [entered(entry).get(instrument, {}) for entry in entries(of)]
    settled = {d.link_id: d.counts for d in differences(of) if d.instrument == instrument and d.decision is not None}
    before, after = (
        [_problems(questionnaire, {**each, **counted}) for each in read] for counted in (settled, settled | new)
    )
    known = before[0].keys() & before[1].keys()
    return [problem for key, problem in after[0].items() if key in after[1] and key not in known]


def _problems(questionnaire: Questionnaire, stored: Mapping[str, Any]) -> dict[tuple[str, str], Problem]:
    """What does not fit together in a questionnaire with its calculated values, by position and rule."""
    given = answering.given(queries.typed(questionnaire, dict(stored)))
    complete = {**given, **filling.filled_in(questionnaire, {}, given, clock.now(), begins=False)}
    return {(each.at, each.rule): each for each in answering.validate(questionnaire, complete, complete=False)}


def _in_words(instrument: str, problem: Problem) -> str:
    item = item_at(protocol.questionnaire(instrument), problem.at)
    asked = item.text_in(get_language()) if item is not None else problem.at
    return f"“{asked}”: {gettext(problem.message) % problem.params}"


def _check_own(entry: PaperEntry, by: Actor) -> None:
    if entry.entered_by_id != by.pk:
        raise NotYourEntry(code=entry.entered_by.code)
    if entry.finished_at is not None:
        raise EntryFinished()


# Reading ----------------------------------------------------------------------------------------------------------
def entries(of: Assessment) -> list[PaperEntry]:
    """The entries of an occasion's paper form, the first first."""
    return list(PaperEntry.objects.filter(assessment=of).select_related("entered_by").order_by("number"))


def entered(of: PaperEntry) -> dict[str, dict[str, Any]]:
    """What somebody has read on a form, as stored, by questionnaire and linkId."""
    rows = (
        PaperAnswer.objects.filter(entry=of).order_by("instrument", "link_id", "-pk").distinct("instrument", "link_id")
    )
    found: dict[str, dict[str, Any]] = {}
    for instrument, link_id, value in rows.values_list("instrument", "link_id", "value"):
        if value is not None:
            found.setdefault(instrument, {})[link_id] = value
    return found


def differences(of: Assessment) -> list[Difference]:
    """Every place in which the two finished entries differ, in the form's order; none while there are not two."""
    there = entries(of)
    if len(there) < 2 or not all(entry.finished_at for entry in there):
        return []
    first, second = (entered(entry) for entry in there)
    rows = PaperDecision.objects.filter(assessment=of).select_related("entry")
    decisions = {(row.instrument, row.link_id): row for row in rows}
    found = []
    if there[0].completed_on != there[1].completed_on:
        days = (there[0].completed_on.isoformat(), there[1].completed_on.isoformat())
        found.append(Difference(*COMPLETED_ON, *days, decisions.get(COMPLETED_ON)))
    for instrument in of.instruments:
        read = [each.get(instrument, {}) for each in (first, second)]
        for position in _in_order(protocol.questionnaire(instrument), *read):
            one, other = (each.get(position) for each in read)
            if one != other:
                found.append(Difference(instrument, position, one, other, decisions.get((instrument, position))))
    return found


def _in_order(questionnaire: Questionnaire, first: Mapping[str, Any], second: Mapping[str, Any]) -> list[str]:
    """The positions at which either entry has something, in the form's order."""
    places = occurrences(questionnaire, {**first, **second}).places
    return sorted({**first, **second}, key=lambda position: (places.get(position, len(places)), position))


@dataclass(frozen=True)
class Agreed:
    """A paper form that two people have read alike: its day, and its answers by questionnaire and linkId."""

    completed_on: date
    answers: dict[str, dict[str, Any]]


def agreed(of: Assessment) -> Agreed:
    """The form as it counts. Raises `NotEnteredTwice`, or `DifferencesLeft` with how many nobody has settled."""
    there = entries(of)
    if len(there) < 2 or not all(entry.finished_at for entry in there):
        raise NotEnteredTwice()
    left = sum(each.decision is None for each in differences(of))
    if left:
        raise DifferencesLeft(count=left)
    stored = as_settled(of)
    day = date.fromisoformat(stored.pop(COMPLETED_ON[0])[COMPLETED_ON[1]])
    typed = {code: queries.typed(protocol.questionnaire(code), given) for code, given in stored.items()}
    return Agreed(day, {code: {k: v for k, v in given.items() if v is not None} for code, given in typed.items()})


def as_settled(of: Assessment) -> dict[str, dict[str, Any]]:
    """A form as far as its differences are settled: stored values by questionnaire and linkId, its day at `COMPLETED_ON`."""
    first = entries(of)[0]
    stored = entered(first) | {COMPLETED_ON[0]: {COMPLETED_ON[1]: first.completed_on.isoformat()}}
    for each in differences(of):
        stored.setdefault(each.instrument, {})[each.link_id] = each.counts
    return stored

"""Checks: what must hold between the rows of an extract, beyond each cell's own type.

Every check returns mistakes; none stops at the first. Row numbers count the header, as in a spreadsheet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from . import conduct_tables, harm_tables, plan_tables, visit_tables
from .columns import Table
from .manifest import UNBLINDED, About
from .refusals import Mistake
from .tables import BEHAVIOURS, BLINDING, EMERGENCY, TABLES, TREATMENT_LAYERS, WITHDRAWAL_LAYERS

Rows = Mapping[str, Iterable[Any]]
"""By table; each is gone through several times, and need not stand in memory."""
OF_RANDOMISED = ("modules", "guidance", "replies", "arrangements", "leavings", "days", "guesses")
"""The tables about the programme: nobody is offered it before they are randomised."""
AT_THE_SOURCE = "Correct it where the extract was written from, and write it anew."


def check_tables(about: About, rows: Rows) -> list[Mistake]:
    """Everything that is wrong with the rows taken together."""
    checks: tuple[Callable[[About, Rows], Iterator[Mistake]], ...] = (
        _no_row_twice,
        _participants_exist,
        _arms_are_complete,
        _randomisation_is_dated,
        _scores_have_a_value_or_a_reason,
        _answers_have_a_value_or_are_withheld,
        _occasions_run_forwards,
        _goals_belong_together,
        _events_have_their_reason,
        _blind_means_blind,
        _unmaskings_tell_nothing_before_the_lock,
        _unblindings_tell_nothing_before_the_lock,
        _unmaskings_name_who_and_what_exists,
        _unblindings_are_of_people_who_exist,
        _deviations_are_of_people_who_exist,
        _replies_are_marked_wholly_or_not,
        _arrangements_run_forwards,
        _corrections_follow,
        _guesses_name_an_arm,
        _what_was_planned_stands_in_a_plan,
        _harms_are_told_wholly,
    )
    return [mistake for check in checks for mistake in check(about, rows)]


def _numbered(rows: Rows, table: str) -> Iterator[tuple[int, Any]]:
    return enumerate(rows.get(table, ()), start=2)


def _no_row_twice(_: About, rows: Rows) -> Iterator[Mistake]:
    for name in rows:
        table = TABLES[name]
        for number, first in _twice(table, rows[name]):
            why = f"the same {' and '.join(table.key)} stand in row {first} already."
            yield Mistake(table.file, number, ", ".join(table.key), why, AT_THE_SOURCE)


def _twice(table: Table, rows: Iterable[Any]) -> Iterator[tuple[int, int]]:
    """Each row whose key an earlier one has, by number, with the number of that one. In sorted rows they are neighbours."""
    found: list[tuple[int, int]] = []
    before, first = None, 0
    for number, row in enumerate(rows, start=2):
        here = table.place_of(row)
        if before is not None and here < before:
            yield from _twice_anywhere(table, rows)
            return
        if here == before:
            found.append((number, first))
        else:
            before, first = here, number
    yield from found


def _twice_anywhere(table: Table, rows: Iterable[Any]) -> Iterator[tuple[int, int]]:
    """The same, of rows in no order, which somebody else has written: every key is remembered."""
    seen: dict[Any, int] = {}
    for number, row in enumerate(rows, start=2):
        first = seen.setdefault(table.place_of(row), number)
        if first != number:
            yield number, first


def _participants_exist(_: About, rows: Rows) -> Iterator[Mistake]:
    known = {row.participant for row in rows.get("participants", ())}
    randomised = {row.participant for row in rows.get("participants", ()) if row.randomised_on}
    counted = ("occasions", "scores", "responses", "answers", "goals", "visits", "disclosures", "arms", *OF_RANDOMISED)
    for name in (*counted, *visit_tables.NAMES, *plan_tables.NAMES, *conduct_tables.NAMES, *harm_tables.NAMES):
        among = randomised if name in ("arms", *OF_RANDOMISED) else known
        for number, row in _numbered(rows, name):
            if row.participant not in among:
                word = "randomised participant" if among is randomised else "participant"
                why = f"participants.csv has no such {word}."
                yield Mistake(TABLES[name].file, number, "participant", why, AT_THE_SOURCE)


def _arms_are_complete(about: About, rows: Rows) -> Iterator[Mistake]:
    if "arms" not in rows:
        return
    file = TABLES["arms"].file
    for number, row in _numbered(rows, "arms"):
        if row.arm not in about.arms:
            why = f"this arm is unknown; the manifest names {len(about.arms)} others."
            yield Mistake(file, number, "arm", why, AT_THE_SOURCE)
    randomised = {row.participant for row in rows["participants"] if row.randomised_on}
    without = randomised - {row.participant for row in rows["arms"]}
    if without:
        why = f"{len(without)} randomised participants have no arm, such as {min(without)}."
        yield Mistake(file, 0, "participant", why, AT_THE_SOURCE)
    counts = Counter(row.arm for row in rows["arms"])
    for position, arm in enumerate(about.arms, start=1):
        if counts[arm] == 0:
            why = f"arm {position} of {len(about.arms)} has nobody in it, so no arms can be compared."
            yield Mistake(file, 0, "arm", why, "Use a pooled extract until everyone has somebody to be compared with.")


def _randomisation_is_dated(_: About, rows: Rows) -> Iterator[Mistake]:
    for number, row in _numbered(rows, "participants"):
        if row.randomised_on and row.randomised_on < row.consented_on:
            why = "randomised before the informed consent."
            yield Mistake("participants.csv", number, "randomised_on", why, AT_THE_SOURCE)
        if row.randomised_on and not row.stratum:
            why = "randomised, but the stratum is empty."
            yield Mistake("participants.csv", number, "stratum", why, AT_THE_SOURCE)


def _scores_have_a_value_or_a_reason(_: About, rows: Rows) -> Iterator[Mistake]:
    for number, row in _numbered(rows, "scores"):
        if (row.value is None) == (row.missing_reason is None):
            why = "a score has either a value or the reason why it has none, and here are both or neither."
            yield Mistake("scores.csv", number, "value, missing_reason", why, AT_THE_SOURCE)


def _answers_have_a_value_or_are_withheld(_: About, rows: Rows) -> Iterator[Mistake]:
    for name in ("answers", "answer_changes"):
        for number, row in _numbered(rows, name):
            if (row.value is None) == (row.withheld is None):
                why = "an answer has either a value or the reason why it has none, and here are both or neither."
                yield Mistake(TABLES[name].file, number, "value, withheld", why, AT_THE_SOURCE)


def _occasions_run_forwards(about: About, rows: Rows) -> Iterator[Mistake]:
    for number, row in _numbered(rows, "occasions"):
        if not row.opens_on <= row.due_on <= row.closes_on:
            why = "the window does not run from its first day over its target day to its last."
            yield Mistake("occasions.csv", number, "opens_on, due_on, closes_on", why, AT_THE_SOURCE)
        if row.submitted_on and row.submitted_on > about.data_until:
            why = f"sent after {about.data_until}, the last day that the extract says it covers."
            yield Mistake("occasions.csv", number, "submitted_on", why, AT_THE_SOURCE)


def _goals_belong_together(_: About, rows: Rows) -> Iterator[Mistake]:
    goals = {row.goal: row for row in rows.get("goals", ())}
    for number, row in _numbered(rows, "goals"):
        parent = goals.get(row.parent) if row.parent else None
        if row.parent and (parent is None or parent.participant != row.participant or parent.kind != "main"):
            why = "the goal it leads to is no main goal of the same participant."
            yield Mistake("goals.csv", number, "parent", why, AT_THE_SOURCE)
    for number, row in _numbered(rows, "ratings"):
        goal = goals.get(row.goal)
        if goal is None:
            yield Mistake("ratings.csv", number, "goal", "goals.csv has no such goal.", AT_THE_SOURCE)
        elif row.rated_on < goal.set_on:
            yield Mistake("ratings.csv", number, "rated_on", "rated before the goal was set.", AT_THE_SOURCE)
        if goal is not None and row.gas_level is not None and not goal.levels:
            why = "a level of attainment, and goals.csv says that the goal has none."
            yield Mistake("ratings.csv", number, "gas_level", why, AT_THE_SOURCE)


def _corrections_follow(_: About, rows: Rows) -> Iterator[Mistake]:
    """A correction names an earlier rating of its goal, and each rating is corrected once."""
    known = {(row.goal, row.number) for row in rows.get("ratings", ())}
    corrected: set[tuple[str, int]] = set()
    for number, row in _numbered(rows, "ratings"):
        if row.corrects is None:
            continue
        of = (row.goal, row.corrects)
        if of not in known or row.corrects >= row.number or of in corrected:
            why = "it corrects no earlier rating of this goal, or one that another row corrects."
            yield Mistake("ratings.csv", number, "corrects", why, AT_THE_SOURCE)
        corrected.add(of)
    for number, row in _numbered(rows, "rating_doses"):
        if (row.goal, row.number) not in known:
            yield Mistake("rating_doses.csv", number, "number", "ratings.csv has no such rating.", AT_THE_SOURCE)


def _guesses_name_an_arm(about: About, rows: Rows) -> Iterator[Mistake]:
    for number, row in _numbered(rows, "guesses"):
        if row.guessed_arm is not None and row.guessed_arm not in about.arms:
            why = f"this arm is unknown; the manifest names {len(about.arms)} others."
            yield Mistake("guesses.csv", number, "guessed_arm", why, AT_THE_SOURCE)
        if (row.guessed_arm is None) != (row.sure is None):
            why = "a guess says how sure it is, and what is none does not."
            yield Mistake("guesses.csv", number, "sure", why, AT_THE_SOURCE)


def _what_was_planned_stands_in_a_plan(_: About, rows: Rows) -> Iterator[Mistake]:
    """Also what was gone through at a later visit, where the extract tells of plans at all."""
    if "plans" not in rows:
        return
    versions = {(row.participant, row.version) for row in rows["plans"]}
    for table in ("planned_activities", "planned_exercises"):
        for number, row in _numbered(rows, table):
            if (row.participant, row.version) not in versions:
                yield Mistake(TABLES[table].file, number, "version", "plans.csv has no such version.", AT_THE_SOURCE)
    planned = {(row.participant, row.activity) for row in rows.get("planned_activities", ())}
    for number, row in _numbered(rows, "activity_reviews"):
        if (row.participant, row.activity) not in planned:
            why = "planned_activities.csv has no such activity of this participant."
            yield Mistake("activity_reviews.csv", number, "activity", why, AT_THE_SOURCE)


def _events_have_their_reason(about: About, rows: Rows) -> Iterator[Mistake]:
    for number, row in _numbered(rows, "events"):
        if row.event in ("excluded", "lost", "completed") and not row.reason:
            why = f"{row.event!r} needs a reason (see the table of events)."
            yield Mistake("events.csv", number, "reason", why, AT_THE_SOURCE)
        if row.event == "withdrew" and row.reason not in WITHDRAWAL_LAYERS:
            why = f"a withdrawal's reason is one of {', '.join(WITHDRAWAL_LAYERS)}."
            yield Mistake("events.csv", number, "reason", why, AT_THE_SOURCE)
        if row.on > about.data_until:
            why = f"after {about.data_until}, the last day that the extract says it covers."
            yield Mistake("events.csv", number, "on", why, AT_THE_SOURCE)


def _blind_means_blind(about: About, rows: Rows) -> Iterator[Mistake]:
    """A withdrawal from a treatment that one arm only has would give that person's arm away."""
    if about.kind == UNBLINDED:
        return
    for number, row in _numbered(rows, "events"):
        treatment = TREATMENT_LAYERS.get(row.reason or "") if row.event == "withdrew" else None
        if treatment and treatment not in about.shared_treatments:
            why = f"not every arm is offered this treatment, so the row gives an arm away in a {about.kind} extract."
            yield Mistake("events.csv", number, "reason", why, "Leave such withdrawals out of this kind of extract.")


def _unmaskings_tell_nothing_before_the_lock(about: About, rows: Rows) -> Iterator[Mistake]:
    """Whom an assessor took for which arm would show that person's arm, or what somebody believes of it."""
    if about.kind == UNBLINDED:
        return
    for number, row in _numbered(rows, "unmaskings"):
        for column in ("participant", "assessor", "guessed_arm"):
            if getattr(row, column) is not None:
                why = f"this column is empty in a {about.kind} extract: it could give an arm away."
                yield Mistake("unmaskings.csv", number, column, why, "Leave the cell empty in this kind of extract.")


def _unblindings_tell_nothing_before_the_lock(about: About, rows: Rows) -> Iterator[Mistake]:
    """Whose arm became known, and that a therapist looked it up, says something of that person's arm."""
    if about.kind == UNBLINDED:
        return
    why = f"this column is empty in a {about.kind} extract: it could give an arm away."
    way_out = "Leave the cell empty in this kind of extract."
    for number, row in _numbered(rows, "unblindings"):
        if row.participant is not None:
            yield Mistake("unblindings.csv", number, "participant", why, way_out)
        if row.kind == EMERGENCY and row.who is not None:
            yield Mistake("unblindings.csv", number, "who", why, way_out)
    for number, row in _numbered(rows, "deviations"):
        if row.kind == BLINDING and row.participant is not None:
            yield Mistake("deviations.csv", number, "participant", why, way_out)


def _unblindings_are_of_people_who_exist(about: About, rows: Rows) -> Iterator[Mistake]:
    if about.kind != UNBLINDED:
        return
    known = {row.participant for row in rows.get("participants", ())}
    for number, row in _numbered(rows, "unblindings"):
        if row.participant not in known:
            why = "participants.csv has no such participant."
            yield Mistake("unblindings.csv", number, "participant", why, AT_THE_SOURCE)


def _unmaskings_name_who_and_what_exists(about: About, rows: Rows) -> Iterator[Mistake]:
    if about.kind != UNBLINDED:
        return
    known = {row.participant for row in rows.get("participants", ())}
    for number, row in _numbered(rows, "unmaskings"):
        if row.participant not in known:
            why = "participants.csv has no such participant."
            yield Mistake("unmaskings.csv", number, "participant", why, AT_THE_SOURCE)
        if row.guessed_arm is not None and row.guessed_arm not in about.arms:
            why = f"this arm is unknown; the manifest names {len(about.arms)} others."
            yield Mistake("unmaskings.csv", number, "guessed_arm", why, AT_THE_SOURCE)


def _deviations_are_of_people_who_exist(_: About, rows: Rows) -> Iterator[Mistake]:
    """A deviation is about somebody who consented, or about the site as a whole."""
    known = {row.participant for row in rows.get("participants", ())}
    for number, row in _numbered(rows, "deviations"):
        if row.participant is not None and row.participant not in known:
            yield Mistake(
                "deviations.csv", number, "participant", "participants.csv has no such participant.", AT_THE_SOURCE
            )


def _replies_are_marked_wholly_or_not(_: About, rows: Rows) -> Iterator[Mistake]:
    """A mark that is not there must mean that rules looked for it and found nothing."""
    for number, row in _numbered(rows, "replies"):
        looked = [getattr(row, behaviour) is not None for behaviour in BEHAVIOURS]
        if looked != [row.rules is not None] * len(BEHAVIOURS):
            why = "a reply has the version of the rules and all marks, or none of them, and here are some."
            yield Mistake("replies.csv", number, ", ".join(("rules", *BEHAVIOURS)), why, AT_THE_SOURCE)


def _arrangements_run_forwards(_: About, rows: Rows) -> Iterator[Mistake]:
    for number, row in _numbered(rows, "arrangements"):
        if row.until_on and row.until_on < row.from_on:
            yield Mistake("arrangements.csv", number, "until_on", "it ends before it begins.", AT_THE_SOURCE)


def _harms_are_told_wholly(_: About, rows: Rows) -> Iterator[Mistake]:
    """What is described has its kind, start and strength; an answer has its day; nothing ends before it began."""
    for number, row in _numbered(rows, "adverse_events"):
        told = (row.term, row.started_on, row.severity, row.expected)
        if any((one is None) == (row.versions > 0) for one in told):
            why = "a described event has kind, start, strength and whether it was expected; one that is not has none of them."
            yield Mistake("adverse_events.csv", number, "versions", why, AT_THE_SOURCE)
        if row.ended_on and row.started_on and row.ended_on < row.started_on:
            why = "the event ended before it began."
            yield Mistake("adverse_events.csv", number, "ended_on", why, AT_THE_SOURCE)
    for number, row in _numbered(rows, "adverse_event_reports"):
        if (row.said is None) != (row.answered_on is None):
            why = "an answer has its day, and without an answer there is none."
            yield Mistake("adverse_event_reports.csv", number, "answered_on, said", why, AT_THE_SOURCE)

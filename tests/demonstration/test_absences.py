"""Absences, reasons and hands: drawn alike for the same seed, and only where they can be."""

from datetime import date
from types import SimpleNamespace

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.demonstration import leaving
from stegvis.demonstration.absences import Absences, planned
from stegvis.demonstration.cast import add_colleagues, assemble
from stegvis.demonstration.replies import told_by
from stegvis.methods.study.folder import load
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from tests.studies.folders import CWP

FIRST, LAST = date(2026, 1, 12), date(2026, 12, 9)
REPLY = "Du fortsatte fast veckan var tung. Jag förstår att det tog på krafterna. Nästa gång kan du välja en tid."


def life(number, site="BJ"):
    from stegvis.demonstration.lives import Life

    return Life(number=number, site=site, language="sv", source="self", age=50, sex="woman", pain_months=9, seed=3,
                screened_on=FIRST, fate="randomised")  # fmt: skip


def test_a_therapist_without_a_colleague_at_the_site_is_never_away():
    assert planned(["one"], "BJ", 1, FIRST, LAST) == []


def test_two_take_turns_and_nobody_covers_while_away():
    found = planned(["one", "two"], "BJ", 1, FIRST, LAST)
    assert {each.away for each in found} == {"one", "two"}
    for each in found:
        assert each.covering != each.away
        assert each.arranged_on <= each.first <= each.last < LAST
        assert not [other for other in found if other.away == each.covering
                    and other.first <= each.last and each.first <= other.last]  # fmt: skip


def test_cover_is_arranged_by_the_action_and_ends_with_its_last_day(db):
    protocol = load(CWP).protocol
    with clock.frozen(clock.at(FIRST, 9)), acting_as(SYSTEM):
        cast = assemble(protocol)
        add_colleagues(cast, protocol)
        director = SimpleNamespace(
            cast=cast, model=SimpleNamespace(first_day=FIRST), later=lambda *step: agenda.append(step)
        )
        agenda = []
        absences = Absences(director)
        absences.plan([life(1)], LAST)
        moment, step = min(agenda, key=lambda each: each[0])
    with clock.frozen(moment), acting_as(SYSTEM):
        step()
        assert people.absences_on(FIRST, LAST)
    away, colleague = cast.therapists["BJ"]
    for day, who in ((date(2026, 6, 28), away), (date(2026, 6, 29), colleague), (date(2026, 7, 13), away)):
        with clock.frozen(clock.at(day, 12)):
            assert absences.instead_of(away) == who


def test_two_therapists_work_at_the_first_two_sites_and_one_at_the_others(db):
    protocol = load(CWP).protocol
    with clock.frozen(clock.at(FIRST, 9)), acting_as(SYSTEM):
        cast = assemble(protocol)
        before = [each.code for each in cast.by_role[Role.THERAPIST]]
        add_colleagues(cast, protocol)
    assert [len(cast.therapists[site.code]) for site in protocol.sites] == [2, 2, 1, 1]
    assert [each.code for each in cast.by_role[Role.THERAPIST]][: len(before)] == before


def test_most_who_leave_tick_one_or_two_reasons_of_the_protocols_list():
    protocol = load(CWP).protocol
    told = [leaving.reasons(life(number), protocol) for number in range(200)]
    assert {len(each) for each in told} == {0, 1, 2}
    assert 0.7 < sum(map(bool, told)) / len(told) < 0.9
    assert {code for each in told for code in each} <= {each.code for each in protocol.leaving_reasons}


@pytest.mark.parametrize("code", ["TH-01", "TH-02"])
def test_a_therapists_reply_keeps_its_last_sentence_and_the_order_of_the_others(code):
    for number in range(20):
        told = told_by(SimpleNamespace(code=code), REPLY, life(number).stream("reply"))
        kept = [sentence for sentence in REPLY.split(". ") if sentence.rstrip(".") in told]
        assert told.endswith("Nästa gång kan du välja en tid.")
        assert told.rstrip(".") == ". ".join(each.rstrip(".") for each in kept)

"""Other care: counted of those who answered, amounts of those who had it, by arm and occasion; nothing is tested."""

import re
import statistics

import pytest

from stegvis.methods.analysis.manifest import BLINDED, POOLED

from . import synthetic


def values(reports, score, occasion, arm):
    """What the rows of the extract say."""
    trial = reports().written.trial
    return [
        row.value
        for row in trial.extract.scores
        if (row.instrument, row.score, row.occasion) == ("other-care", score, occasion)
        and row.value is not None
        and trial.arm_of.get(row.participant) == arm
    ]


@pytest.mark.parametrize("occasion", ["baseline", "six_months"])
@pytest.mark.parametrize("arm", synthetic.TWO_ARMS)
def test_a_share_is_of_those_who_answered_and_an_amount_of_those_who_had_it(reports, arm, occasion):
    share = reports().findings[f"other_care.tablets.{occasion}.{arm}"]
    told = values(reports, "tablets", occasion, arm)
    assert (share["events"], share.n) == (sum(told), {arm: len(told)})
    assert share["percent"] == pytest.approx(100 * sum(told) / len(told))

    amount = reports().findings[f"other_care.tablet_days.{occasion}.{arm}"]
    days = values(reports, "days", occasion, arm)
    assert (amount["median"], amount.n) == (statistics.median(days), {arm: len(days)})
    assert len(days) < len(told)


def test_the_table_has_a_column_for_each_arm_at_each_occasion_and_its_numbers(reports):
    printed = reports()
    lines = (printed.folder / "out" / "tables" / "other-care.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == 'Other care,"Baseline, Stroll","Baseline, Chat","6 months, Stroll","6 months, Chat"'
    told = values(reports, "tablets", "baseline", "stroll")
    assert lines[1].split(",")[1] == f"{sum(told):.0f} of {len(told)} ({100 * sum(told) / len(told):.0f}%)"
    assert re.fullmatch(r"\d+ \[\d+ to \d+\] \(n = \d+\)", lines[2].split(",")[1])


def test_nothing_of_it_is_compared(reports):
    found = [one for one in reports().findings if one.section == "other_care"]
    assert len(found) == 8
    assert all("p" not in one.numbers and len(one.arms) == 1 for one in found)


def test_a_blinded_report_shows_it_by_letter_and_a_pooled_one_for_everyone(reports):
    blinded, pooled = (reports(kind).findings for kind in (BLINDED, POOLED))
    letters = [one.arms for one in blinded if one.id.startswith("other_care.tablets.baseline.")]
    assert sorted(letters) == [("A",), ("B",)]
    assert pooled["other_care.tablets.baseline.all"].n["all"] == sum(
        next(iter(one.n.values())) for one in blinded if one.id.startswith("other_care.tablets.baseline.")
    )


def test_swedish_has_the_same_table(reports):
    page = (reports().folder / "out" / "report.sv.html").read_text(encoding="utf-8")
    assert "Annan vård per grupp, vid varje tillfälle" in page
    assert "Dagar med tabletter" in page

"""What a trial is, on one screen."""

import json

from stegvis.methods.study import assumptions, describe, summary


def test_every_assumed_default_stands_with_its_reason(cwp):
    found = {assumption.table: assumption for assumption in assumptions(cwp)}

    assert found["programme"].keys == (
        "after", "minimum_dose", "next_opens", "reply_within_working_days", "guidance_minutes", "reply_check",
    )  # fmt: skip
    assert found["allocation"].keys == ()
    assert found["visits[0:number 1]"].why.startswith("The visit is known")
    assert all(assumption.why for assumption in found.values())


def test_the_reasons_are_there_in_the_other_language_too(cwp):
    assert all(
        swedish.why != english.why
        for swedish, english in zip(assumptions(cwp, "sv"), assumptions(cwp, "en"), strict=True)
    )


def test_the_description_shows_arms_strata_schedule_and_hash(three_arms):
    text = describe(three_arms)

    assert "strata: north/under75, north/from75, south/under75, south/from75" in text
    assert "  walking   2      none        Walking group" in text
    assert "  week_eight  randomisation  56   −7 +21  3        walking-ability, steadiness" in text
    assert three_arms.sha256 in text


def test_the_summary_is_json(three_arms):
    content = json.loads(json.dumps(summary(three_arms)))

    assert content["arms"][0] == {"code": "walking", "ratio": 2, "treatments": []}
    assert content["fictitious"] == ["contact", "sites.north", "sites.south"]
    assert content["assumed"] == []

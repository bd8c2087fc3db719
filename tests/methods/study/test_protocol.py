"""The protocol as frozen tables: there and back again, hashes, look-ups, strata."""

import json
from datetime import date

import pytest
from pydantic import ValidationError

from stegvis.methods.study import Facts, Protocol, StratumUnknown, Study, stratum_of
from stegvis.methods.study.protocol import sha256_of
from stegvis.methods.study.tables import Wording


def test_a_protocol_goes_through_json_and_back_unchanged(cwp, three_arms):
    for protocol in (cwp, three_arms.protocol):
        stored = json.loads(json.dumps(protocol.model_dump(mode="json")))

        assert Protocol.model_validate(stored) == protocol
        assert Protocol.model_validate(stored).sha256 == protocol.sha256


def test_a_whole_study_goes_through_json_and_back_unchanged(three_arms):
    stored = json.loads(json.dumps(three_arms.model_dump(mode="json")))

    assert Study.model_validate(stored) == three_arms
    assert Study.model_validate(stored).sha256 == three_arms.sha256


def test_the_hash_changes_with_the_content_and_not_with_the_order_of_keys(cwp):
    turned = dict(reversed(cwp.model_dump(mode="json").items()))
    stored = cwp.model_dump(mode="json")
    stored["trial"]["planned_n"] = 201

    assert Protocol.model_validate(turned).sha256 == cwp.sha256
    assert Protocol.model_validate(stored).sha256 != cwp.sha256


def test_the_hash_of_known_content_is_that_of_sha256sum():
    assert sha256_of({"b": [1, 2.5, "å"], "a": None}) == (
        "b9e2dbbaf0fb2f3839f74aa4aff7c2d102e746d0fd2dab86f7ffd7303e697d6e"
    )


def test_no_key_of_a_protocol_can_be_set_anew(cwp):
    with pytest.raises(ValidationError, match="frozen"):
        cwp.trial.planned_n = 10


def test_things_are_found_by_their_code_and_nothing_else_is(cwp):
    assert cwp.occasion("six_months").day == 182
    assert cwp.visit("visit_3").day == 84
    assert cwp.outcome("pain_locations").maximum == 19
    for find in (cwp.arm, cwp.site, cwp.instrument, cwp.occasion, cwp.visit, cwp.outcome):
        with pytest.raises(KeyError):
            find("nowhere")


def test_a_text_is_that_of_the_version_in_force(three_arms):
    before, after = date(2026, 2, 28), date(2026, 3, 1)

    assert three_arms.text("yes", "en", before).version == 1
    assert three_arms.text("yes", "de", after).body == (
        "Ich möchte an der Studie teilnehmen: {trial}. Ich darf angerufen werden.\n"
    )
    with pytest.raises(KeyError):
        three_arms.text("no", "en", after)


def test_a_language_the_trial_does_not_have_gets_its_first_language(three_arms):
    assert three_arms.text("help", "sv", date(2026, 5, 1)).language == "en"
    assert three_arms.text("help", "de-AT", date(2026, 5, 1)).language == "de"
    assert Wording({"sv": "ja", "en": "yes"}).in_language("en-gb") == "yes"
    assert Wording({"sv": "ja", "en": "yes"}).in_language("fi") == "ja"


def test_strata_are_every_combination_of_site_and_levels(cwp, three_arms):
    assert cwp.strata == ("BJ", "EK", "LI", "RO")
    assert three_arms.protocol.strata == ("north/under75", "north/from75", "south/under75", "south/from75")


def test_a_person_belongs_to_the_stratum_of_their_site_and_age(cwp, three_arms):
    assert stratum_of(cwp, "EK", Facts()) == "EK"
    assert stratum_of(three_arms.protocol, "south", Facts(age=74)) == "south/under75"
    assert stratum_of(three_arms.protocol, "south", Facts(age=75)) == "south/from75"


def test_nobody_is_put_into_a_stratum_by_guessing(three_arms):
    with pytest.raises(StratumUnknown, match="exactly one must fit, and what is known fits none"):
        stratum_of(three_arms.protocol, "south", Facts())
    with pytest.raises(KeyError):
        stratum_of(three_arms.protocol, "east", Facts(age=70))


def test_a_trial_without_stratification_has_one_stratum(three_arms):
    stored = three_arms.protocol.model_dump(mode="json")
    stored["allocation"]["strata"] = []

    protocol = Protocol.model_validate(stored)

    assert protocol.strata == ("all",)
    assert stratum_of(protocol, "north", Facts()) == "all"

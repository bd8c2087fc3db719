"""The checklist of an alert: a protocol's own, or ours in both languages."""

import pytest

from stegvis.methods.study.checklist import OWN, ChecklistItem


def test_without_one_of_its_own_a_protocol_has_ours(cwp):
    safety = cwp.safety

    assert safety.checklist == ()
    assert safety.asked_in_a_call == OWN


def test_a_protocol_may_have_its_own(cwp):
    own = ChecklistItem(code="safe", question={"sv": "Trygg?", "en": "Safe?"}, answer="choice")
    safety = cwp.safety.model_copy(update={"checklist": (own,)})

    assert safety.asked_in_a_call == (own,)


@pytest.mark.parametrize("item", OWN, ids=lambda item: item.code)
def test_ours_is_asked_in_both_languages(item):
    assert set(item.question.root) == {"sv", "en"}

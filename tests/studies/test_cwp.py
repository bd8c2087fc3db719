"""The example trial: sound, complete in both languages, plain to read, and silent where others may look."""

import re
from datetime import date

import pytest

from stegvis.methods import study
from stegvis.methods.programme.readability import reading
from stegvis.methods.study import Study, StudyText, trial_values
from tests.studies.folders import CWP

MOST_LIX = 30
MOST_GRADE = 6
MOST_WORDS_A_SENTENCE = 12
HEALTH = re.compile(
    r"smärt|värk|ont\b|stress|trött|ångest|depress|humör|hälsa|sjuk|behandl|fysioterap|kbt"
    r"|\bpain|ache|\bhurt|tired|fatigue|anxi|mood|health|illness|treatment|therap|physio|cbt",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def cwp() -> Study:
    return study.load(CWP)


def pieces(text: StudyText) -> list[str]:
    lines = [text.title, *text.body.splitlines()]
    return [re.sub(r"[*#]|^\s*(-|\d+\.)\s", "", line).strip() for line in lines if line.strip()]


def test_the_example_trial_has_no_mistakes():
    assert [str(problem) for problem in study.check(CWP)] == []


def test_it_is_the_published_design(cwp):
    protocol = cwp.protocol

    assert protocol.trial.planned_n == 200
    assert [(arm.code, arm.ratio, arm.treatments) for arm in protocol.arms] == [
        ("intervention", 1, ("activity_plan", "programme")),
        ("control", 1, ("activity_plan",)),
    ]
    assert len(protocol.strata) == len(protocol.sites) == 4
    assert [outcome.code for outcome in protocol.primary_outcomes] == ["pain_intensity", "pain_locations"]


def test_what_the_published_trial_does_not_tell_is_marked_as_assumed(cwp):
    tables = {assumption.table for assumption in study.assumptions(cwp.protocol)}

    assert {"allocation", "pain_map", "reminders", "occasions[1:six_months]", "visits[1:number 2]"} <= tables
    assert {"programme", "gates[2:baseline_primary_complete]", "gates[3:visit_held]"} <= tables


def test_goals_come_before_randomisation_and_the_protocol_says_why(cwp):
    protocol = cwp.protocol
    departure = next(one for one in protocol.departures if one.code == "goals_before_randomisation")

    assert "goals_locked" in [gate.check for gate in protocol.gates]
    assert protocol.goals.locked_before == "randomisation"
    assert "after the arm was known" in departure.why.in_language("en")


def test_instruments_whose_text_cannot_be_shipped_are_skeletons(cwp):
    skeletons = [instrument.code for instrument in cwp.protocol.instruments if instrument.skeleton]

    assert skeletons == ["neq", "fiq", "sci-93", "hads", "mfi-20", "sf-36", "ltpai"]


def test_an_item_about_danger_is_asked_and_heard_at_both_occasions(cwp):
    protocol = cwp.protocol
    with_risk = [file.code for file in cwp.instruments if file.risk_items]

    assert with_risk == ["phq-9"]
    for code in ("baseline", "six_months"):
        assert "phq-9" in protocol.occasion(code).instruments


def test_severe_depression_and_severe_anxiety_are_assessed_before_anybody_is_randomised(cwp):
    holding = {(rule.instrument, rule.score, rule.operator, rule.value) for rule in cwp.protocol.safety.rules
               if rule.before_randomisation}  # fmt: skip

    assert holding == {("phq-9", "phq9", ">=", 20), ("gad-7", "gad7", ">=", 15)}
    assert "safety_assessed" in [gate.check for gate in cwp.protocol.gates]


def test_care_beside_the_trial_is_asked_about_at_both_occasions(cwp):
    for code in ("baseline", "six_months"):
        assert "concomitant-care" in cwp.protocol.occasion(code).instruments


def test_what_the_library_has_no_words_for_is_asked_with_neutral_labels(cwp):
    worded = {file.code: set(file.worded_in) for file in cwp.instruments}

    assert worded["phq-9"] == worded["concomitant-care"] == {"sv", "en"}
    assert worded["gad-7"] == {"en"}


def test_everyone_is_asked_the_same_whatever_the_arm(cwp):
    baseline, six_months = (cwp.protocol.occasion(code) for code in ("baseline", "six_months"))

    assert baseline.instruments == six_months.instruments
    assert baseline.instruments[:2] == cwp.protocol.primary_instruments


def test_every_contact_is_marked_as_made_up_so_that_no_live_installation_starts_with_it(cwp):
    assert cwp.protocol.fictitious == ("contact", "sites.BJ", "sites.EK", "sites.LI", "sites.RO")
    numbers = [cwp.protocol.contact.phone]
    numbers += [phone for site in cwp.protocol.sites for phone in (site.phone, site.safety_phone)]
    reserved = re.compile(r"070-174 06 (0[5-9]|[1-9]\d)")  # set aside for fiction by the Swedish telecoms authority
    assert all(reserved.fullmatch(number) for number in numbers)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_texts_are_plain(cwp, language):
    limit = MOST_LIX if language == "sv" else MOST_GRADE
    for text in cwp.texts:
        if text.language == language:
            measured = reading(pieces(text), language)

            assert measured.level <= limit, f"{text.code}: {measured.level:.0f}"
            assert measured.words_a_sentence <= MOST_WORDS_A_SENTENCE, text.code


def test_the_voice_never_shouts_and_never_blames(cwp):
    harsh = re.compile(r"!|misslyck|försenad|missat|glömt|\bfailed|overdue|missed|you forgot", re.IGNORECASE)

    assert [text.code for text in cwp.texts if harsh.search(text.title + text.body)] == []


def test_reminders_and_subjects_say_nothing_about_health(cwp):
    reminders = [text for text in cwp.texts if text.kind == "reminder"]
    values = {language: cwp.protocol.trial.short_title.in_language(language) for language in ("sv", "en")}

    assert len(reminders) == 6
    assert [text.code for text in reminders if HEALTH.search(text.title + text.body + values[text.language])] == []
    assert [text.code for text in cwp.texts if text.kind == "allocation_letter" and HEALTH.search(text.title)] == []


def test_the_subject_of_an_allocation_letter_does_not_tell_the_arm(cwp):
    letters = [text for text in cwp.texts if text.kind == "allocation_letter"]

    for language in ("sv", "en"):
        assert len({text.title for text in letters if text.language == language}) == 1


CONTENT = {
    "sv": ["demonstration", "slumpen", "sluta när du vill", "vanliga vård", "sparas i", "läser vad", "kopia",
           "Integritetsskyddsmyndigheten", "9.2 j", "Etikprövningsmyndigheten", "Patientförsäkringen"],
    "en": ["demonstration", "chance", "stop whenever you like", "usual care", "kept for", "reads what", "copy",
           "Authority for Privacy Protection", "9.2 j", "Ethical Review Authority", "patient insurance"],
}  # fmt: skip


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_information_says_what_ethics_and_data_protection_ask_for(cwp, language):
    title, body = cwp.text("information", language, date(2026, 5, 1)).filled(trial_values(cwp.protocol, language))

    said = (title + body).lower()
    assert [wanted for wanted in CONTENT[language] if wanted.lower() not in said] == []
    assert cwp.protocol.contact.phone.replace(" ", "\N{NO-BREAK SPACE}") in body
    assert cwp.protocol.contact.data_protection_email in body


@pytest.mark.parametrize("code", ["landing", "information", "consent"])
def test_what_a_stranger_reads_first_says_that_all_is_made_up(cwp, code):
    for language in ("sv", "en"):
        first = cwp.text(code, language, date(2026, 5, 1)).body.splitlines()[0]

        assert "demonstration" in first
        assert first.startswith("**")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_help_page_needs_nobody_to_be_signed_in(cwp, language):
    _, body = cwp.text("help", language, date(2026, 5, 1)).filled(trial_values(cwp.protocol, language))

    assert all(number in body for number in ("112", "1177", "90101", "020-50 50 50"))

"""Checking a trial's folder: every mistake at once, each with file, line, key, what is wrong and what would be right."""

import json
from pathlib import Path

import pytest

from stegvis.methods import study
from stegvis.methods.study import Problem, StudyInvalid


def said(problems: list[Problem]) -> str:
    return "\n".join(map(str, problems))


def test_a_sound_trial_has_no_mistakes(folder):
    assert study.check(folder) == []


def test_mistakes_of_every_kind_are_told_at_once(spoil, folder):
    (folder / "texts/de/help.md").unlink()
    (folder / "instruments/steadiness.json").write_text("{")

    problems = spoil(
        ("planned_n = 80", "planed_n = 80"),  # unknown and missing
        ("ratio = 2", 'ratio = "two"'),  # wrong kind
        ('reference_arm = "advice"', 'reference_arm = "advise"'),  # names nothing
        ('counted_from = "due"', 'counted_from = "dew"'),  # not a choice
    )

    assert [problem.key if problem.line else problem.file for problem in problems] == [
        "trial.planned_n",
        "trial.planed_n",
        "arms[0:walking].ratio",
        "reminders.counted_from",
        "trial.reference_arm",
        "instruments/steadiness.json",
        "sap.toml",  # compares with an arm that the protocol now misspells
        "texts/de/help.md",
    ]


def test_a_mistake_names_file_line_key_what_is_wrong_and_what_would_be_right(spoil):
    problem, _in_the_plan = spoil(('reference_arm = "advice"', 'reference_arm = "advise"'))

    assert (problem.file, problem.line, problem.key) == ("protocol.toml", 10, "trial.reference_arm")
    assert str(problem) == (
        'protocol.toml:10: trial.reference_arm names "advise", which is not there. Write "advice", or add "advise" to [[arms]].'
    )


def test_a_list_is_not_called_short_for_what_is_wrong_in_it(spoil):
    problems = spoil(("ratio = 2", 'ratio = "two"'), ("ratio = 1", 'ratio = "one"'))

    assert [problem.key for problem in problems] == ["arms[0:walking].ratio", "arms[1:strength].ratio"]


SHAPE = [
    ('name = { en = "Advice",', 'name = { EN = "Advice",', "arms[2:advice].name.EN", 'is "EN"', "ISO 639"),
    ('name = { en = "Advice",', "name = { en = 5,", "arms[2:advice].name.en", "is 5", "a text in quotation marks"),
    ('name = { en = "Advice",', 'name = { en = " ",', "arms[2:advice].name.en", "is empty", "Write the text"),
    (
        "planned_n = 80",
        "planned_n = 80\nsponsor = 1",
        "trial.sponsor",
        "is not a key the protocol knows",
        "The keys here are",
    ),
    ("planned_n = 80", "planed_n = 80", "trial.planed_n", "is not a key", 'Write "planned_n"'),
    ("planned_n = 80", "", "trial.planned_n", "is missing", "How many people are to be randomised"),
    ("planned_n = 80", 'planned_n = "80"', "trial.planned_n", 'is "80", a text', "whole number"),
    ("planned_n = 80", "planned_n = 80.5", "trial.planned_n", "is 80.5, a number", "whole number"),
    ("planned_n = 80", "planned_n = true", "trial.planned_n", "is true", "whole number"),
    ("planned_n = 80", "planned_n = 1", "trial.planned_n", "is 1", "2 or more"),
    ("ratio = 2", "ratio = 0", "arms[0:walking].ratio", "is 0", "1 or more"),
    ('code = "walking"', 'code = "walking group"', "arms[0:walking group].code", "a text", "letters without accents"),
    ("effective_from = 2026-02-01", 'effective_from = "soon"', "version.effective_from", '"soon"', "a date"),
    ("send_at = 09:30:00", 'send_at = "early"', "reminders.send_at", '"early"', "a time of day"),
    ('languages = ["en", "de"]', 'languages = "en"', "trial.languages", '"en"', "a list"),
    ('method = "permuted_blocks"', 'method = "coin"', "allocation.method", '"coin"', '"permuted_blocks"'),
    (
        'kind = "age", maximum = 74',
        'kind = "aged"',
        "factors[0:age_band].levels[0:under75].rule.kind",
        '"aged"',
        '"age"',
    ),
    ('rule = { kind = "answer" }', "rule = { }", "criteria[1:knee_operation].rule.kind", "is missing", '"answer"'),
    (
        'kind = "age", minimum = 60',
        'kind = "age", minimum = 600',
        "criteria[0:age].rule.minimum",
        "is 600",
        "120 or less",
    ),
    ('check = "consent_given"', 'check = "consent"', "gates[1:consent].check", '"consent"', '"consent_given"'),
    ('file = "front.md"', 'file = "../front.md"', "texts[0:front].file", "../front.md", "Write"),
    ("mcid = 1\n", "mcid = -inf\n", "outcomes[0:walking].mcid", "Infinity", "not infinite"),
    (
        'title = { en = "Walking groups',
        'title = "x"\nmore = { en = "Walking groups',
        "trial.title",
        '"x"',
        "one text for each language",
    ),
    (
        "planned_n = 80",
        'planned_n = 80\nassumed = "yes"',
        "trial.assumed",
        "is neither true nor a list",
        "rite true, or",
    ),
]


@pytest.mark.parametrize(("old", "new", "key", "wrong", "right"), SHAPE)
def test_a_key_of_the_wrong_shape_is_told(spoil, old, new, key, wrong, right):
    found = [problem for problem in spoil((old, new)) if problem.key == key]

    assert len(found) == 1
    assert wrong in f"{found[0].key} {found[0].wrong}"
    assert right in found[0].right


@pytest.mark.parametrize(
    "secret", ["block_size = 4", "blocks = [4, 6]", "seed = 7", "block-sizes = [4]", "random_seed = 1"]
)
def test_block_sizes_and_seeds_are_refused_wherever_they_stand(spoil, secret):
    [problem] = spoil(('method = "permuted_blocks"', f'method = "permuted_blocks"\n{secret}'))

    assert "can guess the next arm" in problem.wrong
    assert "stegvis randomise list" in problem.right


def test_a_table_of_block_sizes_is_refused_too(spoil):
    problems = spoil(("[[criteria]]", "[blocks]\nsizes = [4, 6]\n\n[[criteria]]"))

    assert [problem.key for problem in problems] == ["blocks"]
    assert "can guess the next arm" in problems[0].wrong


ASKED = 'instruments = ["walking-ability", "steadiness"]'
GOALS = '[goals]\nset_at = "visit_1"\nlocked_before = "randomisation"\nrated_at = "visit_3"\n\n[reminders]'
VISIT = '[[visits]]\nnumber = 1\nname = { en = "a", de = "b" }\nanchor = "visit_1"\nday = 1\nminutes = 5\n\n[reminders]'


def score_rule(instrument: str, score: str) -> str:
    return f'rule = {{ kind = "score", instrument = "{instrument}", scores = ["{score}"], operator = ">", value = 5 }}'


SENSE = [
    ('de = "Gehgruppe" }\ndescription', 'fr = "Marche" }\ndescription', 'arms[0:walking].name has no text in "de"'),
    (
        'de = "Gehgruppe" }\ndescription',
        'fr = "Marche" }\ndescription',
        "arms[0:walking].name.fr is not a language of this trial",
    ),
    ('languages = ["en", "de"]', 'languages = ["en", "de", "en"]', 'trial.languages names "en" twice'),
    ("planned_n = 80", "planned_n = 80\nassumed = true", "trial.why is missing"),
    ("planned_n = 80", 'planned_n = 80\nassumed = ["size"]', 'trial.assumed[0] names "size", which is no key here'),
    ('code = "strength"', 'code = "walking"', "arms[1:walking].code is used twice"),
    ('code = "from75"', 'code = "under75"', "factors[0:age_band].levels[1:under75].code is used twice"),
    ("version = 2\n", "version = 1\n", "texts[3:yes].code is used twice"),
    ('letter = "letter-strength"', 'letter = "letter-walking"', "arms[1:strength].letter is the letter of another arm"),
    ('letter = "letter-strength"', 'letter = "nudge"', 'arms[1:strength].letter names "nudge"'),
    ("ratio = 2", 'ratio = 2\ntreatments = ["programme"]', 'programme is missing, though an arm has "programme"'),
    ("ratio = 2", 'ratio = 2\ntreatments = ["activity_plan"]', 'goals is missing, though an arm has "activity_plan"'),
    ("[reminders]", GOALS, "goals is there, though no arm"),
    ("[reminders]", GOALS, 'goals.set_at names "visit_1"'),
    ("[reminders]", GOALS, 'gates lacks "goals_locked"'),
    ("[reminders]", VISIT.replace("visit_1", "consent"), 'gates lacks "red_flags_decided", though warning signs'),
    ('strata = ["site", "age_band"]', 'strata = ["site", "age"]', 'allocation.strata[1] names "age", which is neither'),
    ('strata = ["site", "age_band"]', 'strata = ["site"]', "factors[0:age_band].code is in no stratum"),
    ('strata = ["site", "age_band"]', 'strata = ["site", "age_band", "site"]', 'allocation.strata names "site" twice'),
    ('kind = "age", minimum = 75', 'kind = "age", minimum = 70', "levels[1:from75].rule.minimum does not follow"),
    (
        'kind = "age", minimum = 60',
        'kind = "age", minimum = 60, maximum = 50',
        "criteria[0:age].rule.minimum is 60, above",
    ),
    ('kind = "age", minimum = 60', 'kind = "age"', "criteria[0:age].rule has neither minimum nor maximum"),
    ('question = { en = "How old are you?", de = "Wie alt sind Sie?" }\n', "", "criteria[0:age].question is missing"),
    ("self_check = true", 'self_check = true\ndecided_at = "baseline"', "criteria[0:age].self_check is true, though"),
    ('rule = { kind = "answer" }', score_rule("steadiness", "unsteadiness"), "decided_at must come after consent"),
    ('rule = { kind = "answer" }', score_rule("steady", "unsteadiness"), 'rule.instrument names "steady"'),
    ('rule = { kind = "answer" }', score_rule("steadiness", "shaky"), 'rule.scores[0] names "shaky"'),
    ('code = "knee_operation"', 'code = "age"', "criteria[1:age].code holds twice on one day"),
    (
        "effective_from = 2026-03-01",
        "effective_from = 2026-03-01\neffective_until = 2026-03-01",
        "texts[3:yes].effective_until is 2026-03-01, not after",
    ),
    ('anchor = "randomisation"', 'anchor = "randomization"', 'occasions[1:week_eight].anchor names "randomization"'),
    ("before = 7", "before = 70", "occasions[1:week_eight].before opens the window before the anchor"),
    ("[reminders]", VISIT, "visits[0:number 1].anchor is this visit"),
    (ASKED, 'instruments = ["steadiness", "walking-ability"]', "occasions[0:start].instruments[1] asks"),
    (
        ASKED,
        'instruments = ["walking-ability", "walking-ability"]',
        'occasions[0:start].instruments[1] names "walking-ability" twice',
    ),
    (ASKED, 'instruments = ["walking-ability", "balance"]', 'occasions[0:start].instruments[1] names "balance"'),
    (ASKED, "instruments = []", "occasions[0:start].instruments is empty"),
    (
        ASKED,
        'instruments = ["steadiness"]',
        'gates[2:baseline_primary_complete].occasion does not ask "walking-ability"',
    ),
    ('kind = "primary"', 'kind = "secondary"', "outcomes has no primary outcome"),
    ('occasion = "week_eight"', 'occasion = "week_nine"', 'outcomes[0:walking].occasion names "week_nine"'),
    ("maximum = 10\n", "maximum = 0\n", "outcomes[0:walking].minimum is 0, not below"),
    (
        "maximum = 10\n",
        "maximum = 9\n",
        "outcomes[0:walking].maximum is 9, but instruments/walking-ability.json says 10",
    ),
    ("mcid = 1\n", "mcid = 11\n", "outcomes[0:walking].mcid is 11, more than the whole range"),
    ('mcid_source = "Made up for a test."\n', "", "outcomes[0:walking].mcid_source is missing"),
    (
        'better = "higher"',
        'better = "lower"',
        'outcomes[0:walking].better is "lower", but in instruments/walking-ability.json higher is better',
    ),
    ('score = "walking_ability"', 'score = "walking_abilty"', 'outcomes[0:walking].score names "walking_abilty"'),
    ('[[gates]]\ncheck = "safety_rota_filled"', "", 'gates lacks "safety_rota_filled"'),
    ('check = "consent_given"', 'check = "goals_locked"', 'gates has "goals_locked", though there are no goals'),
    ('check = "consent_given"', 'check = "criteria_confirmed"', "gates[1:criteria_confirmed].check is used twice"),
    ("day = 9", "day = 2", "reminders.steps[1:phone].day is 2, not after the step before it"),
    ("day = 9", "day = 22", "reminders.steps[1:phone].day is 22, after the window of start has closed (day 21"),
    ('channels = ["email", "sms"]\n', "", "reminders.steps[0:letter].channels is missing"),
    ('kind = "call"', 'kind = "call"\nchannels = ["sms"]', "reminders.steps[1:phone].channels belongs to messages"),
    ('text = "phone-script"', 'text = "nudge"', 'reminders.steps[1:phone].text names "nudge"'),
    ('grade = "soon"', 'grade = "now"', 'safety.rules[0:many_falls].grade names "now"'),
    ("opens = 09:00:00", "opens = 23:00:00", "safety.staffed_hours.closes is not after opens"),
    ('grade = "soon"', 'grade = "soon"\nbefore_randomisation = true', 'gates lacks "safety_assessed"'),
    (
        '[[gates]]\ncheck = "consent_given"',
        '[[gates]]\ncheck = "safety_assessed"\n[[gates]]\ncheck = "consent_given"',
        'gates has "safety_assessed", though no safety rule says before_randomisation',
    ),
    ('something_is_wrong = "soon"', 'something_is_wrong = "sun"', 'safety.something_is_wrong names "sun"'),
    ('item = "falls"', 'item = "fall"', 'safety.rules[0:many_falls].item names "fall"'),
    (
        'something_is_wrong = "soon"',
        'something_is_wrong = "soon"\nword_scan = { grade = "soon", lists = [{ language = "de", words = ["tot"] }] }',
        'safety.word_scan.grade is "soon", for which a clock runs',
    ),
    (
        'something_is_wrong = "soon"',
        'something_is_wrong = "soon"\nword_scan = { grade = "sun", lists = [{ language = "en", words = ["die"] }] }',
        "safety.word_scan.lists has no words in de",
    ),
    (
        'something_is_wrong = "soon"',
        'something_is_wrong = "soon"\nword_scan = { grade = "soon", lists = [{ language = "en", words = [".*"] }] }',
        "safety.word_scan.lists[0].words[0] is no word or phrase",
    ),
    (
        'item = "falls"',
        'item = "falls"\nscore = "unsteadiness"',
        "safety.rules[0:many_falls] must name either an item or a score",
    ),
    (
        'item = "falls"',
        'item = "fear"',
        'instruments[1:steadiness] asks "falls", which is about danger, and no safety rule listens',
    ),
    ('code = "front"\nkind = "landing"', 'code = "front"\nkind = "thanks"', 'texts has no text of kind "landing"'),
    (
        'kind = "consent"\nversion = 2',
        'kind = "thanks"\nversion = 2',
        "texts[3:yes].kind differs from an earlier version",
    ),
    ('code = "leaving"', 'code = "front"', "texts[10:front].kind differs"),
    ('code = "about"\nkind = "information"', 'code = "about"\nkind = "landing"', 'texts has 2 codes of kind "landing"'),
    ('plan = "sap.toml"', 'plan = "plan.toml"', 'analysis.plan names "plan.toml", which is no file here'),
]


@pytest.mark.parametrize(("old", "new", "sentence"), SENSE)
def test_parts_that_do_not_fit_are_told(spoil, old, new, sentence):
    problems = spoil((old, new))

    assert sentence in said(problems)


def test_access_logs_are_kept_as_long_as_swedish_rules_demand(spoil):
    [problem] = spoil(('holidays = "none"', 'holidays = "SE"'), ("access_log_years = 5", "access_log_years = 3"))

    assert problem.key == "retention.access_log_years"
    assert "HSLF-FS 2016:40" in problem.wrong


def test_a_programme_that_is_named_must_be_there(spoil):
    programme = (
        '[programme]\ndirectory = "modules"\nanchor = "consent"\nday = 1\npace_per_week = 2\nminimum_dose = 1\n'
        'next_opens = "on_homework"\nreply_within_working_days = 2\n\n[reminders]'
    )

    problems = spoil(("ratio = 2", 'ratio = 2\ntreatments = ["programme"]'), ("[reminders]", programme))

    assert [str(problem.key) for problem in problems] == ["programme.directory"]


def test_a_text_file_must_be_there_be_named_have_a_title_and_use_known_placeholders(folder):
    (folder / "texts/de/about.md").unlink()
    (folder / "texts/en/about.md").write_text("No title here.\n")
    (folder / "texts/en/front.md").write_text("# Title\n\nCall {studdy_phone}. {link}\n")
    (folder / "texts/en/help.md").write_text("# Only a title\n")
    (folder / "texts/en/old.md").write_text("# Old\n\nText.\n")
    (folder / "texts/en/nudge.md").write_bytes(b"# \xff\n\nText.\n")

    found = said(study.check(folder))

    assert "texts/de/about.md: is not there. Write it: texts[1:about] needs it in this language." in found
    assert "texts/en/about.md: has no title" in found
    assert "texts/en/front.md: names {studdy_phone}, which nothing fills in. Write {study_phone}." in found
    assert "texts/en/front.md: names {link}, which nothing fills in" in found
    assert "texts/en/help.md: has no text under its title" in found
    assert "texts/en/old.md: is named nowhere in [[texts]]" in found
    assert "texts/en/nudge.md: is not UTF-8" in found


def test_a_questionnaire_must_be_there_be_named_and_bear_its_code(folder):
    (folder / "instruments/walking-ability.json").unlink()
    (folder / "instruments/extra.json").write_text("{}")
    path = folder / "instruments/steadiness.json"
    content = json.loads(path.read_text())
    content["url"] = "https://kneeway.example/Questionnaire/balance"
    del content["version"]
    path.write_text(json.dumps(content))

    found = said(study.check(folder))

    assert "instruments/walking-ability.json: is not there" in found
    assert "instruments/extra.json: is named nowhere in [[instruments]]" in found
    assert "instruments/steadiness.json: version is missing" in found
    assert 'instruments/steadiness.json: url is "https://kneeway.example/Questionnaire/balance"' in found


def test_a_questionnaire_that_is_no_questionnaire_is_told(folder):
    (folder / "instruments/steadiness.json").write_text('{"resourceType": "Patient"}')

    assert "instruments/steadiness.json: Questionnaire.resourceType is wrong: this is 'Patient'" in said(
        study.check(folder)
    )


def test_a_questionnaire_with_a_mistake_of_its_own_is_told(folder):
    path = folder / "instruments/steadiness.json"
    path.write_text(path.read_text().replace('"linkId": "fear"', '"linkId": "falls"'))

    assert "instruments/steadiness.json: Questionnaire.item[2]" in said(study.check(folder))


def test_a_questionnaire_that_lacks_a_language_of_the_trial_is_told(folder):
    path = folder / "instruments/walking-ability.json"
    content = json.loads(path.read_text())
    del content["item"][0]["_text"]
    path.write_text(json.dumps(content))

    [problem] = study.check(folder)

    assert problem.key == "instruments[0:walking-ability]"
    assert problem.wrong == 'is not in "de" throughout, a language of this trial'


def test_whether_an_instrument_has_its_own_words_is_said_truly(spoil, folder):
    path = folder / "instruments/steadiness.json"
    content = json.loads(path.read_text())
    neutral = "https://stegvis.example/fhir/neutral-labels"
    content["extension"] += [{"url": neutral, "valueCode": language} for language in ("en", "de")]
    path.write_text(json.dumps(content))

    problems = spoil(('code = "walking-ability"\nname', 'code = "walking-ability"\nskeleton = true\nname'))

    assert [problem.key for problem in problems] == [
        "instruments[0:walking-ability].skeleton",
        "instruments[1:steadiness].skeleton",
    ]


def test_a_folder_without_a_protocol_and_one_with_broken_toml_say_so(tmp_path: Path, spoil):
    [missing] = study.check(tmp_path)
    assert str(missing).startswith("protocol.toml: is not there")

    [broken] = spoil(("[trial]", "[trial"))
    assert "is not TOML" in broken.wrong


def test_an_invalid_trial_is_never_loaded(spoil, folder):
    spoil(("planned_n = 80", "planned_n = 0"), ("ratio = 2", "ratio = -1"))

    with pytest.raises(StudyInvalid, match="2 mistakes stand in its files") as refused:
        study.load(folder)
    assert [problem.key for problem in refused.value.problems] == ["trial.planned_n", "arms[0:walking].ratio"]


@pytest.mark.parametrize(("days", "key"), [("[3, 3]", "remind_after_days[1]"), ("[0, 2]", "remind_after_days[0]")])
def test_reminders_of_a_programme_rise_from_day_one(spoil, days, key):
    programme = (
        '[programme]\ndirectory = "modules"\nanchor = "consent"\nday = 1\npace_per_week = 2\nminimum_dose = 1\n'
        f'next_opens = "on_homework"\nreply_within_working_days = 2\nremind_after_days = {days}\n\n[reminders]'
    )
    problems = spoil(("ratio = 2", 'ratio = 2\ntreatments = ["programme"]'), ("[reminders]", programme))
    assert f"programme.{key}" in {str(problem.key) for problem in problems}


def test_a_screening_does_not_end_before_anybody_was_asked_about_it(spoil):
    [problem] = spoil(("access_log_years = 5", "access_log_years = 5\nscreening_open_days = 60"))
    assert problem.key == "retention.screening_open_days"
    assert "Write more than 60" in said([problem])
    assert not spoil(("screening_open_days = 60", "screening_open_days = 61"))

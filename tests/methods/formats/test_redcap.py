"""REDCap: out as a dictionary and an import file, and the dictionary back as FHIR questionnaires."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from stegvis.config.commands.questionnaire import command
from stegvis.methods.formats.redcap_fields import HEADER, Field, checkbox_column, form_of
from stegvis.methods.formats.redcap_logic import NotCarried, parse
from stegvis.methods.formats.redcap_reading import DictionaryRefused, read_dictionary
from stegvis.methods.instruments import load
from tests.methods.instruments.forms import choice, coded, limits, question, read, shipped, when

BASE = "https://trial.example/Questionnaire"


def dictionary(*fields):
    """The bytes of a dictionary."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    writer.writerows(field.cells() for field in fields)
    return out.getvalue().encode()


def carried(*fields):
    return read_dictionary(dictionary(*fields), file="d.csv", base=BASE, language="en")


def there_and_back(questionnaire):
    """The questionnaire after a way through a dictionary, and the linkId that each of its items got."""
    form = form_of("form", questionnaire, set(), "en")
    back = read_dictionary(dictionary(*form.fields), file="d.csv", base=BASE, language="en")
    return load(back.questionnaires["form"]), form.names, back.losses


def facts(item, names):
    """What of a question a way through a dictionary must keep."""
    keys = [option.text.plain for option in item.options]
    conditions = [(names.get(one.question, one.question), one.operator, str(one.expected)) for one in item.conditions]
    return (
        item.text.plain, item.type, item.repeats, item.required, item.read_only, item.minimum, item.maximum, keys,
        conditions, item.any_condition,
    )  # fmt: skip


SEVERAL = read(
    question("pain", "boolean", required=True),
    choice("where", "0", "1", "2", enableWhen=[when("pain", "=", answerBoolean=True)]),
    choice("places", "arm", "leg", repeats=True),
    question("days", "integer", extension=limits(0, 7), enableWhen=[when("places", "=", **coded("leg"))]),
    question("height", "decimal", extension=limits(1, 3, "Decimal")),
    question("since", "date"),
    question("note", "text", enableBehavior="any", enableWhen=[
        when("days", ">=", answerInteger=3), when("where", "!=", **coded("0")),
    ]),
    question("why", "string", enableWhen=[when("note", "exists", answerBoolean=True)]),
    question("shown", "display"),
    question("hidden", "integer", readOnly=True),
)  # fmt: skip


def test_a_questionnaire_comes_back_from_a_dictionary_as_it_was():
    back, names, losses = there_and_back(SEVERAL)
    plain = {name: name for name in names.values()}
    assert [facts(item, plain) for item in back.questions] == [facts(item, names) for item in SEVERAL.questions]
    assert losses == ()


@pytest.mark.parametrize("code", ["phq-9", "gad-7", "concomitant-care", "pain-intensity", "pss-10", "rand-36"])
def test_instruments_of_the_library_come_back_with_their_options_and_weights(code):
    before = shipped(code)
    back, names, _ = there_and_back(before)
    found = [(item.type, [option.ordinal for option in item.options]) for item in back.questions]
    assert found == [(item.type, [option.ordinal for option in item.options]) for item in before.questions]
    assert [item.link_id for item in back.questions] == [names[item.link_id] for item in before.questions]


def test_branching_is_written_as_redcap_reads_it():
    logic = {field.name: field.branching for field in form_of("form", SEVERAL, set(), "en").fields if field.branching}
    assert logic == {
        "where": "[pain] = '1'",
        "days": "[places(leg)] = '1'",
        "note": "[days] >= '3' or [where] <> '0'",
        "why": "[note] <> ''",
    }


def test_what_a_dictionary_has_no_place_for_is_said():
    several = read(question("drugs", "group", repeats=True, item=[question("dose", "integer")]))
    assert form_of("form", several, set(), "en").losses == (
        "form, drugs: the group can occur several times; REDCap repeats whole forms only, so it stands once",
    )


def test_names_are_unique_in_the_project_and_short():
    taken = set()
    forms = [form_of(code, shipped(code), taken, "en") for code in ("rand-36", "sf-36", "mfi-20", "concomitant-care")]
    names = [field.name for form in forms for field in form.fields]
    assert len(names) == len(set(names))
    assert all(len(name) <= 26 and name[0].isalpha() for name in names)


# The import file ------------------------------------------------------------------------------------------------------
def test_the_import_file_has_a_row_for_each_person_and_occasion_and_only_fields_of_the_dictionary(converted):
    folder = converted("redcap")
    with (folder / "data.csv").open() as file:
        rows = list(csv.DictReader(file))
    with (folder / "dictionary.csv").open() as file:
        fields = {row[HEADER[0]]: row for row in csv.DictReader(file)}
    assert [(row["record_id"], row["redcap_event_name"]) for row in rows if row["record_id"] == "P-1"] == [
        ("P-1", "enrolment_arm_1"), ("P-1", "baseline_arm_1"), ("P-1", "six_months_arm_1"),
    ]  # fmt: skip
    named = {column.partition("___")[0] for column in rows[0] if not column.endswith("_complete")}
    assert named - set(fields) == {"redcap_event_name"}
    baseline = next(row for row in rows if row["redcap_event_name"] == "baseline_arm_1")
    assert (baseline["pain_intensity"], baseline["phq9_1"], baseline["phq9_2"]) == ("62", "2", "")
    ticked = [baseline[checkbox_column("pain_map", one)] for one in ("f_head", "f_jaw_r", "b_neck")]
    assert ticked == ["1", "0", "1"]
    assert baseline["phq_9_complete"] == "2"


def test_every_event_has_its_forms(converted):
    lines = (converted("redcap") / "event_mapping.csv").read_text().splitlines()
    assert lines[1] == "1,enrolment_arm_1,enrolment"
    assert "1,six_months_arm_1,phq_9" in lines


# Back -----------------------------------------------------------------------------------------------------------------
def test_logic_that_enable_when_cannot_say_is_told_apart():
    for text, why in (
        ("[a] = '1' and [b] = '2' or [c] = '3'", "both"),
        ("sum([a],[b]) > 3", "computes"),
        ("[baseline_arm_1][a] = '1'", "another event"),
        ("[a] = [b]", "more than fields compared with values"),
        ("([a] = '1'", "not whole"),
    ):
        with pytest.raises(NotCarried, match=why):
            parse(text)
    assert [one.option for one in parse("[a(-1)] = '1' OR [b]<>\"x\"").comparisons] == ["-1", None]


def test_losses_are_listed_by_row_and_the_rest_is_carried_over():
    back = carried(
        Field("record_id", "first", label="Record"),
        Field("score", "first", type="calc", label="Sum", choices="[a]+[b]"),
        Field("mail", "first", label="<b>Mail</b>", validation="email", identifier="y"),
        Field("late", "first", label="Late", branching="[other] = '1'"),
    )
    assert [str(loss) for loss in back.losses] == [
        "Row 3, score: its calculation: [a]+[b].",
        "Row 4, mail: its validation 'email'.",
        "Row 4, mail: that it identifies a person.",
        "Row 4, mail: the HTML of its words.",
        "Row 5, late: its branching logic, so that it is always asked: [other] stands in another form.",
    ]
    assert load(back.questionnaires["first"]).by_link_id["mail"].text.plain == "Mail"


def test_sections_become_groups_and_notes_help():
    item = Field(
        "hurt", "first", section="Pain", type="slider", label="How much?", choices="none | | worst", note="Drag it"
    )
    found = load(carried(item).questionnaires["first"])
    assert [one.link_id for one in found.all_items if one.type == "group"] == ["hurt-section"]
    hurt = found.by_link_id["hurt"]
    assert (hurt.help_in("en"), hurt.lower_in("en"), hurt.upper_in("en")) == ("Drag it", "none", "worst")
    assert (hurt.minimum, hurt.maximum, hurt.presentation) == (0, 100, "slider")


def test_each_form_becomes_a_questionnaire():
    back = carried(Field("a", "first", label="A"), Field("b", "second_one", label="B"))
    assert [one["url"] for one in back.questionnaires.values()] == [f"{BASE}/first", f"{BASE}/second-one"]


def test_every_mistake_of_a_dictionary_is_told_with_row_and_column():
    wrong = dictionary(
        Field("1st", "first", label="A"),
        Field("b", "first", type="picture", label="B"),
        Field("b", "second", type="radio", label="C", choices="1 yes | 2, no"),
        Field("d", "first", label="D"),
    )
    with pytest.raises(DictionaryRefused) as refused:
        read_dictionary(wrong, file="d.csv", base=BASE)
    said = [(one.row, one.column) for one in refused.value.mistakes]
    assert said == [
        (2, HEADER[0]), (2, HEADER[1]), (3, HEADER[0]), (3, HEADER[1]), (3, HEADER[3]), (4, HEADER[0]), (4, HEADER[5]),
        (5, HEADER[1]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the header is not that of a data dictionary"),
        (b"a,b\n1,2\n", "missing: Variable / Field Name"),
        (b"\xff\xfe\x00", "not CSV in UTF-8"),
        (dictionary(), "it has no fields"),
        (dictionary() + b"a,first\n", "row 2: the row has 2 cells and the header 18"),
    ],
)
def test_what_is_no_dictionary_is_refused(content, said):
    with pytest.raises(DictionaryRefused, match=said):
        read_dictionary(content, file="d.csv", base=BASE)


def test_the_command_writes_questionnaires_that_the_check_finds_sound(tmp_path):
    (tmp_path / "d.csv").write_bytes(dictionary(*form_of("form", SEVERAL, set(), "en").fields))
    run = CliRunner().invoke(command, ["from-redcap", str(tmp_path / "d.csv"), "--out", str(tmp_path / "out")])
    assert run.exit_code == 0, run.output
    assert "Everything was carried over." in run.output
    assert json.loads((tmp_path / "out" / "form.json").read_text())["status"] == "draft"
    assert CliRunner().invoke(command, ["check", "--strict", str(tmp_path / "out")]).exit_code == 0


def test_the_command_refuses_a_dictionary_with_mistakes_and_writes_nothing(tmp_path):
    (tmp_path / "d.csv").write_bytes(dictionary(Field("a", "first", type="picture")))
    run = CliRunner().invoke(command, ["from-redcap", str(tmp_path / "d.csv"), "--out", str(tmp_path / "out")])
    assert run.exit_code == 1
    assert "there is no field type 'picture'" in run.output
    assert not (tmp_path / "out").exists()

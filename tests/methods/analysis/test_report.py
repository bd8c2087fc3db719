"""The report: everything traceable, nothing from outside, nothing that gives an arm away, the same bytes every time."""

import csv
import dataclasses
import json
import re
import string
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from stegvis.methods.analysis import run
from stegvis.methods.analysis.manifest import BLINDED, POOLED, UNBLINDED
from stegvis.methods.analysis.report import page
from stegvis.methods.analysis.report.catalogue import Catalogue, texts
from stegvis.methods.analysis.report.svg import decimals_of, ticks, wrap

from . import synthetic
from .conftest import print_report

KINDS = [UNBLINDED, BLINDED, POOLED]
ARMS = [synthetic.TWO_ARMS, synthetic.THREE_ARMS]
VOID = {"meta", "link", "img", "br", "hr", "input"}


class Tree(HTMLParser):
    """Collects what the tests ask about, and whether tags are closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.headings: list[int] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not self.open or self.open[-1] not in ("style", "title"):
            self.text += data + "\n"


@pytest.mark.parametrize("arms", ARMS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_number_in_a_table_is_found_in_results_json(reports, kind, arms):
    printed = reports(kind, arms)
    results = json.loads((printed.folder / "out" / "results.json").read_text(encoding="utf-8"))
    known = {one["id"]: one for one in results["results"]}
    shown = {attrs["data-result"] for _, attrs in Tree(printed.html).tags if "data-result" in attrs}
    assert len(shown) > 20
    assert shown <= set(known)
    for one in known.values():
        assert one["definition"]
        assert one["method"]
        assert one["sources"] or one["section"] == "published"
        assert one["not_estimable"] is None or one["estimate"] is None


@pytest.mark.parametrize("arms", ARMS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_asks_nothing_of_any_network_and_runs_nothing(reports, kind, arms):
    tree = Tree(reports(kind, arms).html)
    assert not tree.open, "a tag was left open"
    names = {tag for tag, _ in tree.tags}
    assert not names & {"script", "link", "img", "iframe", "object", "form"}
    for _, attrs in tree.tags:
        assert "style" not in attrs
        assert not [name for name in attrs if name.startswith("on")]
        assert (attrs.get("href") or "#").startswith("#")
        assert "src" not in attrs
    policy = next(a["content"] for _, a in tree.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert page.style_source() in policy
    assert policy.startswith("default-src 'none'")
    outside = re.sub(r'xmlns="http://www\.w3\.org/2000/svg"', "", reports(kind, arms).html)
    assert "http://" not in outside
    assert "https://" not in outside
    assert "url(" not in outside


@pytest.mark.parametrize("kind", KINDS)
def test_headings_tables_and_figures_can_be_read_without_seeing_them(reports, kind):
    html = reports(kind).html
    tree = Tree(html)
    assert tree.headings[0] == 1
    assert tree.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(tree.headings, tree.headings[1:], strict=False))
    ids = [attrs["id"] for _, attrs in tree.tags if attrs.get("id")]
    assert len(ids) == len(set(ids))
    tables = [tag for tag, _ in tree.tags if tag == "table"]
    assert len(tables) == len([tag for tag, _ in tree.tags if tag == "caption"])
    assert all(attrs.get("scope") for tag, attrs in tree.tags if tag == "th")
    drawings = [attrs for tag, attrs in tree.tags if tag == "svg"]
    assert drawings
    for attrs in drawings:
        assert attrs["role"] == "img"
        assert set(attrs["aria-labelledby"].split()) <= set(ids)
    assert next(attrs for tag, attrs in tree.tags if tag == "html")["lang"] == "en"


def test_the_same_extract_and_plan_give_the_same_bytes(reports, tmp_path):
    first = reports().folder
    again = run.analyse(first / "x", first / "sap.toml", tmp_path / "again", formats=("html",))
    assert len(again.files) > 30
    for path in again.files:
        name = path.relative_to(tmp_path / "again")
        assert path.read_bytes() == (first / "out" / name).read_bytes(), name


def test_a_report_knows_no_time_but_that_of_its_extract(reports):
    printed = reports()
    days = set(re.findall(r"\d{4}-\d\d-\d\d", Tree(printed.html).text))
    known = {
        day for path in (printed.folder / "x").glob("*.csv") for day in re.findall(r"\d{4}-\d\d-\d\d", path.read_text())
    }
    assert {"2027-01-04", "2026-12-31"} < days <= {"2027-01-04", "2026-12-31"} | known


@pytest.mark.parametrize("kind", KINDS)
def test_made_up_data_say_so_at_head_and_foot_and_in_the_results(reports, kind):
    sentence = "Made up, tuned to these figures; shows nothing about the treatment and validates no method."
    printed = reports(kind)
    assert Tree(printed.html).text.count(sentence) == 2
    assert json.loads((printed.folder / "out" / "results.json").read_text())["warning"] == sentence


def test_real_data_bear_no_such_banner(tmp_path):
    synthetic.write(tmp_path / "x", None, synthetic.about(made_up=False))
    (tmp_path / "sap.toml").write_text(synthetic.plan_text())
    run.analyse(tmp_path / "x", tmp_path / "sap.toml", tmp_path / "out", formats=("html",))
    html = (tmp_path / "out" / "report.html").read_text()
    assert "Made up, tuned" not in html
    assert "are made up and were tuned" not in html


@pytest.mark.parametrize("arms", ARMS)
def test_a_blinded_report_names_no_arm_and_shows_nothing_that_one_arm_only_has(reports, arms):
    html = reports(BLINDED, arms).html
    text = Tree(html).text
    for arm in arms:
        assert arm.capitalize() not in text
        assert f'"{arm}' not in html
    assert "Started programme" not in text
    assert "Therapist minutes" not in text
    if arms == synthetic.TWO_ARMS:
        assert "How the programme was used is left out" in text
    assert "Published figures stand beside unblinded results only." in text


def test_a_pooled_report_has_no_arms_at_all(reports):
    printed = reports(POOLED)
    text = Tree(printed.html).text
    results = json.loads((printed.folder / "out" / "results.json").read_text())
    assert not [one["id"] for one in results["results"] if one["arms"]]
    assert "Allocated to" not in text
    assert "compared with" not in text
    assert "Which arm does better cannot be seen in a pooled report" in text


def test_a_pooled_flow_keeps_no_place_for_arms(reports):
    drawn = {kind: (reports(kind).folder / "out" / "figures" / "flow.svg").read_text() for kind in (POOLED, BLINDED)}
    assert 'viewBox="0 0 580 ' in drawn[POOLED]
    assert 'viewBox="0 0 800 ' in drawn[BLINDED]


def test_each_p_value_bears_the_name_of_its_test(reports):
    """Wherever a P stands in a head, its test stands there too, or in the row's own name."""
    for path in (reports().folder / "out" / "tables").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        for place, column in enumerate(head):
            if column == "P":
                named = {row[0] for row in rows if row[place]}
                assert all(
                    any(w in name for w in ("test", "ANCOVA", "χ²", "Probab", "GEE", "model", "share"))
                    for name in named
                )
            elif column.startswith("P,"):
                assert column in ("P, t-test", "P, ANCOVA", "P, Mann–Whitney")


def test_the_direction_of_benefit_stands_beside_every_outcome(reports):
    text = Tree(reports().html).text
    assert text.count("Lower is better: a negative difference favours Stroll.") == 4
    assert text.count("higher is better") == 2


FORBIDDEN = re.compile(
    r"no (effect|difference)\b(?! than)|not significant|no significant|proves|equivalent|ineffective", re.I
)


@pytest.mark.parametrize("arms", ARMS)
@pytest.mark.parametrize("kind", KINDS)
def test_no_sentence_claims_that_there_is_no_effect(reports, kind, arms):
    text = Tree(reports(kind, arms).html).text
    assert not FORBIDDEN.search(text), FORBIDDEN.search(text)


@pytest.mark.parametrize(
    ("better", "low", "high", "mcid", "said"),
    [
        ("lower", -7.5, 11.0, 10, "an advantage of 7.5 points for Stroll to an advantage of 11.0 points for Chat"),
        ("lower", -7.5, 11.0, 10, "An advantage of that size for Stroll lies outside the interval."),
        ("lower", -12.0, 1.0, 10, "lies inside the interval, so it is neither shown nor ruled out."),
        ("lower", -15.0, -11.0, 10, "The whole interval for Stroll lies beyond it."),
        ("lower", 2.0, 5.0, 10, "an advantage for Chat of anything from 2.0 to 5.0 points"),
        ("higher", 2.0, 5.0, 10, "an advantage for Stroll of anything from 2.0 to 5.0 points"),
        ("higher", -2.0, 5.0, 4, "an advantage of 5.0 points for Stroll to an advantage of 2.0 points for Chat"),
    ],
)
def test_an_interval_in_plain_words_says_what_the_data_still_allow(reports, better, low, high, mcid, said):
    from stegvis.methods.analysis.findings import Findings
    from stegvis.methods.analysis.plan import Mcid
    from stegvis.methods.analysis.report.printer import Printer
    from stegvis.methods.analysis.report.sections.outcomes import plain

    written = reports().written
    outcome = dataclasses.replace(
        written.trial.plan.outcome("pain"), better=better, mcid=Mcid(mcid, {"en": "somebody"})
    )
    changed = []
    for one in written.findings:
        if one.id == "pain.change.pooled_t.stroll-chat":
            one = dataclasses.replace(one, numbers={"estimate": (low + high) / 2, "low": low, "high": high})
        changed.append(one)
    (sentence,) = plain(Printer(written.trial, Findings(changed), Catalogue("en")), outcome)
    assert said in sentence


def test_a_plan_that_is_not_the_one_of_the_extract_is_a_deviation(reports, tmp_path):
    folder = reports().folder
    (tmp_path / "sap.toml").write_text(synthetic.plan_text() + "\n# one more line\n")
    run.analyse(folder / "x", tmp_path / "sap.toml", tmp_path / "out", formats=("html",))
    assert (
        "The plan used here is not the one that the extract was written with"
        in (tmp_path / "out/report.html").read_text()
    )
    assert "The plan used here is not" not in reports().html


def test_swedish_is_printed_with_decimal_comma_and_the_same_results(reports):
    folder = reports().folder / "out"
    swedish = (folder / "report.sv.html").read_text(encoding="utf-8")
    assert '<html lang="sv">' in swedish
    assert "Smärtintensitet" in swedish
    assert not re.search(r">[−+]?\d+\.\d", re.sub(r"<svg.*?</svg>", "", swedish, flags=re.S))
    assert (folder / "tables" / "sv" / "baseline.csv").exists()
    shown = [{a["data-result"] for _, a in Tree(html).tags if "data-result" in a} for html in (swedish, reports().html)]
    assert shown[0] == shown[1]


def test_the_first_language_is_the_one_without_a_suffix(tmp_path):
    printed = print_report(tmp_path, languages=("sv",))
    assert '<html lang="sv">' in printed.html
    assert not list((tmp_path / "out").glob("report.*.html"))


def test_the_two_languages_have_the_same_texts_and_placeholders():
    english, swedish = texts("en"), texts("sv")
    assert set(english) == set(swedish)
    for key, text in english.items():
        places = [{name for _, name, _, _ in string.Formatter().parse(one) if name} for one in (text, swedish[key])]
        assert places[0] == places[1], key
        assert not FORBIDDEN.search(text), key


def test_a_method_has_a_name_and_a_definition_in_both_languages(reports):
    methods = {one.method for kind in KINDS for one in reports(kind).findings}
    for language in ("en", "sv"):
        assert all(f"method.{one}" in texts(language) and f"definition.{one}" in texts(language) for one in methods)


def test_figures_are_complete_drawings_with_title_and_description(reports):
    paths = sorted((reports().folder / "out" / "figures").glob("*.svg"))
    assert {path.stem for path in paths} == {
        "flow", "means-pain", "changes-pain", "means-places", "changes-places", "forest-stroll-chat",
        "goals-main", "goals-intermediate", "modules-stroll",
    }  # fmt: skip
    for path in paths:
        root = ElementTree.parse(path).getroot()
        name = "{http://www.w3.org/2000/svg}"
        assert root.find(f"{name}title").text
        assert len(root.find(f"{name}desc").text) > 20
        width, height = (float(root.get(one)) for one in ("width", "height"))
        for text in root.iter(f"{name}text"):
            assert 0 <= float(text.get("x")) <= width, (path.name, text.text)
            assert 0 <= float(text.get("y")) <= height, (path.name, text.text)


def test_arms_differ_by_shape_and_dash_and_not_by_colour_alone(reports):
    drawing = (reports(arms=synthetic.THREE_ARMS).folder / "out" / "figures" / "means-pain.svg").read_text()
    dashes = re.findall(r'<path d="M[^"]*" class="s-a\d" fill="none"[^>]*?(?:stroke-dasharray="([^"]*)")?/>', drawing)
    assert len(dashes) == 3
    assert len(set(dashes)) == 3


def test_what_is_written_by_people_is_escaped(reports):
    assert "A synthetic trial &lt;of walking &amp; talking&gt;" in reports().html
    assert "<of walking" not in reports().html


@pytest.mark.parametrize(
    ("value", "english", "swedish"),
    [(0.0004, "<0.001", "<0,001"), (0.0312, "0.031", "0,031"), (0.257, "0.26", "0,26"), (0.9999, ">0.99", ">0,99")],
)
def test_p_values_are_never_printed_as_zero_or_one(value, english, swedish):
    assert (Catalogue("en").p(value), Catalogue("sv").p(value)) == (english, swedish)


def test_numbers_have_a_true_minus_and_no_negative_zero():
    english = Catalogue("en")
    assert english.number(-0.04, 1) == "0.0"
    assert english.number(-1.25, 1) == "−1.2"
    assert english.signed(0.2, 1) == "+0.2"
    assert english.signed(0.01, 1) == "0.0"
    assert english.number(None) == english.number(float("nan")) == "–"
    assert Catalogue("sv").percent(0.376, 1) == "37,6\u202f%"


def test_a_language_without_texts_is_refused():
    with pytest.raises(ValueError, match="known languages: en, sv"):
        Catalogue("de")


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-7.3, 12.9), (55.2, 55.9), (3, 3), (-0.002, 0.001), (0, 48_000)])
def test_axis_marks_are_round_and_cover_the_data(low, high):
    marks = ticks(low, high)
    assert marks[0] <= low
    assert marks[-1] >= high
    assert 3 <= len(marks) <= 9
    assert marks == sorted(marks)


@pytest.mark.parametrize(
    ("marks", "decimals"),
    [([0, 50, 100], 0), ([0, 2.5, 5], 1), ([0, 0.05, 0.1], 2), ([-12.5, -6.25, 0], 1), ([0, 0.0002], 4), ([3], 0)],
)
def test_axis_marks_are_told_with_as_many_decimals_as_tell_them_apart(marks, decimals):
    assert decimals_of(marks) == decimals


def test_text_is_broken_at_spaces_only():
    assert wrap("Left before randomisation", 100) == ["Left before", "randomisation"]
    assert wrap("", 100) == [""]


@pytest.mark.parametrize(("kind", "people"), [(POOLED, 0), (POOLED, 1), (UNBLINDED, 2), (UNBLINDED, 5), (BLINDED, 3)])
def test_a_report_on_very_few_people_says_what_it_cannot_know(tmp_path, kind, people):
    printed = print_report(tmp_path, kind, languages=("en",), people=people)
    refused = [one for one in printed.findings if one.refusal is not None]
    assert refused
    assert all(not one.numbers for one in refused)
    assert "not estimable" in Tree(printed.html).text
    assert "nan" not in Tree(printed.html).text.split()

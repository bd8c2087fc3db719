"""The methods as text: what the plan says is in it, what it does not say is not, in both languages."""

import dataclasses

import pytest

from stegvis.methods.analysis import software
from stegvis.methods.analysis.manifest import BLINDED, POOLED
from stegvis.methods.analysis.planned.specs import SPECS, Analysis
from stegvis.methods.analysis.report.blocks import Paragraph
from stegvis.methods.analysis.report.catalogue import Catalogue, texts
from stegvis.methods.analysis.report.printer import Printer
from stegvis.methods.analysis.report.sections import written_methods

CODE = "c0de" * 16


def told(printed, language="en", methods=None, **changes):
    """The paragraphs of a trial whose plan is changed so."""
    trial = printed.written.trial
    plan = dataclasses.replace(trial.plan, **changes)
    plan = dataclasses.replace(plan, methods=dataclasses.replace(plan.methods, **(methods or {})))
    printer = Printer(dataclasses.replace(trial, plan=plan), printed.findings, Catalogue(language))
    return "\n".join(one.text for one in written_methods.blocks(printer, CODE) if isinstance(one, Paragraph))


def test_what_the_plan_chooses_is_told(reports):
    text = told(reports())
    for said in (
        "We compared Stroll with Chat (the reference) at 6 months.",
        "The primary outcomes were pain intensity and painful places.",
        "The secondary outcome, which explores and does not decide, was vigour.",
        "adjusted for the value at baseline and the stratum of the randomisation, with heteroscedasticity-consistent (HC3)",
        "(those of the analysis of covariance) were corrected by Holm",
        "with 1999 draws, seed 7",
        "Intervals have the level 95%",
        "the minimum dose was 4 core modules",
    ):
        assert said in text


@pytest.mark.parametrize(
    ("methods", "said", "unsaid"),
    [
        ({"covariates": ()}, "adjusted for nothing", "the stratum of the randomisation"),
        ({"errors": "classical"}, "with classical standard errors", "HC3"),
        ({"continuity": True}, "with continuity correction", "without continuity correction"),
        ({"multiplicity": "both_needed"}, "A difference in every primary outcome was required", "Holm"),
        ({"multiplicity": "none"}, "were not corrected for their number", "Holm"),
        ({"level": 0.9}, "the level 90%", "95%"),
        ({"multiplicity_p": "mann_whitney"}, "(those of Mann–Whitney)", "(those of the analysis of covariance)"),
    ],
)
def test_another_choice_is_another_sentence(reports, methods, said, unsaid):
    text = told(reports(), methods=methods)
    assert said in text
    assert unsaid not in text


def test_what_the_plan_leaves_out_is_not_told(reports):
    text = told(reports(), goals=None, adherence=None, sections=("flow",))
    for unsaid in ("goals", "modules", "Missing values"):
        assert unsaid not in text


@pytest.mark.parametrize("method", sorted(SPECS))
@pytest.mark.parametrize("language", ["en", "sv"])
def test_every_planned_method_can_be_told(reports, method, language):
    one = Analysis("one", method, "sensitivity", "E1", ("pain",), {"en": "Asked again", "sv": "Frågat igen"}, {})
    sections = (*reports().written.trial.plan.sections, "analyses")
    text = told(reports(), language, analyses=(one,), sections=sections)
    assert {"en": "Asked again (sensitivity, E1): ", "sv": "Frågat igen ("}[language] in text
    assert texts(language)[f"definition.{method}"] in text


def test_what_the_plan_chose_for_an_analysis_is_told_as_it_wrote_it(reports):
    options = {"errors": "HC2", "draws": 100, "by_arm": True, "with": ("age", "sex"), "delta": None, "left": ()}
    one = Analysis("one", "ancova", "main", "E1", ("pain",), {}, options)
    text = told(reports(), analyses=(one,), sections=("analyses",))
    assert "Chosen in the plan: errors = HC2, draws = 100, by_arm = true, with = age + sex." in text


@pytest.mark.parametrize("kind", [POOLED, BLINDED])
def test_before_the_lock_the_text_names_no_arm(reports, kind):
    text = told(reports(kind))
    assert "The arms were compared at 6 months." in text
    assert "Stroll" not in text
    assert "core modules" not in text


def test_software_is_told_by_version_and_hash(reports):
    text = told(reports())
    for one in software.packages():
        assert f"{one.name} {one.version} (SHA-256 {one.sha256[:12]})" in text
    assert CODE[:12] in text


RECORD = (
    "numpy/a.py,sha256=aa,10\nnumpy/b.py,sha256=bb,20\n../../../bin/f2py,sha256={bin},30\n"
    "numpy/__pycache__/a.cpython-311.pyc,,\nnumpy-2.dist-info/INSTALLER,sha256={installer},4\n"
)


def test_the_hash_of_a_package_is_of_its_files_and_not_of_how_it_was_installed():
    by_pip, by_uv = RECORD.format(bin="1", installer="2"), RECORD.format(bin="3", installer="4")
    other_order = "\n".join(reversed(by_pip.splitlines()))
    assert software.digest(by_pip) == software.digest(by_uv) == software.digest(other_order)
    assert software.digest(by_pip) != software.digest(by_pip.replace("sha256=bb", "sha256=bc"))

"""Catalogue: writes docs/reference/instruments.md, what the library holds and how texts are loaded into its skeletons.

    python -m stegvis.methods.instruments.catalogue > docs/reference/instruments.md

A test holds the file to what this module writes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from stegvis.methods.instruments import library
from stegvis.methods.instruments.questionnaire import Licence, Questionnaire, ScoreRule
from stegvis.methods.instruments.scales import SCALES

LANGUAGES = ("sv", "en")

INTRODUCTION = """\
# The library of instruments

<!-- Written by `python -m stegvis.methods.instruments.catalogue`; change the instruments' files, not this file. -->

The questionnaires that come with Stegvis, each a FHIR R4 Questionnaire, for any trial. A protocol names one by code and
version, and then needs no file of its own:

```toml
[[instruments]]
code = "phq-9"
library = "1.1.0"
name = { sv = "PHQ-9", en = "PHQ-9" }
licence = "No permission required; see the record of the file."
```

`stegvis study check DIR` refuses a version that the library does not have: a corrected scoring rule is a new version, and a
trial takes it by an amendment and never by an upgrade. An instrument that the library lacks is a file of the trial's own,
`instruments/<code>.json`.

## Wording and languages

- The wording is here only where its licence allows that. **Own** items are ours in Swedish and English. No validated
  instrument is translated here.
- A **skeleton** has structure, codes, scoring and neutral labels such as "HADS, item 1, text not supplied".
- In a language in which an instrument has no wording of its own nobody can be asked: `stegvis study check` refuses it in a
  trial with that language, unless the trial's contact is marked `fictitious` and it is only being tried out.

## Settings

Each file says in which settings its licence permits it: `research`, `clinical`, `education`, `commercial`. A trial says its
own under `trial.settings` (without it: research). What one of them forbids cannot be used, and the check quotes the terms.

## Loading the wording into a skeleton

Whoever holds a licence writes the official wording into a file and names it in the protocol. The file stays in the trial's
folder.

1. `stegvis study texts hads --language sv > studies/<trial>/instruments/hads.sv.toml` prints the file with all places empty.
2. Fill in `licence` (who gave it, to whom, when), `title`, every text and every answer. A table `[answers.<linkId>]` words
   the answers of one question, `[answers."*"]` those of all that have no table of their own. `copyright` is the line that
   the holder asks for; `risk_items` lists the questions whose answers must reach a human at once, and each of them needs a
   safety rule.
3. In protocol.toml: `texts = ["hads.sv.toml"]`, one file a language, and `skeleton = false`.
4. `stegvis study check studies/<trial>` names every text that is missing, too many or for another instrument or version.

JSON of the same shape is taken too. Nothing is loaded half.
"""

SCORES = """\
## Scores

Every score has a version, made of the instrument's and its scoring function's (`1.1.0+sum.1`; a protocol's own choices add
eight digits). Beside the value stand how many of its items were answered and, when it is missing, why: `not_asked`,
`not_answered`, `declined` or `too_few_answered`. A blank scale is missing and never 0.

A whole extract is scored at once, and to the same values, by `stegvis.methods.instruments.tables.score_table`: a column for
each item, named by its linkId (for each option of a multiple choice, `linkId:key`), in; value, items answered, reason and
version of every score out. `python -m bench.scoring` measures it.

| function | what it computes |
|---|---|
"""


def catalogue() -> str:
    """The whole page as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield INTRODUCTION.rstrip()
    yield from ("", SCORES.rstrip())
    for name, scale in sorted(SCALES.items()):
        yield f"| `{name}` | {_cell((scale.__doc__ or '').strip().splitlines()[0])} |"
    yield from ("", "## The instruments", "")
    yield "| code | version | Swedish | English | questions | settings |"
    yield "|---|---|---|---|---|---|"
    questionnaires = [library.load(code) for code in library.codes()]
    for questionnaire in questionnaires:
        yield _row(questionnaire)
    for questionnaire in questionnaires:
        yield from _section(questionnaire)


def _row(questionnaire: Questionnaire) -> str:
    wordings = " | ".join("own words" if questionnaire.is_worded_in(lang) else "labels only" for lang in LANGUAGES)
    settings = ", ".join(sorted(_licence(questionnaire).settings))
    code, version = questionnaire.code, questionnaire.version
    return f"| [`{code}`](#{code}) | {version} | {wordings} | {len(questionnaire.questions)} | {settings} |"


def _section(questionnaire: Questionnaire) -> Iterator[str]:
    licence = _licence(questionnaire)
    yield from ("", f"### {questionnaire.code}", "", str(questionnaire.definition.get("description", "")), "")
    needed = " **A licence is needed.**" if licence.licence_needed else ""
    yield f"Holder: {licence.holder}. Terms: {licence.terms}{needed} Read on {licence.read_on} in:"
    yield from ("", *(f"- {evidence}" for evidence in licence.evidence), "")
    yield "| score | function | range | higher is | source |"
    yield "|---|---|---|---|---|"
    yield from map(_score, questionnaire.scores)


def _score(rule: ScoreRule) -> str:
    extent = "–" if rule.low is None or rule.high is None else f"{rule.low}–{rule.high}"
    return f"| `{rule.name}` | `{rule.function}` | {extent} | {rule.higher_is or '–'} | {_cell(rule.source or '')} |"


def _licence(questionnaire: Questionnaire) -> Licence:
    if questionnaire.licence is None:
        raise ValueError(f"{questionnaire.code} has no licence record. Add one to its file.")
    return questionnaire.licence


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    sys.stdout.write(catalogue())

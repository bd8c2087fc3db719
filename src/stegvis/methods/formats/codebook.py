"""Codebook: every variable of every data set: what it means, its type, codes, range and how missing values are written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from html import escape

from stegvis.methods.analysis.manifest import Manifest
from stegvis.methods.formats.datasets import TYPES, Dataset, Variable
from stegvis.methods.formats.labels import LANGUAGES, page_word

COLUMNS = ("table", "variable", "meaning_en", "meaning_sv", "type", "codes_en", "codes_sv", "range", "missing_codes")
HEADS = ("Variable", "Meaning", "Type", "Codes", "Range", "Missing values")
STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1d2b26 }
table { border-collapse: collapse; width: 100%; margin-bottom: 2rem } caption { text-align: left; font-weight: 600 }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #c9d3ce }
code { font-size: .9em } .made-up { border: 2px solid #8a4b00; padding: .5rem 1rem }
"""


def codebook_csv(datasets: Sequence[Dataset]) -> str:
    """The codebook as CSV, a row for each variable, its words in both languages."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for dataset in datasets:
        for one in dataset.variables:
            words = (_label(one, "en"), _label(one, "sv"), TYPES[one.type], _codes(one, "en"), _codes(one, "sv"))
            writer.writerow((dataset.name, one.name, *words, one.range, one.missing))
    return out.getvalue()


def codebook_page(manifest: Manifest, datasets: Sequence[Dataset], first: str) -> str:
    """The codebook as one page that needs nothing else, in both languages, `first` first."""
    about = manifest.about
    title = f"{about.study}: codebook"
    parts = "\n".join(_in(lang, manifest, datasets) for lang in (first, *(one for one in LANGUAGES if one != first)))
    return (
        f'<!doctype html>\n<html lang="{first}">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        f'<meta name="viewport" content="width=device-width">\n<style>{STYLE}</style>\n</head>\n<body>\n'
        f"{parts}\n</body>\n</html>\n"
    )


def _in(lang: str, manifest: Manifest, datasets: Sequence[Dataset]) -> str:
    about = manifest.about
    title = about.titles.get(lang) or next(iter(about.titles.values()))
    made_up = f'<p class="made-up">{escape(page_word("The data are made up.", lang))}</p>\n' if about.made_up else ""
    tables = "\n".join(_table(dataset, lang) for dataset in datasets)
    return (
        f'<section lang="{lang}">\n<h1>{escape(page_word("Codebook", lang))}</h1>\n<p>{escape(title)}</p>\n{made_up}'
        f"{tables}\n</section>"
    )


def _table(dataset: Dataset, lang: str) -> str:
    heads = "".join(f'<th scope="col">{escape(page_word(head, lang))}</th>' for head in HEADS)
    rows = "\n".join(_row(one, lang) for one in dataset.variables)
    caption = f"<code>{escape(dataset.name)}</code> {escape(dataset.label(lang))}"
    return (
        f"<table>\n<caption>{caption}</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
    )


def _row(one: Variable, lang: str) -> str:
    kind = page_word(TYPES[one.type], lang)
    missing = "<br>".join(escape(page_word(part, lang)) for part in one.missing.split("|") if part)
    codes = "<br>".join(escape(part) for part in _code_lines(one, lang))
    cells = (escape(_label(one, lang)), escape(kind), codes, escape(one.range), missing)
    return f"<tr><td><code>{escape(one.name)}</code></td>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _label(one: Variable, lang: str) -> str:
    return one.labels.get(lang) or one.labels["en"]


def _codes(one: Variable, lang: str) -> str:
    return "|".join(_code_lines(one, lang))


def _code_lines(one: Variable, lang: str) -> Iterator[str]:
    for code in one.codes:
        yield f"{code.value}={code.labels.get(lang) or code.labels['en']}"

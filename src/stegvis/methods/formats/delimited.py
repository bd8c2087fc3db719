"""Delimited: data sets as CSV, with a codebook beside them as CSV and as a page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from stegvis.methods.analysis import cells
from stegvis.methods.formats.bundle import Bundle
from stegvis.methods.formats.codebook import codebook_csv, codebook_page
from stegvis.methods.formats.datasets import Dataset, plain
from stegvis.methods.formats.source import Source


def write_csv(source: Source, datasets: Sequence[Dataset], bundle: Bundle, lang: str) -> None:
    """One file for each data set, cells as in the extract, and codebook.csv and codebook.html."""
    for dataset in datasets:
        _write(dataset, bundle)
    write_codebook(source, datasets, bundle, lang)


def write_codebook(source: Source, datasets: Sequence[Dataset], bundle: Bundle, lang: str) -> None:
    """codebook.csv with the words of both languages, and codebook.html, which begins in `lang`."""
    for name, text in (
        ("codebook.csv", codebook_csv(datasets)),
        ("codebook.html", codebook_page(source.manifest, datasets, lang)),
    ):
        with bundle.file(name) as file:
            file.write(text.encode())
        bundle.done(name)


def _write(dataset: Dataset, bundle: Bundle) -> None:
    name, counts = f"{dataset.name}.csv", list[int]()
    if bundle.has(name):
        return
    with bundle.file(name) as binary, io.TextIOWrapper(binary, encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([variable.name for variable in dataset.variables])
        writer.writerows(_cells(row) for row in bundle.counted(name, dataset.rows(), counts))
    bundle.done(name, counts[0])


def _cells(row: Iterable[object]) -> list[str]:
    return [cells.text_of(plain(value)) for value in row]

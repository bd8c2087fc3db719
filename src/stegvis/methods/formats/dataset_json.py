"""Dataset-JSON: the analysis data sets of `adam` in CDISC's Dataset-JSON 1.1, one file each.

Source: CDISC Dataset-JSON v1.1 (cdisc.org/standards/data-exchange/dataset-json). Days are `date` as text, as the standard
has it; a missing value is null. The file's own time is that of the extract, so that the same extract gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from stegvis.methods.formats.adam import AnalysisDataset, AnalysisVariable, analysis_datasets
from stegvis.methods.formats.bundle import Bundle
from stegvis.methods.formats.define import write_define
from stegvis.methods.formats.source import Row, Source

VERSION = "1.1.0"
TYPES = {str: "string", int: "integer", float: "double", dt.date: "date"}


def write_dataset_json(source: Source, bundle: Bundle) -> None:
    """ADSL, ADQS and, where the extract holds them, ADGOAL and ADAE, with define.xml; a note says when ADAE is not there."""
    datasets = analysis_datasets(source)
    for dataset in datasets:
        _write(source, dataset, bundle)
    write_define(source, datasets, bundle)
    if not source.has("adverse_events"):
        bundle.notes.append("No ADAE was written: the extract holds no adverse events.")


def _write(source: Source, dataset: AnalysisDataset, bundle: Bundle) -> None:
    name, counts = f"{dataset.name}.json", list[int]()
    if bundle.has(name):
        return
    records = sum(1 for _ in dataset.rows())
    head = json.dumps(_metadata(source, dataset, records), ensure_ascii=False)
    with bundle.file(name) as file:
        file.write(f'{head[:-1]}, "rows": ['.encode())
        for number, row in enumerate(bundle.counted(name, dataset.rows(), counts)):
            file.write(f"{',' if number else ''}\n{json.dumps(_cells(row), ensure_ascii=False)}".encode())
        file.write(b"\n]}\n")
    bundle.done(name, counts[0])


def _metadata(source: Source, dataset: AnalysisDataset, records: int) -> dict[str, Any]:
    about = source.manifest.about
    moment = about.written_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "datasetJSONCreationDateTime": moment,
        "datasetJSONVersion": VERSION,
        "fileOID": f"{about.study}.{about.kind}.{source.manifest.sha256[:12]}.{dataset.name}",
        "dbLastModifiedDateTime": moment,
        "originator": about.study,
        "sourceSystem": {"name": "Stegvis", "version": about.code_commit},
        "studyOID": f"ST.{about.study}",
        "metaDataVersionOID": f"MDV.{about.protocol.version}",
        "itemGroupOID": f"IG.{dataset.name}",
        "records": records,
        "name": dataset.name,
        "label": dataset.label,
        "columns": list(_columns(dataset)),
    }


def _columns(dataset: AnalysisDataset) -> Iterator[dict[str, Any]]:
    for one in dataset.variables:
        column: dict[str, Any] = {
            "itemOID": f"IT.{dataset.name}.{one.name}", "name": one.name, "label": one.label, "dataType": TYPES[one.type],
        }  # fmt: skip
        if one.name in dataset.keys:
            column["keySequence"] = dataset.keys.index(one.name) + 1
        yield column | _length(one)


def _length(one: AnalysisVariable) -> dict[str, int]:
    return {"length": one.length} if one.type is str else {}


def _cells(row: Row) -> list[Any]:
    return [cell.isoformat() if isinstance(cell, dt.date) else cell for cell in row]

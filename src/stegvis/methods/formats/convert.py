"""Convert: an extract into one of the formats of others: which is written by what, and what each needs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from stegvis.methods.analysis.refusals import Mistake
from stegvis.methods.formats.bundle import Bundle, ConversionRefused, Progress, refused
from stegvis.methods.formats.datasets import Dataset, table_datasets
from stegvis.methods.formats.source import Source, open_source
from stegvis.methods.formats.study import Study, read_study

NEED_THE_TRIAL = ("odm", "redcap", "fhir")
"""Formats that describe forms, which an extract does not carry."""
NEED_ANSWERS = ("redcap",)
PACKAGES = "Install the packages of the extra `formats`: pip install 'stegvis[formats,stats]'."


@dataclass(frozen=True)
class Asked:
    """What a conversion has to go on."""

    source: Source
    study: Study | None
    bundle: Bundle
    lang: str
    format: str


def convert(
    extract: Path,
    format: str,  # noqa: A002 - the field's word
    out: Path,
    *,
    reason: str,
    study: Path | None = None,
    lang: str = "en",
    progress: Progress = lambda _: None,
) -> Bundle:
    """Write the extract in `extract` to the new folder `out` and return what was written.

    `study` is the trial's folder; `lang` the language of labels where a format holds one only. Raises ExtractRefused and
    ConversionRefused with everything that is wrong; then nothing is written. One that was interrupted goes on where it
    was when it is asked for again.
    """
    wrong = list(_wrong_request(format, reason, study))
    if wrong:
        raise ConversionRefused(wrong)
    with Bundle(out, progress) as bundle:
        progress("checking the extract")
        source = open_source(extract)
        if format in NEED_ANSWERS and not source.has("answers"):
            why = f"{format} holds answers, and this extract has none."
            raise refused(str(extract), why, "Write it anew with `stegvis extract --answers`.")
        trial = read_study(study, source) if study else None
        of_trial = trial.read.sha256 if trial else ""
        bundle.go_on(source.manifest.sha256, format, lang, of_trial, _writers_sha256())
        try:
            WRITERS[format](Asked(source, trial, bundle, lang, format))
        except ModuleNotFoundError as missing:
            raise refused(format, f"the package {missing.name} is not installed.", PACKAGES) from None
        bundle.close(source.manifest, format, reason, {"lang": lang, "study": trial.read.sha256 if trial else None})
    return bundle


def _writers_sha256() -> str:
    """The hash of the code that writes: what another version had finished is not mixed with what this one writes."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _wrong_request(format: str, reason: str, study: Path | None) -> list[Mistake]:  # noqa: A002
    wrong = []
    if format not in WRITERS:
        wrong.append(Mistake("--to", 0, "", f"there is no format {format!r}.", f"Use one of {', '.join(WRITERS)}."))
    if not reason.strip():
        wrong.append(Mistake("--reason", 0, "", "no reason was given.", "Say why the data are handed on."))
    if format in NEED_THE_TRIAL and study is None:
        why = f"{format} describes the questionnaires, which the extract does not carry."
        wrong.append(Mistake("--study", 0, "", why, "Name the trial's folder, such as studies/cwp."))
    return wrong


def _datasets(asked: Asked) -> list[Dataset]:
    """The tables, and the answers of each questionnaire where there are any and the trial's folder says what they mean."""
    found = table_datasets(asked.source)
    if not asked.source.has("answers"):
        return found
    if asked.study is None:
        asked.bundle.notes.append(
            "Answers are in the long table only: name the trial's folder by --study for the others."
        )
        return found
    from stegvis.methods.formats.wide import wide_datasets

    return found + wide_datasets(asked.source, asked.study)


def _csv(asked: Asked) -> None:
    from stegvis.methods.formats.delimited import write_csv

    write_csv(asked.source, _datasets(asked), asked.bundle, asked.lang)


def _parquet(asked: Asked) -> None:
    from stegvis.methods.formats.delimited import write_codebook
    from stegvis.methods.formats.parquet import write_parquet

    datasets = _datasets(asked)
    write_parquet(datasets, asked.bundle)
    write_codebook(asked.source, datasets, asked.bundle, asked.lang)


def _statistics(asked: Asked) -> None:
    from stegvis.methods.formats.statistics_files import write_statistics_files

    write_statistics_files(_datasets(asked), asked.bundle, asked.format, asked.lang)


def _dataset_json(asked: Asked) -> None:
    from stegvis.methods.formats.dataset_json import write_dataset_json

    write_dataset_json(asked.source, asked.bundle)


def _odm(asked: Asked) -> None:
    from stegvis.methods.formats.odm import plan_of, write_odm
    from stegvis.methods.formats.odm_changes import write_changes

    assert asked.study is not None  # or the request was refused
    write_odm(asked.source, asked.study, asked.bundle)
    if asked.source.n_rows("answer_changes"):
        write_changes(asked.source, plan_of(asked.source, asked.study), asked.bundle)


def _redcap(asked: Asked) -> None:
    from stegvis.methods.formats.redcap import write_redcap

    assert asked.study is not None  # or the request was refused
    write_redcap(asked.source, asked.study, asked.bundle, asked.lang)


def _fhir(asked: Asked) -> None:
    from stegvis.methods.formats.fhir import write_fhir

    assert asked.study is not None  # or the request was refused
    write_fhir(asked.source, asked.study, asked.bundle)


WRITERS: Mapping[str, Callable[[Asked], None]] = {
    "csv": _csv, "parquet": _parquet, "sav": _statistics, "dta": _statistics, "dataset-json": _dataset_json,
    "odm": _odm, "redcap": _redcap, "fhir": _fhir,
}  # fmt: skip

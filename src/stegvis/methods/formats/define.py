"""Define: what the analysis data sets hold, as Define-XML 2.1 beside them: variables, types, lengths, keys, codes, methods.

Source: CDISC Define-XML 2.1 (cdisc.org/standards/data-exchange/define-xml), an extension of ODM 1.3.2; classes and codes of
CDISC Controlled Terminology for ADaM. The context is `Other`: the data sets are not a submission.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from stegvis.methods.formats.adam import AnalysisDataset, AnalysisVariable
from stegvis.methods.formats.bundle import Bundle
from stegvis.methods.formats.markup import Markup
from stegvis.methods.formats.parameters import parameters_of
from stegvis.methods.formats.source import Source

FILE = "define.xml"
SPACES = {
    "xmlns": "http://www.cdisc.org/ns/odm/v1.3", "xmlns:def": "http://www.cdisc.org/ns/def/v2.1",
    "xmlns:xlink": "http://www.w3.org/1999/xlink",
}  # fmt: skip
TYPES = {str: "text", int: "integer", float: "float", dt.date: "date"}
LENGTHS = {int: 8, float: 16}
SIGNIFICANT = 6
"""Decimals that a float may have, which Define-XML asks for; scores have fewer."""
SUBJECTS, OTHERS = "SUBJECT LEVEL ANALYSIS DATASET", "BASIC DATA STRUCTURE"
STRUCTURES: Mapping[str, str] = {
    "ADSL": "One record per subject", "ADQS": "One record per subject, parameter and analysis visit",
    "ADGOAL": "One record per subject, goal and rating",
}  # fmt: skip
YES = {"Y": "Yes"}
CODES: Mapping[str, Mapping[str, str]] = {
    "AGEU": {"YEARS": "Years"}, "SEX": {"F": "Female", "M": "Male", "U": "Unknown"},
    "ITTFL": {"Y": "Yes", "N": "No"}, "DTHFL": YES, "ABLFL": YES, "ANL01FL": YES,
    "EOSSTT": {"ONGOING": "Ongoing", "DISCONTINUED": "Discontinued"},
    "AVALC": {"NOT": "Not attained", "PARTLY": "Partly attained", "FULLY": "Fully attained"},
}  # fmt: skip
"""The codes of a variable, by its name, whichever data set it stands in."""
METHODS: Mapping[str, str] = {
    "ITTFL": "Y for everybody who was randomised, whatever followed.",
    "EOSSTT": "DISCONTINUED after death, loss to follow-up or withdrawal from everything; otherwise ONGOING.",
    "ADY": "ADT - RANDDT, plus 1 on and after the day of randomisation: there is no day 0.",
    "BASE": "AVAL of the record with ABLFL = Y of the same subject and parameter.",
    "CHG": "AVAL - BASE, after the day of randomisation.",
    "ABLFL": "Y for the last record with a value on or before the day of randomisation, by subject and parameter.",
    "AVISITN": "Occasions numbered from 0 by the mean number of days from consent to their planned day.",
    "ADQS.ANL01FL": "Y for a score with a value whose answers were given in the occasion's window.",
    "ADGOAL.ANL01FL": "Y for the last rating of each rater that nobody corrected.",
    "ADGOAL.AVAL": "0 not, 1 partly, 2 fully attained.",
}
"""How a variable is made, by its name or by data set and name."""
Codes = Mapping[str, Mapping[str, str]]


def write_define(source: Source, datasets: Sequence[AnalysisDataset], bundle: Bundle) -> None:
    """Write `define.xml` about these data sets."""
    about = source.manifest.about
    moment = about.written_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
    codes = dict(CODES) | {"PARAMCD": {one.code: one.label for one in parameters_of(source).values()}}
    codes["ADGOAL.PARAMCD"] = {"GOALATT": "Goal attainment"}
    title = about.titles.get("en") or next(iter(about.titles.values()))
    with bundle.file(FILE) as file:
        out = Markup(file)
        head = SPACES | {"ODMVersion": "1.3.2", "FileType": "Snapshot", "def:Context": "Other"}
        head |= {"FileOID": f"{about.study}.{source.manifest.sha256[:12]}.define", "CreationDateTime": moment}
        with (
            out.element("ODM", **head, Originator=about.study, SourceSystem="Stegvis"),
            out.element("Study", OID=f"ST.{about.study}"),
        ):
            with out.element("GlobalVariables"):
                for name, words in (("StudyName", about.study), ("StudyDescription", title)):
                    out.text(name, words)
                out.text("ProtocolName", about.study)
            _metadata(out, f"MDV.{about.protocol.version}", datasets, codes)
    bundle.done(FILE)


def _metadata(out: Markup, oid: str, datasets: Sequence[AnalysisDataset], codes: Codes) -> None:
    described = {"Name": "Analysis data sets", "def:DefineVersion": "2.1.0"}
    with out.element("MetaDataVersion", OID=oid, **described):
        with out.element("def:Standards"):
            out.empty("def:Standard", OID="STD.ADAMIG", Name="ADaMIG", Type="IG", Version="1.3", Status="Final")
        for dataset in datasets:
            _dataset(out, dataset)
        for dataset in datasets:
            for one in dataset.variables:
                _variable(out, dataset.name, one, codes)
        for oid_of, name, listed in _lists(datasets, codes):
            _code_list(out, oid_of, name, listed)
        for key, words in METHODS.items():
            if any(_method(each.name, one.name) == key for each in datasets for one in each.variables):
                with out.element("MethodDef", OID=f"MT.{key}", Name=key, Type="Computation"):
                    _words(out, words)


def _dataset(out: Markup, dataset: AnalysisDataset) -> None:
    name, leaf = dataset.name, f"LF.{dataset.name}"
    about = {
        "def:Structure": STRUCTURES.get(name, "One record per subject and event"), "def:StandardOID": "STD.ADAMIG",
        "def:ArchiveLocationID": leaf, "SASDatasetName": name, "Purpose": "Analysis", "IsReferenceData": "No",
    }  # fmt: skip
    with out.element("ItemGroupDef", OID=f"IG.{name}", Name=name, Repeating="No" if name == "ADSL" else "Yes", **about):
        _words(out, dataset.label)
        for number, one in enumerate(dataset.variables, start=1):
            place = dataset.keys.index(one.name) + 1 if one.name in dataset.keys else None
            method = _method(name, one.name)
            out.empty(
                "ItemRef", ItemOID=f"IT.{name}.{one.name}", OrderNumber=number, Mandatory="Yes" if place else "No",
                KeySequence=place, MethodOID=f"MT.{method}" if method else None,
            )  # fmt: skip
        out.empty("def:Class", Name=_class(name))
        with out.element("def:leaf", ID=leaf, **{"xlink:href": f"{name}.json"}):
            out.text("def:title", f"{name}.json")


def _class(name: str) -> str:
    return {"ADSL": SUBJECTS, "ADAE": "OCCURRENCE DATA STRUCTURE"}.get(name, OTHERS)


def _variable(out: Markup, dataset: str, one: AnalysisVariable, codes: Codes) -> None:
    length = one.length if one.type is str else LENGTHS.get(one.type)
    with out.element(
        "ItemDef", OID=f"IT.{dataset}.{one.name}", Name=one.name, DataType=TYPES[one.type], Length=length,
        SASFieldName=one.name, SignificantDigits=SIGNIFICANT if one.type is float else None,
    ):  # fmt: skip
        _words(out, one.label)
        if key := _key(dataset, one.name, codes):
            out.empty("CodeListRef", CodeListOID=f"CL.{key}")
        is_made = _method(dataset, one.name) is not None
        out.empty("def:Origin", Type="Derived" if is_made else "Collected", Source="Sponsor")


def _key(dataset: str, name: str, codes: Codes) -> str | None:
    return next((key for key in (f"{dataset}.{name}", name) if key in codes), None)


def _method(dataset: str, name: str) -> str | None:
    return _key(dataset, name, {key: {} for key in METHODS})


def _lists(datasets: Sequence[AnalysisDataset], codes: Codes) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """The lists that some variable refers to, each once, in their order."""
    used = {_key(each.name, one.name, codes) for each in datasets for one in each.variables}
    for key, listed in codes.items():
        if key in used:
            yield f"CL.{key}", key, listed


def _code_list(out: Markup, oid: str, name: str, listed: Mapping[str, str]) -> None:
    with out.element("CodeList", OID=oid, Name=name, DataType="text"):
        for code, meaning in listed.items():
            with out.element("CodeListItem", CodedValue=code), out.element("Decode"):
                out.text("TranslatedText", meaning, xml_lang="en")


def _words(out: Markup, words: str) -> None:
    with out.element("Description"):
        out.text("TranslatedText", words, xml_lang="en")

"""ODM metadata: the protocol's schedule and the questionnaires as Study and MetaDataVersion of CDISC ODM 1.3.2.

Source: CDISC ODM 1.3.2, sections 3.1.1 (Study) and 3.1.4 (AdminData). Conditions (`enableWhen`) become ConditionDefs: ODM
says when an item is not collected, so each holds the negation, as a formal expression in the context `FHIR enableWhen`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from stegvis.methods.formats.labels import Words
from stegvis.methods.formats.markup import Markup
from stegvis.methods.formats.odm_model import OdmForm, OdmGroup, OdmItem
from stegvis.methods.instruments.items import Condition, Item

ENROLMENT = "SE.enrolment"


@dataclass(frozen=True)
class OdmEvent:
    """A study event: an occasion with the forms asked at it."""

    oid: str
    name: str
    label: Words
    forms: tuple[str, ...]
    is_planned: bool = True


def write_study(
    out: Markup, oid: str, version: str, about: Mapping[str, str], events: Sequence[OdmEvent], forms: Sequence[OdmForm]
) -> None:
    """The Study element; `about` has its code, title and the label of the protocol's version."""
    with out.element("Study", OID=oid):
        with out.element("GlobalVariables"):
            out.text("StudyName", about["code"])
            out.text("StudyDescription", about["title"])
            out.text("ProtocolName", about["code"])
        with out.element("MetaDataVersion", OID=version, Name=about["version"]):
            _schedule(out, events)
            _forms(out, forms)


def _schedule(out: Markup, events: Sequence[OdmEvent]) -> None:
    with out.element("Protocol"):
        for number, event in enumerate(events, start=1):
            out.empty("StudyEventRef", StudyEventOID=event.oid, OrderNumber=number, Mandatory="No")
    for event in events:
        kind = "Scheduled" if event.is_planned else "Unscheduled"
        with out.element("StudyEventDef", OID=event.oid, Name=event.name, Repeating="No", Type=kind):
            words(out, "Description", event.label)
            for number, form in enumerate(event.forms, start=1):
                out.empty("FormRef", FormOID=form, OrderNumber=number, Mandatory="No")


def _forms(out: Markup, forms: Sequence[OdmForm]) -> None:
    for form in forms:
        with out.element("FormDef", OID=form.oid, Name=form.name, Repeating="No"):
            words(out, "Description", form.label)
            for number, group in enumerate(form.groups, start=1):
                out.empty("ItemGroupRef", ItemGroupOID=group.oid, OrderNumber=number, Mandatory="No")
    groups = {group.oid: group for form in forms for group in form.groups}
    items = {item.oid: item for group in groups.values() for item in group.items}
    for group in groups.values():
        _group(out, group)
    for item in items.values():
        _item(out, item)
    for item in items.values():
        _code_list(out, item)
    for item in items.values():
        _condition(out, item)


def _group(out: Markup, group: OdmGroup) -> None:
    with out.element("ItemGroupDef", OID=group.oid, Name=group.name, Repeating="Yes" if group.repeats else "No"):
        for number, one in enumerate(group.items, start=1):
            required = "Yes" if one.item is not None and one.item.required and one.option is None else "No"
            out.empty(
                "ItemRef", ItemOID=one.oid, OrderNumber=number, Mandatory=required,
                CollectionExceptionConditionOID=condition_oid(one) if _conditions(one) else None,
            )  # fmt: skip


def _item(out: Markup, one: OdmItem) -> None:
    length = None
    if one.data_type == "text":
        length = max((len(code.key) for code in one.codes), default=(one.item and one.item.max_length) or None)
    digits = 4 if one.data_type == "float" else None
    with out.element(
        "ItemDef", OID=one.oid, Name=one.name, DataType=one.data_type, Length=length or (18 if digits else None),
        SignificantDigits=digits,
    ):  # fmt: skip
        words(out, "Question", one.question)
        if one.data_type in ("integer", "float") and one.item is not None and not one.codes:
            _limits(out, one.item)
        if one.codes:
            out.empty("CodeListRef", CodeListOID=one.code_list)


def _limits(out: Markup, item: Item) -> None:
    for comparator, limit in (("GE", item.minimum), ("LE", item.maximum)):
        if limit is not None:
            with out.element("RangeCheck", Comparator=comparator, SoftHard="Hard"):
                out.text("CheckValue", str(limit))


def _code_list(out: Markup, one: OdmItem) -> None:
    if not one.codes:
        return
    with out.element("CodeList", OID=one.code_list, Name=one.name, DataType="text"):
        for number, option in enumerate(one.codes, start=1):
            rank = option.ordinal
            with (
                out.element("CodeListItem", CodedValue=option.key, Rank=rank, OrderNumber=number),
                out.element("Decode"),
            ):
                for lang in one.question:
                    out.text("TranslatedText", option.text_in(lang) or option.key, xml_lang=lang)


def condition_oid(one: OdmItem) -> str:
    """The OID of the condition under which the item is not collected."""
    return one.oid.replace("IT.", "CD.", 1)


def _conditions(one: OdmItem) -> tuple[Condition, ...]:
    return one.item.conditions if one.item is not None else ()


def _condition(out: Markup, one: OdmItem) -> None:
    conditions = _conditions(one)
    if one.item is None or not conditions:
        return
    joined = (" or " if one.item.any_condition else " and ").join(
        f"{each.question} {each.operator} {each.expected}" for each in conditions
    )
    with out.element("ConditionDef", OID=condition_oid(one), Name=f"{one.name} is not asked"):
        words(out, "Description", {"en": f"Not asked unless {joined}.", "sv": f"Frågas bara om {joined}."})
        out.text("FormalExpression", f"not ({joined})", Context="FHIR enableWhen")


def words(out: Markup, name: str, texts: Words) -> None:
    """An element with its words in each language."""
    with out.element(name):
        for lang, text in texts.items():
            out.text("TranslatedText", text, xml_lang=lang)


def write_admin_data(out: Markup, study: str, version: str, since: str, sites: Iterable[str]) -> None:
    """The AdminData element: who enters, by role and never by name, and the sites by code."""
    with out.element("AdminData", StudyOID=study):
        for user, words_ in (("participant", "Participants"), ("staff", "Staff")):
            with out.element("User", OID=f"USR.{user}", UserType="Other"):
                out.text("DisplayName", words_)
        for site in sites:
            with out.element("Location", OID=f"LOC.{site}", Name=site, LocationType="Site"):
                out.empty("MetaDataVersionRef", StudyOID=study, MetaDataVersionOID=version, EffectiveDate=since)

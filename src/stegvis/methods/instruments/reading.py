"""Reading a FHIR R4 Questionnaire: the file in, a checked `Questionnaire` out, or every mistake at once.

Three answers are possible for anything unusual. What FHIR does not allow is a mistake, and the file is refused with all
of them by element path. What is allowed but cannot mean what was meant (a condition on a question that is not there) is
taken with a warning, `Questionnaire.warnings`; no trial can use it. What is sound but not carried out here is listed in
`Questionnaire.unsupported` by linkId; `check_can_be_answered` refuses when answers would be taken wrongly without it.

The work is shared: `structure` and `constraints` (what FHIR allows), `item_texts`, `options`, `item_parts`, `item_rules`,
`conditions`, `formulas`, and `declarations` (scores, licence).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from stegvis.methods.instruments import declarations, values
from stegvis.methods.instruments import extensions as ext
from stegvis.methods.instruments.choice_columns import columns_of, with_cells
from stegvis.methods.instruments.circles import note_circles
from stegvis.methods.instruments.conditions import with_conditions
from stegvis.methods.instruments.errors import Findings, InvalidQuestionnaire, Mistake, Place
from stegvis.methods.instruments.fhir_json import NotJson, check_depth, read_json
from stegvis.methods.instruments.formula_checks import check_formulas, formulas_within, launched
from stegvis.methods.instruments.formulas import (
    Dependencies,
    constraints_of,
    formula_of,
    formulas_of,
    without_circular,
)
from stegvis.methods.instruments.item_parts import (
    controls_of,
    leading_control,
    limits_of,
    look_of,
    step_of,
    unit_of,
    units_of,
    with_sound_extensions,
)
from stegvis.methods.instruments.item_rules import (
    note_what_cannot_be_asked,
    note_what_cannot_be_listed,
    note_what_is_not_folded,
    with_usable_control,
)
from stegvis.methods.instruments.item_texts import text_of
from stegvis.methods.instruments.items import Item, Text
from stegvis.methods.instruments.options import options_of
from stegvis.methods.instruments.parted import parted
from stegvis.methods.instruments.questionnaire import Questionnaire
from stegvis.methods.instruments.resource_kinds import another_kind
from stegvis.methods.instruments.scoring import check_scores
from stegvis.methods.instruments.structure import check_structure, without_empty
from stegvis.methods.instruments.toggles import toggles_of
from stegvis.methods.instruments.value_sets import ValueSets
from stegvis.methods.instruments.variables import check_variables
from stegvis.methods.instruments.worded import with_worked_out_words
from stegvis.methods.instruments.wording import shown

KIND = "Questionnaire"
_IDENTIFIER = re.compile(r"[A-Z][A-Za-z0-9_]{0,254}")


def load(source: Mapping[str, Any] | Path | str | bytes, *, beside: Iterable[Mapping[str, Any]] = ()) -> Questionnaire:
    """Read a questionnaire from a `Path`, from JSON text, or from JSON already read (best with `read_json`).

    `beside` are ValueSet and CodeSystem resources that the questionnaire may name; of a `Path` those in the same folder
    count too whose names begin with ValueSet or CodeSystem. Raises `InvalidQuestionnaire` with every mistake: path and
    linkId, what is wrong, what would be right. The same text is read once for each process, and what was read of it shared.
    """
    if isinstance(source, str) and not beside:
        return _load_text(source)
    return _load(source, beside)


@lru_cache(maxsize=128)
def _load_text(source: str) -> Questionnaire:
    return _load(source, ())


def _load(source: Mapping[str, Any] | Path | str | bytes, beside: Iterable[Mapping[str, Any]]) -> Questionnaire:
    raw = _resource(source)
    findings = Findings()
    check_structure(raw, KIND, KIND, findings)
    if not findings.mistakes:
        around = [*_shipped_beside(source), *beside] if isinstance(source, Path) else beside
        questionnaire = _Reader(raw, findings, around).questionnaire()
    if not findings.mistakes:
        findings.mistakes += check_scores(questionnaire)
        questionnaire = replace(questionnaire, unsupported=(*questionnaire.unsupported, *parted(questionnaire)))
    if findings.mistakes:
        raise InvalidQuestionnaire(list(dict.fromkeys(findings.mistakes)))
    return questionnaire


def _resource(source: Mapping[str, Any] | Path | str | bytes) -> Any:
    try:
        if isinstance(source, Path):
            source = source.read_bytes()
        raw: Any = read_json(source) if isinstance(source, str | bytes) else source
        check_depth(raw)
    except NotJson as error:
        path = f"{KIND}.{error.path}" if error.path else KIND
        raise InvalidQuestionnaire([Mistake(path, f"not FHIR JSON: {error}", error.right)]) from error
    other = another_kind(raw, KIND)
    if other is not None:
        raise InvalidQuestionnaire([Mistake(*other)])
    return raw


def _shipped_beside(path: Path) -> Iterator[Mapping[str, Any]]:
    """The value sets and code systems in the folder of the file; what cannot be read there is not ours to refuse."""
    for pattern in ("ValueSet*.json", "CodeSystem*.json"):
        for file in sorted(path.parent.glob(pattern)):
            try:
                resource = _sound((file, file.stat().st_mtime_ns))
            except (OSError, NotJson):
                continue
            if resource is not None:
                yield resource


@lru_cache(maxsize=1000)
def _sound(version: tuple[Path, int]) -> Mapping[str, Any] | None:
    """The resource in a file of a certain time, if its structure is sound; kept for the other files of its folder."""
    file, _ = version
    resource = read_json(file.read_bytes())
    if not isinstance(resource, Mapping):
        return None
    findings = Findings()
    check_structure(resource, str(resource.get("resourceType")), file.name, findings)
    return None if findings.mistakes else resource


class _Reader:
    """Reads one file of sound structure; what it finds unusual goes into `findings`."""

    def __init__(self, raw: Mapping[str, Any], findings: Findings, beside: Iterable[Mapping[str, Any]]) -> None:
        self.definition = raw
        self.raw = raw = without_empty(raw)
        self.findings = findings
        self.language: str | None = raw.get("language")
        self.sets = ValueSets(raw.get("contained", ()), map(without_empty, beside))
        self.raw_items: dict[str, Mapping[str, Any]] = {}
        self.elsewhere = frozenset(launched(raw))

    def questionnaire(self) -> Questionnaire:
        place = Place(KIND, None, self.findings)
        self._note_what_is_left_out(place)
        variables = formulas_of(self.raw, ext.VARIABLE, place, blocks=False)
        items = self._items(self.raw.get("item", ()), f"{KIND}.item")
        items = with_conditions(items, self.raw_items, self.findings)
        note_what_is_not_folded(items, self.findings)
        items, order = self._in_order(items, variables)
        note_circles(items, variables, self.findings)
        items = with_worked_out_words(items, variables, self.raw_items, self.findings)
        constraints = constraints_of(self.raw, place)
        root_formulas = (*variables, *formulas_within(constraints))
        check_variables(variables, items, self.elsewhere, self.findings)
        check_formulas(self.raw, self.raw_items, items, root_formulas, self.findings)
        url = self.raw.get("url")
        name = self.raw.get("title") or self.raw.get("name")
        code = str(url).rstrip("/").rpartition("/")[2] if url else str(self.raw.get("id") or name or "questionnaire")
        return Questionnaire(
            url=url,
            version=self.raw.get("version"),
            code=code,
            title=text_of(self.raw, "title", self.language) or Text(name or code, self.language),
            status=self.raw["status"],
            language=self.language,
            items=items,
            scores=declarations.scores(self.raw, self.findings),
            licence=declarations.licence(self.raw, place),
            neutral_labels=declarations.neutral_labels(self.raw),
            variables=variables,
            constraints=constraints,
            calculation_order=order,
            unsupported=tuple(dict.fromkeys(self.findings.unsupported)),
            warnings=tuple(dict.fromkeys(self.findings.warnings)),
            definition=self.definition,
        )

    def _note_what_is_left_out(self, place: Place) -> None:
        for path, url, blocks, link_id in ext.not_carried_out(self.raw, KIND):
            effect = "answers would be taken wrongly without it" if blocks else "it is kept but has no effect"
            what = f"the extension {url} is not carried out here; {effect}"
            self.findings.leave_out(path, url, what, blocks=blocks, link_id=link_id)
        name = self.raw.get("name", "Q")
        if not _IDENTIFIER.fullmatch(name):
            what = f"the name {shown(name)} is no identifier for programs (que-0, which R4 only advises)"
            place.leave_out("name", what, blocks=False)
        if "implicitRules" in self.raw:
            what = "rules of its own that change what it means (implicitRules) are not known here"
            place.leave_out("implicitRules", what, blocks=True)
        for number, resource in enumerate(self.raw.get("contained", ())):
            kind = resource["resourceType"]
            if kind not in ("ValueSet", "CodeSystem"):
                place.leave_out(f"contained[{number}]", f"a contained {kind} is kept but not used here", blocks=False)

    def _in_order(self, items: tuple[Item, ...], variables: Any) -> tuple[tuple[Item, ...], tuple[str, ...]]:
        order, circular = Dependencies(items, variables).order()
        for link_id in circular:
            item = next(inner for top in items for inner in top.walk() if inner.link_id == link_id)
            what = "its value is calculated from itself, directly or through others: it is not calculated"
            self.findings.leave_out(item.path, "calculatedExpression", what, blocks=True, link_id=link_id)
        return (without_circular(items, circular) if circular else items), order

    def _items(self, raw: Iterable[Mapping[str, Any]], path: str) -> tuple[Item, ...]:
        return tuple(self._item(one, f"{path}[{number}]") for number, one in enumerate(raw))

    def _item(self, raw: Mapping[str, Any], path: str) -> Item:
        link_id, kind = raw["linkId"], raw["type"]
        place = Place(path, link_id, self.findings)
        raw = with_sound_extensions(raw, place)
        self.raw_items[link_id] = raw
        columns = columns_of(raw, self.language, place)
        item = Item(
            link_id=link_id,
            type=kind,
            path=path,
            text=text_of(raw, "text", self.language),
            prefix=raw.get("prefix"),
            definition=raw.get("definition"),
            codes=tuple(raw.get("code", ())),
            required=raw.get("required", False),
            repeats=raw.get("repeats", False),
            read_only=raw.get("readOnly", False),
            hidden=ext.first_value(raw, ext.HIDDEN) is True,
            options=with_cells(
                options_of(raw, self.language, self.sets, place),
                columns,
                self.raw.get("contained", ()),
                place,
            ),
            any_condition=raw.get("enableBehavior") != "all",
            is_risk=ext.first_value(raw, ext.RISK_ITEM) is True,
            items=self._items(raw.get("item", ()), f"{path}.item"),
        )
        item = self._with_parts(item, raw, place)
        note_what_cannot_be_asked(raw, item, place)
        note_what_cannot_be_listed(item, columns, place)
        return with_usable_control(item, place)

    def _with_parts(self, item: Item, raw: Mapping[str, Any], place: Place) -> Item:
        """The item with what its extensions say: limits, looks, expressions."""
        is_body_map = ext.first_value(raw, ext.BODY_MAP) is True
        controls = controls_of(raw, place)
        return replace(
            item,
            initial=self._initial(raw, item, place),
            limits=limits_of(raw, item.type, place),
            step=step_of(raw, place),
            unit=unit_of(raw, self.language),
            units=units_of(raw, self.sets, place),
            control="body-map" if is_body_map else leading_control(controls),
            look=look_of(raw, controls),
            is_body_map=is_body_map,
            enabled_by=formula_of(raw, ext.ENABLE_WHEN_EXPRESSION, place),
            calculated=formula_of(raw, ext.CALCULATED_EXPRESSION, place),
            initially=formula_of(raw, ext.INITIAL_EXPRESSION, place, blocks=False),
            variables=formulas_of(raw, ext.VARIABLE, place, blocks=False),
            constraints=constraints_of(raw, place),
            toggles=toggles_of(raw, item.options, self.elsewhere, place),
        )

    def _initial(self, raw: Mapping[str, Any], item: Item, place: Place) -> tuple[Any, ...]:
        found = []
        for number, one in enumerate(raw.get("initial", ())):
            element = next((key for key in one if key.startswith("value")), None)
            if element is None:
                continue
            try:
                found.append(values.read(item, element, one[element]))
            except values.WrongValue as wrong:
                place.warn(f"an initial value that does not fit: {wrong.what}", wrong.right, f"initial[{number}]")
        return tuple(found)

"""Reading a FHIR R4 Questionnaire: the file in, a checked `Questionnaire` out, or every mistake at once.

Two answers are possible for anything unusual. What is *wrong* (by FHIR's rules or ours) is a mistake, and the file is
refused with all of them. What is *sound but not carried out here* is listed in `Questionnaire.unsupported` by linkId;
the caller decides, and `check_can_be_answered` refuses when answers would be taken wrongly without it.

The work is shared: `elements` (which elements exist, form of FHIR JSON), `item_parts` (texts, options, limits),
`item_rules` (what an item of each type may have), `conditions`, and `declarations` (scores, licence).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stegvis.methods.instruments import declarations
from stegvis.methods.instruments import extensions as ext
from stegvis.methods.instruments.conditions import with_conditions
from stegvis.methods.instruments.elements import ITEM, QUESTIONNAIRE, Findings, Place, check_form, objects, take
from stegvis.methods.instruments.errors import InvalidQuestionnaire, Mistake
from stegvis.methods.instruments.fhir_json import NotJson, check_depth, read_json
from stegvis.methods.instruments.item_parts import bounds_of, control_of, options_of, text_of, unit_of, whole_of
from stegvis.methods.instruments.item_rules import TYPES, check_rules, note_what_is_left_out, with_usable_control
from stegvis.methods.instruments.questionnaire import Item, Questionnaire, Text
from stegvis.methods.instruments.scoring import check_scores

STATUSES = ("draft", "active", "retired", "unknown")


def load(source: Mapping[str, Any] | Path | str | bytes) -> Questionnaire:
    """Read a questionnaire from a `Path`, from JSON text, or from JSON already read (best with `read_json`).

    Raises `InvalidQuestionnaire` with every mistake: path and linkId, what is wrong, what would be right.
    """
    raw = _resource(source)
    findings = Findings()
    check_form(raw, "Questionnaire", findings)
    questionnaire = _Reader(raw, findings).questionnaire()
    if not findings.mistakes:
        findings.mistakes += check_scores(questionnaire)
    if findings.mistakes:
        raise InvalidQuestionnaire(list(dict.fromkeys(findings.mistakes)))
    return questionnaire


def _resource(source: Mapping[str, Any] | Path | str | bytes) -> Mapping[str, Any]:
    try:
        if isinstance(source, Path):
            source = source.read_bytes()
        raw = read_json(source) if isinstance(source, str | bytes) else source
        check_depth(raw)
    except NotJson as error:
        raise InvalidQuestionnaire([Mistake("Questionnaire", f"not JSON: {error}", "Correct the JSON")]) from error
    if not isinstance(raw, Mapping) or raw.get("resourceType") != "Questionnaire":
        kind = raw.get("resourceType") if isinstance(raw, Mapping) else type(raw).__name__
        mistake = Mistake(
            "Questionnaire", f"this is {kind!r}", 'It must be an object with "resourceType": "Questionnaire"'
        )
        raise InvalidQuestionnaire([mistake])
    return raw


class _Reader:
    """Reads one file; what it finds wrong or unsupported goes into `findings`."""

    def __init__(self, raw: Mapping[str, Any], findings: Findings) -> None:
        self.raw = raw
        self.findings = findings
        self.top = take(raw, QUESTIONNAIRE, "Questionnaire", findings)
        language = self.top.get("language")
        self.language: str | None = language
        self.raw_items: dict[str, dict[str, Any]] = {}
        self.paths: dict[str, str] = {}

    def questionnaire(self) -> Questionnaire:
        place = Place("Questionnaire", None, self.findings)
        self._check_top(place)
        items = self._items(self.top.get("item"), "Questionnaire.item", None)
        items = with_conditions(items, self.raw_items, self.findings)
        url = self.top.get("url")
        name = self.top.get("title") or self.top.get("name")
        code = str(url).rstrip("/").rpartition("/")[2] if url else str(self.top.get("id") or name or "questionnaire")
        return Questionnaire(
            url=url,
            version=self.top.get("version"),
            code=code,
            title=text_of(self.top, "title", self.language) or Text(name or code, self.language),
            status=self.top.get("status", "unknown"),
            language=self.language,
            items=items,
            scores=declarations.scores(self.top, self.findings),
            licence=declarations.licence(self.top, place),
            neutral_labels=declarations.neutral_labels(self.top),
            unsupported=tuple(dict.fromkeys(self.findings.unsupported)),
            definition=self.raw,
        )

    def _check_top(self, place: Place) -> None:
        status = self.top.get("status")
        if "status" not in self.raw:
            place.mistake("the status is missing", f"Give one of: {', '.join(STATUSES)}", "status")
        elif status not in STATUSES and status is not None:
            place.mistake(f"there is no status {status!r}", f"Use one of: {', '.join(STATUSES)}", "status")
        if "contained" in self.top:
            place.leave_out("contained", "contained resources are kept but not used here", blocks=False)

    # Items

    def _items(self, raw: Any, path: str, parent: str | None) -> tuple[Item, ...]:
        return tuple(self._item(one, at, parent) for at, one in objects(raw, path, self.findings, parent))

    def _item(self, raw: dict[str, Any], path: str, parent: str | None) -> Item:
        link_id = raw.get("linkId") if isinstance(raw.get("linkId"), str) else None
        place = Place(path, link_id, self.findings)
        taken = take(raw, ITEM, path, self.findings, link_id)
        self._check_link_id(raw, place, parent)
        kind = self._type(raw, place)
        is_body_map = ext.first_value(taken, ext.BODY_MAP) is True
        control = control_of(taken, place)
        minimum, maximum = bounds_of(taken, kind, place)
        item = Item(
            link_id=link_id or path,
            type=kind,
            path=path,
            text=text_of(taken, "text", self.language),
            prefix=taken.get("prefix"),
            required=taken.get("required", False),
            repeats=taken.get("repeats", False),
            options=options_of(taken, self.language, place),
            any_condition=taken.get("enableBehavior") == "any",
            minimum=minimum,
            maximum=maximum,
            step=whole_of(taken, ext.SLIDER_STEP, place),
            min_length=whole_of(taken, ext.MIN_LENGTH, place),
            max_length=taken.get("maxLength"),
            max_decimals=whole_of(taken, ext.MAX_DECIMAL_PLACES, place),
            unit=unit_of(taken, self.language),
            control="body-map" if is_body_map else control,
            is_body_map=is_body_map,
            is_risk=ext.first_value(taken, ext.RISK_ITEM) is True,
            items=self._items(taken.get("item"), f"{path}.item", link_id or parent),
        )
        check_rules(taken, item, place)
        note_what_is_left_out(taken, item, place)
        self.raw_items[item.link_id] = taken
        self.paths[item.link_id] = path
        return with_usable_control(item, place)

    def _check_link_id(self, raw: Mapping[str, Any], place: Place, parent: str | None) -> None:
        if "linkId" not in raw:
            within = f" (inside {parent!r})" if parent else ""
            place.mistake(f"an item without linkId{within}", "Give every item a linkId of its own", "linkId")
        elif place.link_id in self.paths:
            other = self.paths[place.link_id]
            place.mistake(f"the linkId stands at {other} too (que-2)", "Give every item a linkId of its own", "linkId")

    def _type(self, raw: Mapping[str, Any], place: Place) -> str:
        kind = raw.get("type")
        if kind is None:
            place.mistake("the type is missing", f"Give one of: {', '.join(sorted(TYPES))}", "type")
        elif isinstance(kind, str) and kind not in TYPES:
            place.mistake(f"there is no type {kind!r}", f"Use one of: {', '.join(sorted(TYPES))}", "type")
        return kind if isinstance(kind, str) and kind in TYPES else "display"

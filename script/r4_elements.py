"""Make src/stegvis/methods/instruments/fhirpath/r4_elements.json from the published definitions of FHIR R4.

    python script/r4_elements.py FOLDER

FOLDER holds the files StructureDefinition-*.json, ValueSet-*.json and CodeSystem-*.json of FHIR 4.0.1, as its own package
hl7.fhir.r4.examples 4.0.1 has them (CC0-1.0). How the table is read stands in
`stegvis.methods.instruments.fhirpath.r4`.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[1] / "src/stegvis/methods/instruments/fhirpath/r4_elements.json"
MOST_CODES = 200
"""Larger value sets (languages, media types, units) are not listed: their codes are not checked."""


class Definitions:
    """The structures, value sets and code systems of a folder."""

    def __init__(self, folder: Path) -> None:
        found = list(_resources(folder))
        self.types = {
            one["name"]: one
            for one in found
            if one["resourceType"] == "StructureDefinition"
            and one.get("derivation") != "constraint"
            and one["kind"] in ("complex-type", "resource")
        }
        self.kinds = {
            one["name"]: one["baseDefinition"].rpartition("/")[2]
            for one in found
            if one["resourceType"] == "StructureDefinition" and _is_type(one) and "baseDefinition" in one
        }
        self.value_sets = {one["url"]: one for one in found if one["resourceType"] == "ValueSet"}
        self.code_systems = {one["url"]: one for one in found if one["resourceType"] == "CodeSystem"}

    def codes(self, url: str) -> list[str] | None:
        """The codes of a value set, or None when they are not all listed."""
        found: list[str] = []
        compose = self.value_sets.get(url, {}).get("compose", {"exclude": True})
        for part in compose.get("include", ()):
            system = self.code_systems.get(part.get("system"), {})
            inner = [self.codes(one.partition("|")[0]) for one in part.get("valueSet", ())]
            if "filter" in part or None in inner:
                return None
            if "concept" in part:
                found += [concept["code"] for concept in part["concept"]]
            elif "system" in part and system.get("content") == "complete" and "concept" in system:
                found += _nested(system["concept"])
            elif "system" in part:
                return None
            found += [code for several in inner if several for code in several]
        return None if "exclude" in compose else found


def _resources(folder: Path) -> Iterator[dict[str, Any]]:
    for kind in ("StructureDefinition", "ValueSet", "CodeSystem"):
        for file in sorted(folder.glob(f"{kind}-*.json")):
            resource = json.loads(file.read_text(encoding="utf-8"))
            if resource["resourceType"] == kind:
                yield resource


def _is_type(structure: dict[str, Any]) -> bool:
    """A type of its own; SimpleQuantity and MoneyQuantity are named as types though they only constrain Quantity."""
    is_quantity = structure["name"] in ("SimpleQuantity", "MoneyQuantity")
    return (structure.get("derivation") != "constraint" and structure["kind"] != "logical") or is_quantity


def _nested(concepts: list[dict[str, Any]]) -> list[str]:
    return [code for one in concepts for code in (one["code"], *_nested(one.get("concept", [])))]


def elements(definitions: Definitions) -> tuple[dict[str, dict[str, str]], dict[str, list[str]]]:
    """Every type's elements as `structure` reads them, and the codes they name."""
    found: dict[str, dict[str, str]] = {}
    codes: dict[str, list[str]] = {}
    for name, structure in definitions.types.items():
        is_base = name in ("Element", "BackboneElement", "Resource", "DomainResource")
        if structure.get("abstract") and not is_base:
            continue
        found.setdefault(name, {})
        for element in structure["snapshot"]["element"][1:]:
            owner, _, last = element["path"].rpartition(".")
            if element["max"] != "0":
                found.setdefault(owner, {})[last] = _spec(element, definitions, codes)
                if [one["code"] for one in element.get("type", ())] in (["BackboneElement"], ["Element"]):
                    definitions.kinds[element["path"]] = element["type"][0]["code"]
    return found, codes


def _spec(element: dict[str, Any], definitions: Definitions, codes: dict[str, list[str]]) -> str:
    types = [_type(one) for one in element.get("type", ())]
    if "contentReference" in element:
        types = ["@" + element["contentReference"].lstrip("#")]
    elif types in (["BackboneElement"], ["Element"]):
        types = ["@" + element["path"]]
    needed, many = element["min"] > 0, element["max"] != "1"
    mark = ("+" if needed else "*") if many else ("!" if needed else "")
    binding = element.get("binding", {})
    if types != ["code"] or binding.get("strength") != "required":
        return "|".join(types) + mark
    url = binding["valueSet"].partition("|")[0]
    listed = definitions.codes(url)
    if not listed or len(listed) > MOST_CODES:
        return "code" + mark
    name = url.rpartition("/")[2]
    codes[name] = sorted(set(listed))
    return f"code{mark}#{name}"


def _type(stated: dict[str, Any]) -> str:
    """The FHIR type; where a type of FHIRPath is stated, an extension names the FHIR type that is meant."""
    if not stated["code"].startswith("http://hl7.org/fhirpath/"):
        return str(stated["code"])
    return next((str(one["valueUrl"]) for one in stated.get("extension", ()) if "valueUrl" in one), "string")


def _lines(table: dict[str, Any]) -> str:
    return ",\n".join(f"{json.dumps(key)}: {json.dumps(table[key])}" for key in sorted(table))


if __name__ == "__main__":
    definitions = Definitions(Path(sys.argv[1]))
    found, codes = elements(definitions)
    parts = {"elements": found, "kinds": definitions.kinds, "codes": codes}
    text = "{" + ",\n".join(f'"{name}": {{\n{_lines(part)}\n}}' for name, part in parts.items()) + "}\n"
    TARGET.write_text(text, encoding="utf-8")

"""Value sets: the options that `answerValueSet` names, from a ValueSet inside the questionnaire or beside its file.

A ValueSet is followed as far as it lists its codes: concepts, other value sets, and whole code systems that are at
hand, or else the expansion that it brings along. What would need a terminology server (filters, code systems that are
not here) is said, never guessed.
Source: hl7.org/fhir/R4/valueset.html (composition: all includes together, less the excludes).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Concept = dict[str, Any]
"""A code with system, code, display, designation and extension, as far as the file has them."""

MOST_CONCEPTS = 10_000


class NotAtHand(ValueError):
    """The value set cannot be listed from what is here; the message says why."""


class NotSound(NotAtHand):
    """The value set cannot be listed by anybody: it includes itself, or names something contained that is not there."""


class ValueSets:
    """The value sets and code systems at hand: contained ones by "#id", others by url and by url|version."""

    def __init__(self, contained: Iterable[Mapping[str, Any]], beside: Iterable[Mapping[str, Any]] = ()) -> None:
        self.found: dict[tuple[str, str], Mapping[str, Any]] = {}
        self.listed: dict[str, list[Concept]] = {}
        for resource in beside:
            self._add(resource)
        for resource in contained:
            self._add(resource)
            if isinstance(resource.get("id"), str):
                self.found[str(resource.get("resourceType")), f"#{resource['id']}"] = resource

    def _add(self, resource: Mapping[str, Any]) -> None:
        kind, url = str(resource.get("resourceType")), resource.get("url")
        if kind in ("ValueSet", "CodeSystem") and isinstance(url, str):
            self.found[kind, url] = resource
            self.found[kind, f"{url}|{resource.get('version')}"] = resource

    def concepts(self, canonical: str) -> list[Concept]:
        """The codes of a value set in their order; raises `NotAtHand`."""
        return self._value_set(canonical, ())

    def _value_set(self, canonical: str, inside: tuple[str, ...]) -> list[Concept]:
        """The codes, each once. Kept, since value sets that include each other twice over would double at each step."""
        if canonical not in self.listed:
            found = {_identity(one): one for one in self._codes(canonical, inside)}
            if len(found) > MOST_CONCEPTS:
                raise NotAtHand(f"it has more than {MOST_CONCEPTS} codes")
            self.listed[canonical] = list(found.values())
        return self.listed[canonical]

    def _codes(self, canonical: str, inside: tuple[str, ...]) -> list[Concept]:
        resource = self._at_hand("ValueSet", canonical)
        if resource is None:
            if canonical.startswith("#"):
                raise NotSound(f"no ValueSet called {canonical} is contained")
            raise NotAtHand(f"the value set {canonical} is neither in the file nor beside it")
        if canonical in inside:
            raise NotSound(f"the value set {canonical} includes itself")
        try:
            return list(self._composed(resource, (*inside, canonical)))
        except NotAtHand:
            found = list(_expanded(resource.get("expansion", {}).get("contains", ())))
            if not found:
                raise
            return found

    def _composed(self, resource: Mapping[str, Any], inside: tuple[str, ...]) -> Iterator[Concept]:
        """What the definition lists. It comes before an expansion, which is only what somebody made of it once."""
        compose = resource.get("compose")
        if compose is None:
            raise NotAtHand(f"the value set {inside[-1]} lists no codes")
        out = {_identity(one) for part in compose.get("exclude", ()) for one in self._part(part, inside)}
        for part in compose.get("include", ()):
            yield from (one for one in self._part(part, inside) if _identity(one) not in out)

    def _at_hand(self, kind: str, canonical: str) -> Mapping[str, Any] | None:
        exact = self.found.get((kind, canonical))
        return exact if exact is not None else self.found.get((kind, canonical.partition("|")[0]))

    def _part(self, part: Mapping[str, Any], inside: tuple[str, ...]) -> Iterator[Concept]:
        """One include or exclude: its concepts or its whole system, and of these what is in all its value sets."""
        if "filter" in part:
            raise NotAtHand(f"it filters {part.get('system')}, which needs a terminology server")
        named = [self._value_set(canonical, inside) for canonical in part.get("valueSet", ())]
        if "system" not in part:
            own = named.pop(0) if named else []
        elif "concept" in part:
            own = list(self._with_properties(part["system"], part["concept"]))
        else:
            own = list(self._code_system(part["system"]))
        in_all = [{_identity(one) for one in several} for several in named]
        yield from (one for one in own if all(_identity(one) in several for several in in_all))

    def _with_properties(self, system: str, concepts: Iterable[Mapping[str, Any]]) -> Iterator[Concept]:
        """Listed concepts, with the properties that their code system has for them, where that is at hand."""
        resource = self._at_hand("CodeSystem", system) or {}
        known = {
            one.get("code"): one["property"]
            for one in _nested(resource.get("concept", ()), system)
            if "property" in one
        }
        for concept in concepts:
            more = {"property": known[concept.get("code")]} if concept.get("code") in known else {}
            yield {"system": system, **more, **concept}

    def _code_system(self, url: str) -> Iterator[Concept]:
        resource = self._at_hand("CodeSystem", url)
        if resource is None or resource.get("content") != "complete":
            raise NotAtHand(f"it takes every code of {url}, which is not here")
        yield from _nested(resource.get("concept", ()), url)


def _expanded(contains: Iterable[Mapping[str, Any]]) -> Iterator[Concept]:
    for one in contains:
        if one.get("abstract") is not True and "code" in one:
            yield {key: value for key, value in one.items() if key != "contains"}
        yield from _expanded(one.get("contains", ()))


def _nested(concepts: Iterable[Mapping[str, Any]], system: str) -> Iterator[Concept]:
    for one in concepts:
        yield {"system": system, **{key: value for key, value in one.items() if key != "concept"}}
        yield from _nested(one.get("concept", ()), system)


def _identity(concept: Mapping[str, Any]) -> tuple[Any, Any]:
    return concept.get("system"), concept.get("code")

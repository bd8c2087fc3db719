"""What the record keeps beside a verb, in the reader's words: `role: data manager, sites: BJ` and not `role data_manager`.

The record itself keeps codes, which stay what they are. A name or a value that has no words here is shown as it is kept.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language_info, gettext_lazy

from stegvis.people.queries import Role
from stegvis.web.components import times
from stegvis.web.coordinator.delegation import TASK_NAMES

_LONG, _SHOWN = 60, 12

_NAMES: dict[str, str | Promise] = {
    "all_in_order": gettext_lazy("all in order"),
    "analysis": gettext_lazy("analysis"),
    "answers": gettext_lazy("with answers"),
    "bytes": gettext_lazy("bytes"),
    "changed": gettext_lazy("changed since, so nothing was deleted"),
    "code": gettext_lazy("code"),
    "despite": gettext_lazy("although still open"),
    "ended_on": gettext_lazy("day"),
    "exports": gettext_lazy("exports"),
    "extract_sha256": gettext_lazy("extract"),
    "first": gettext_lazy("from"),
    "format": gettext_lazy("format"),
    "from_on": gettext_lazy("from"),
    "kept": gettext_lazy("a number is kept"),
    "kind": gettext_lazy("kind"),
    "language": gettext_lazy("language"),
    "last": gettext_lazy("until"),
    "lead": gettext_lazy("who"),
    "number": gettext_lazy("number"),
    "of": gettext_lazy("drawn from"),
    "offset": gettext_lazy("beside the real clock"),
    "open_queries": gettext_lazy("open data queries"),
    "places": gettext_lazy("places"),
    "proposed_by": gettext_lazy("asked for by"),
    "randomises": gettext_lazy("randomises"),
    "readings": gettext_lazy("readings"),
    "recruits": gettext_lazy("takes in new people"),
    "role": gettext_lazy("role"),
    "rows": gettext_lazy("rows"),
    "seed_kind": gettext_lazy("seed"),
    "site": gettext_lazy("site"),
    "sites": gettext_lazy("sites"),
    "store": gettext_lazy("store"),
    "task": gettext_lazy("task"),
    "to": gettext_lazy("to"),
    "topic": gettext_lazy("training"),
    "trained_on": gettext_lazy("day"),
    "until_on": gettext_lazy("until"),
    "version": gettext_lazy("version"),
    "way": gettext_lazy("by"),
    "who": gettext_lazy("who"),
    "years": gettext_lazy("years"),
}
_YES_OR_NO: dict[str, str | Promise] = {"True": gettext_lazy("yes"), "False": gettext_lazy("no")}
_GATES: dict[str, str | Promise] = {"windows": gettext_lazy("windows"), "queries": gettext_lazy("data queries")}
_DAYS = {"ended_on", "first", "from_on", "last", "trained_on", "until_on"}
_VALUES: dict[str, dict[str, str | Promise]] = {
    "all_in_order": _YES_OR_NO,
    "answers": _YES_OR_NO,
    "changed": _YES_OR_NO,
    "despite": _GATES,
    "kept": _YES_OR_NO,
    "randomises": _YES_OR_NO,
    "recruits": _YES_OR_NO,
    "kind": {
        "pooled": gettext_lazy("pooled"),
        "blinded": gettext_lazy("with dummy arms"),
        "unblinded": gettext_lazy("by arm"),
    },
    "role": {role.value: role.label for role in Role},
    "seed_kind": {"typed": gettext_lazy("typed"), "entropy": gettext_lazy("from the system")},
    "store": {
        "care": gettext_lazy("the care record"),
        "research": gettext_lazy("research data"),
        "key": gettext_lazy("who each code is"),
        "log": gettext_lazy("the log of readings"),
    },
    "task": dict(TASK_NAMES),
    "way": {
        "password": gettext_lazy("password"),
        "link": gettext_lazy("link in a letter"),
        "invitation": gettext_lazy("invitation"),
        "demonstration": gettext_lazy("the demonstration's page"),
    },
}


def in_words(detail: Mapping[str, Any]) -> Iterator[str]:
    """Each thing kept, as `name: value`; of a hash its beginning, enough to tell it from another."""
    for name, value in sorted(detail.items()):
        if value not in (None, "", []):
            yield f"{_NAMES.get(name, name)}: {_value(name, value)}"


def _value(name: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(_VALUES.get(name, {}).get(str(each), each)) for each in value)
    said = str(value)
    if name in _DAYS:
        return times.full_day(date.fromisoformat(said))
    if name == "language":
        return str(get_language_info(said)["name_translated"])
    if name == "offset":
        said = said.partition(".")[0]  # to the second
    return str(_VALUES.get(name, {}).get(said, said if len(said) < _LONG else f"{said[:_SHOWN]}…"))

"""What the record keeps beside a verb, in the reader's words: `role: data manager, sites: BJ` and not `role data_manager`.

The record itself keeps codes, which stay what they are. A name or a value that has no words here is shown as it is kept.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language_info, gettext_lazy

from stegvis.people.queries import Role

_LONG, _SHOWN = 60, 12

_NAMES: dict[str, str | Promise] = {
    "analysis": gettext_lazy("analysis"),
    "answers": gettext_lazy("with answers"),
    "bytes": gettext_lazy("bytes"),
    "code": gettext_lazy("code"),
    "exports": gettext_lazy("exports"),
    "extract_sha256": gettext_lazy("extract"),
    "format": gettext_lazy("format"),
    "kept": gettext_lazy("a number is kept"),
    "kind": gettext_lazy("kind"),
    "language": gettext_lazy("language"),
    "number": gettext_lazy("number"),
    "offset": gettext_lazy("beside the real clock"),
    "places": gettext_lazy("places"),
    "role": gettext_lazy("role"),
    "seed_kind": gettext_lazy("seed"),
    "site": gettext_lazy("site"),
    "sites": gettext_lazy("sites"),
    "to": gettext_lazy("to"),
    "version": gettext_lazy("version"),
    "way": gettext_lazy("by"),
    "who": gettext_lazy("who"),
}
_VALUES: dict[str, dict[str, str | Promise]] = {
    "answers": {"True": gettext_lazy("yes"), "False": gettext_lazy("no")},
    "kept": {"True": gettext_lazy("yes"), "False": gettext_lazy("no")},
    "kind": {
        "pooled": gettext_lazy("pooled"),
        "blinded": gettext_lazy("with dummy arms"),
        "unblinded": gettext_lazy("by arm"),
    },
    "role": {role.value: role.label for role in Role},
    "seed_kind": {"typed": gettext_lazy("typed"), "entropy": gettext_lazy("from the system")},
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
        return ", ".join(map(str, value))
    said = str(value)
    if name == "language":
        return str(get_language_info(said)["name_translated"])
    if name == "offset":
        said = said.partition(".")[0]  # to the second
    return str(_VALUES.get(name, {}).get(said, said if len(said) < _LONG else f"{said[:_SHOWN]}…"))

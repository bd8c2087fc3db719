"""Running text on the participant's pages: the trial's letters and the programme's words, as safe HTML."""

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from stegvis.methods.programme import numbers, prose
from stegvis.methods.study.texts import numbers_of
from stegvis.protocol import queries as protocols

_PAGES = {
    "help": "public:help",
    "goals": "participant:goals",
    "plan": "participant:plan",
    "diary": "participant:activity",
    "messages": "participant:messages",
    "calendar": "participant:today",
    "programme": "participant:programme",
    "today": "participant:today",
}


def as_html(markdown: str, module: str = "") -> SafeString:
    """HTML that the sanitiser lets through; places such as `part:2` become addresses, counted from `module`."""
    return SafeString(prose.to_html(markdown, lambda place: _address(place, module)))


def of_module(markdown: str, module: str) -> SafeString:
    """HTML of a module's text: as `as_html`, with the telephone numbers that the trial's protocol has today."""
    return as_html(with_numbers(markdown), module)


def with_numbers(markdown: str) -> str:
    """A module's text with its telephone numbers; where the protocol has none of a name, where to find them all."""
    return numbers.filled(markdown, numbers_of(protocols.current()), _("the number under Help now"))


def _address(place: str, module: str) -> str:
    kind, _colon, rest = place.partition(":")
    if kind == "part" and module and rest.isdigit():
        return reverse("participant:part", args=[module, int(rest)])
    if kind == "module":
        code, _slash, part = rest.partition("/")
        return reverse("participant:part", args=[code, int(part) if part.isdigit() else 1])
    if kind == "worksheet":
        return reverse("participant:worksheet", args=[rest])
    return reverse(_PAGES.get(rest, "participant:today"))

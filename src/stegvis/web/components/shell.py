"""The frame around every page: brand, Help now, tabs or rail, who is signed in, language, demonstration banner.

Each wing says once what its frame holds, for its role:

    @shell.shell_for("participant")
    def participant_shell(request: HttpRequest) -> Shell:
        return Shell(tabs=(Tab("today", _("Today"), reverse("participant:today"), "today"), …), help_url=…)

and the context processor `around` puts it into every template as `shell`. A participant whose arm has no programme gets a
shell without that tab; nothing else on the page may tell. The builder is called only when a page really has a frame.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.functional import SimpleLazyObject

THEMES = ("light", "dark")
LETTERS = ("clear",)
SIZES = ("large", "largest")
CARRIED = "carried-form"
"""The id of the form that a page's language switch takes along, and of the request's note of where it is sent."""


@dataclass(frozen=True)
class Tab:
    """A place in the main navigation. `gap` draws a line before it; `count` is what waits there."""

    key: str
    label: str
    url: str
    icon: str
    count: int = 0
    count_label: str = ""
    gap: bool = False


@dataclass(frozen=True)
class Reading:
    """How somebody likes to read: "" follows the device. Kept on the device (see `context`), sent as attributes of <html>."""

    theme: str = ""
    letters: str = ""
    size: str = ""

    def attributes(self) -> dict[str, str]:
        """The attributes for <html>; values outside the known ones are left out."""
        chosen = {
            "data-theme": self.theme if self.theme in THEMES else "",
            "data-letters": self.letters if self.letters in LETTERS else "",
            "data-size": self.size if self.size in SIZES else "",
        }
        return {name: value for name, value in chosen.items() if value}


@dataclass(frozen=True)
class Shell:
    """What the frame of a page shows. Everything may be left out; what is left out is not drawn."""

    tabs: Sequence[Tab] = ()
    home_url: str = "/"
    help_url: str = ""
    person: str = ""
    role: str = ""
    site: str = ""
    settings_url: str = ""
    sign_in_url: str = ""
    sign_out_url: str = ""
    keep_url: str = ""
    idle_minutes: int = 0
    account: str = ""
    reading: Reading = field(default_factory=Reading)
    demonstration: bool = False
    demonstration_url: str = ""


Builder = Callable[[HttpRequest], Shell]
_BUILDERS: dict[str, Builder] = {}
SIGNED_OUT = ""


def shell_for(*roles: str) -> Callable[[Builder], Builder]:
    """Register the builder of these roles' frame; `SIGNED_OUT` is whoever is not signed in."""

    def register(builder: Builder) -> Builder:
        for role in roles:
            _BUILDERS[role] = builder
        return builder

    return register


def around(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the frame, built when a template first asks for it."""
    return {"shell": SimpleLazyObject(lambda: build(request))}


def build(request: HttpRequest) -> Shell:
    """The frame for whoever asks, with what is the same for everyone filled in."""
    role = role_of(request)
    shell = _BUILDERS[role](request) if role in _BUILDERS else Shell()
    return replace(
        shell,
        demonstration=shell.demonstration or getattr(settings, "MODE", "live") == "demo",
        account=shell.account or device_key(request),
        idle_minutes=shell.idle_minutes or _idle_minutes(role),
    )


def role_of(request: HttpRequest) -> str:
    """The role of whoever asks, `SIGNED_OUT` for nobody."""
    user = getattr(request, "user", None)
    return getattr(user, "role", SIGNED_OUT) if user is not None and user.is_authenticated else SIGNED_OUT


def template_for(request: HttpRequest) -> str:
    """The shell that pages outside a wing (errors) extend."""
    role = role_of(request)
    if role == SIGNED_OUT:
        return "shell_plain.html"
    return "shell_participant.html" if role == "participant" else "shell_staff.html"


def current_key(shell: Shell, path: str) -> str:
    """The tab under whose address `path` lies; the longest one wins."""
    holding = [tab for tab in shell.tabs if tab.url and path.startswith(tab.url)]
    return max(holding, key=lambda tab: len(tab.url)).key if holding else ""


def device_key(request: HttpRequest) -> str:
    """What unsent text is filed under on the device: the same for one account, and telling nothing about it."""
    if role_of(request) == SIGNED_OUT:
        return ""
    return salted_hmac("stegvis.web.unsent", str(request.user.pk)).hexdigest()[:16]


def _idle_minutes(role: str) -> int:
    if role == SIGNED_OUT:
        return 0
    idle = getattr(settings, "SESSION_IDLE", {}).get("participant" if role == "participant" else "staff")
    return int(idle.total_seconds() // 60) if idle else 0

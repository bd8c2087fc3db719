"""The settings of pages that the site and the pages written without a server share: templates, languages, time."""

from pathlib import Path
from typing import Any

WEB = Path(__file__).resolve().parents[1] / "web"
FORM_RENDERER = "stegvis.web.forms.StegRenderer"
LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska"), ("en", "English")]
LOCALE_PATHS = [WEB / "locale"]
TIME_ZONE = "Europe/Stockholm"


def templates(*context_processors: str, string_if_invalid: str = "") -> dict[str, Any]:
    """Django's template engine with the house's templates and tags."""
    return {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [WEB / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": list(context_processors),
            "libraries": {"steg": "stegvis.web.templatetags.steg"},
            "loaders": [("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])],
            "string_if_invalid": string_if_invalid,
        },
    }

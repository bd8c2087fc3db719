"""The preview's server: Django's pages over one folder of a programme or of exercises, for this computer only.

No environment is read, no key made and no database named: an author needs the folder and this command.
"""

from pathlib import Path

import django
from django.conf import settings

from stegvis.config import pages

HOST = "127.0.0.1"


def prepare(directory: Path, pages_at: str = "stegvis.web.preview.urls") -> None:
    """Set Django up for this process, with the pages of the folder; `pages_at` names their addresses."""
    settings.configure(
        TEMPLATES=[pages.templates()],
        FORM_RENDERER=pages.FORM_RENDERER,
        LANGUAGE_CODE="en",
        LANGUAGES=pages.LANGUAGES,
        LOCALE_PATHS=pages.LOCALE_PATHS,
        TIME_ZONE=pages.TIME_ZONE,
        STATIC_URL="/static/",
        USE_I18N=True,
        USE_TZ=True,
        LOGGING_CONFIG=None,  # pages ask every second, and nobody wants to read that
        ALLOWED_HOSTS=[HOST, "localhost"],
        MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
        ROOT_URLCONF=pages_at,
        PREVIEW_DIRECTORY=directory.resolve(),
        PREVIEW_STATIC=pages.WEB / "static",
    )
    django.setup()


def serve(port: int) -> None:
    """Serve until Ctrl-C."""
    from django.core.servers.basehttp import run
    from django.core.wsgi import get_wsgi_application

    run(HOST, port, get_wsgi_application(), threading=True)  # browsers open connections ahead, and leave them waiting

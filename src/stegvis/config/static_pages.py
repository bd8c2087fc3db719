"""Django's templates, forms and translations alone: for commands that write pages without a server or a database.

No environment is read, no key made and no database named: what asks for one of them fails.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.conf import settings
from django.urls import get_script_prefix, set_script_prefix

from stegvis.config import pages

urlpatterns: list[object] = []
"""Without a server there are no addresses."""

HERE = "./"
"""Addresses are relative, so that a folder of pages can be moved and opened anywhere."""


@contextmanager
def addressed_from_here() -> Iterator[None]:
    """Within the block addresses begin at the folder of the page; Django is set up unless it is already."""
    _prepare()
    before = get_script_prefix()
    set_script_prefix(HERE)
    try:
        yield
    finally:
        set_script_prefix(before)


def _prepare() -> None:
    if settings.configured:
        return
    settings.configure(
        TEMPLATES=[pages.templates()],
        FORM_RENDERER=pages.FORM_RENDERER,
        LANGUAGE_CODE=pages.LANGUAGE_CODE,
        LANGUAGES=pages.LANGUAGES,
        LOCALE_PATHS=pages.LOCALE_PATHS,
        TIME_ZONE=pages.TIME_ZONE,
        STATIC_URL="static/",
        USE_I18N=True,
        USE_TZ=True,
        ROOT_URLCONF=__name__,
    )
    django.setup(set_prefix=False)

"""The way back from the pages below *Data and report*."""

from django.urls import reverse
from django.utils.translation import gettext as _

from stegvis.web.components.shapes import Link


def crumbs(*further: Link) -> list[Link]:
    """From *Data and report* down to the page above."""
    return [Link(_("Data and report"), reverse("statistician:home")), *further]

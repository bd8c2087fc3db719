"""Releases: content that clinicians stand for by name. What is published is whole, hashed and never changes.

The internet programme and the library of exercises are both kept so: a table of releases named by the hash of their
content, and beside it a table of signatures, each a named clinician's on one release in one language. A room has tables of
its own (`Published`, `Signed`), makes both append-only, and says whose signatures it needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from stegvis.audit import clock
from stegvis.audit.errors import NoReviewer, UnknownLanguage, UnknownProfession

PSYCHOLOGIST, PHYSIOTHERAPIST = "psychologist", "physiotherapist"
PROFESSIONS = {PSYCHOLOGIST: gettext_lazy("psychologist"), PHYSIOTHERAPIST: gettext_lazy("physiotherapist")}
"""Whose signatures a release may need, in each of its languages."""


class Published(models.Model):
    """One published version of some content, whole, in all its languages, immutable and hashed."""

    sha256 = models.CharField(max_length=64, unique=True)
    content = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        abstract = True


class Signed(models.Model):
    """A named clinician of a profession has signed a release in a language. The table adds `release`."""

    language = models.CharField(max_length=5)
    reviewer = models.CharField(max_length=120)
    profession = models.CharField(max_length=20, choices=PROFESSIONS)
    signed_at = models.DateTimeField()

    class Meta:
        abstract = True


P = TypeVar("P", bound=Published)
S = TypeVar("S", bound=Signed)


def keep(table: type[P], sha256: str, data: Mapping[str, Any]) -> P:
    """The release with this content: the one that is there, or a new row."""
    row, _made = table._default_manager.get_or_create(
        sha256=sha256, defaults={"content": data, "published_at": clock.now()}
    )
    return row


def keep_signature(table: type[S], release: Published, language: str, reviewer: str, profession: str) -> S:
    """The signature; signing again changes nothing."""
    row, _made = table._default_manager.get_or_create(
        release=release, language=language, reviewer=reviewer.strip(), profession=profession,
        defaults={"signed_at": clock.now()},
    )  # fmt: skip
    return row


def published(table: type[P]) -> QuerySet[P]:
    """Every release without its content, newest first."""
    return table._default_manager.defer("content").order_by("-published_at", "-pk")


def named(table: type[P], sha256: str) -> P | None:
    """The release with this hash, or with the one hash that begins so (from eight characters)."""
    if len(sha256) < 8:
        return None
    found = list(table._default_manager.defer("content").filter(sha256__startswith=sha256)[:2])
    return found[0] if len(found) == 1 else None


def signatures(table: type[S], release_pk: int) -> QuerySet[S]:
    """Who has signed a release, by language, in the order of signing."""
    return table._default_manager.filter(release_id=release_pk).order_by("language", "signed_at", "pk")


def missing(table: type[S], release_pk: int, language: str, needed: Iterable[str]) -> list[str]:
    """Those of the professions needed that have still to sign a release in a language. One small query."""
    rows = table._default_manager.filter(release_id=release_pk, language=language)
    signed = set(rows.values_list("profession", flat=True))
    return [each for each in needed if each not in signed]


def check_signature(language: str, reviewer: str, profession: str, *, languages: Iterable[str]) -> None:
    """Refuse a signature without a name, by a profession that signs nothing here, or in a language that is not written."""
    if not reviewer.strip():
        raise NoReviewer()
    if profession not in PROFESSIONS:
        raise UnknownProfession(profession=profession, known=", ".join(PROFESSIONS))
    if language not in languages:
        raise UnknownLanguage(language=language, known=", ".join(languages))


def in_words(professions: Iterable[str]) -> str:
    """Professions in the reader's language, between commas."""
    return ", ".join(str(PROFESSIONS[each]) for each in professions)

"""A page of a questionnaire posted as a browser would, without a browser or a database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.test import RequestFactory

from stegvis.methods.instruments import Page, Questionnaire, given, pages
from stegvis.web.answering.fields import PageForm, form_class


def form_of(
    page: Page, kept: Mapping[str, Any], data: QueryDict | None = None, files: Any = None, lang: str = "en"
) -> PageForm:
    """The page's form: to look at, or as it was posted."""
    return form_class(zip(page.positions, page.items, strict=True), lang)(data, files, kept=kept)


def sent(*pairs: tuple[str, str]) -> QueryDict:
    """What a browser sends."""
    data = QueryDict(mutable=True)
    for name, value in pairs:
        data.appendlist(name, value)
    return data


def post(page: Page, kept: Mapping[str, Any], wanted: Mapping[str, Any]) -> PageForm:
    """The page posted with these answers in its controls."""
    fields = form_of(page, kept).fields.values()
    return form_of(page, kept, sent(*[pair for field in fields for pair in field.pairs(wanted.get(field.position))]))  # type: ignore[attr-defined]


def answered(questionnaire: Questionnaire, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Walk through the pages and give the wanted answers wherever they are asked for; what is stored in the end."""
    stored: dict[str, Any] = {}
    begun = dict.fromkeys(wanted)
    while True:
        before = stored
        for page in pages(questionnaire, "en", {**begun, **stored}):
            form = post(page, stored, wanted)
            assert form.is_valid(), form.errors
            stored = given({**stored, **form.answers})
        if stored == before:
            return stored


def upload(name: str, kind: str, content: bytes) -> Any:
    """The files of a request with one file."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    factory = RequestFactory().post("/", {name: SimpleUploadedFile("photo.png", content, kind)})
    return factory.FILES

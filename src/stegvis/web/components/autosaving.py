"""The server's half of autosave.js: one field comes in, and the answer says what became of it.

def autosave(request: HttpRequest, …) -> HttpResponse:
    form = WorryTimeForm(request.POST)
    try:
        name, value = autosaving.read(form)
    except ValidationError as refused:
        return autosaving.refused(refused)
    draft = programme.save_draft(…, field=name, value=value, by=request.user)
    return autosaving.saved(draft.saved_at)
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, JsonResponse

from stegvis.web.components import times


def read(form: forms.BaseForm) -> tuple[str, Any]:
    """The name and the cleaned value of the one field that was sent.

    An empty value is let through even where the whole form will ask for one: a half-written form is what this is for.
    A name that the form does not have is answered as a page that does not exist.
    """
    name = str(form.data.get("field", ""))
    if name not in form.fields:
        raise Http404
    field = form.fields[name]
    raw = field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
    if raw in field.empty_values:
        return name, None
    return name, field.clean(raw)


def saved(at: datetime, version: str = "", values: Mapping[str, str] | None = None) -> JsonResponse:
    """It is in the database: when, in the reader's way of writing a time, and its version if two devices may meet.

    values: other values on the page that have changed with it, by position, in words.
    """
    more = {**({"version": version} if version else {}), **({"values": values} if values else {})}
    return JsonResponse({"saved_at": times.clock_time(at), **more})


def refused(error: ValidationError) -> JsonResponse:
    """The value cannot be kept; the sentence says why and is shown where "Saved" would stand."""
    return JsonResponse({"error": " ".join(error.messages)}, status=422)


def conflict(at: datetime, pairs: list[tuple[str, str]], version: str) -> JsonResponse:
    """Another device saved something newer: the person sees both and picks. `pairs` are as the form would send them."""
    return JsonResponse({"saved_at": times.clock_time(at), "pairs": pairs, "version": version}, status=409)

"""Controls of more than one box: a moment, an amount with its unit, a file, and boxes for several answers."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from stegvis.methods.instruments.entries import unit_code
from stegvis.web import forms as steg

MOST_BYTES: Final = 5_000_000
"""The largest file taken where the question sets no lower limit."""
_MOST_BOXES: Final = 100


def _drawn(control: forms.Widget, name: str, value: Any, attrs: Mapping[str, Any] | None) -> SafeString:
    return SafeString(control.render(name, value, dict(attrs or {}), renderer=steg.StegRenderer()))


class DateBox(forms.TextInput):
    """A date as text, so that the year alone can be written, with the browser's calendar beside it."""

    template_name = "questionnaire/date.html"

    def __init__(self) -> None:
        super().__init__({"inputmode": "numeric", "autocomplete": "off", "class": "govuk-input--width-10"})


class TimeBox(forms.TimeInput):
    """A time of day: typed, or picked by the browser's own means."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__({"class": "govuk-input--width-5"})

    def format_value(self, value: Any) -> Any:
        """As it is stored."""
        return value


class _Parts(forms.Widget):
    """What the controls of several boxes share."""

    use_fieldset = True

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Whether none of the boxes was sent."""
        return not any(str(key).startswith(f"{name}__") for key in data)

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """Each box has a label of its own."""
        return ""


class Moment(_Parts):
    """A date with a time of day, which may be left out."""

    template_name = "questionnaire/moment.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The two boxes drawn by themselves; the offset of a stored moment goes along."""
        context = super().get_context(name, None, attrs)
        entry = value if isinstance(value, Mapping) else {"date": value}
        id_ = context["widget"]["attrs"].get("id", name)
        context["widget"].update(
            date=_drawn(DateBox(), f"{name}__date", entry.get("date"), {"id": f"{id_}__date"}),
            time=_drawn(TimeBox(), f"{name}__time", entry.get("time"), {"id": f"{id_}__time"}),
            offset_name=f"{name}__offset", offset=entry.get("offset", ""),
        )  # fmt: skip
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """Date, time and offset as sent; None where nothing was."""
        entry = {part: str(data.get(f"{name}__{part}", "")).strip() for part in ("date", "time", "offset")}
        return entry if entry["date"] or entry["time"] else None

    def pairs(self, name: str, entry: Any) -> list[tuple[str, str]]:
        """As a form sends it."""
        return [(f"{name}__{part}", str(entry.get(part, ""))) for part in ("date", "time")]

    def focus_id(self, id_: str) -> str:
        """Where the error summary leads: the date."""
        return f"{id_}__date"


class Amount(_Parts):
    """A number and its unit: beside it where there is one, to choose where there are several."""

    template_name = "questionnaire/amount.html"

    def __init__(self, units: Sequence[Mapping[str, Any]]) -> None:
        super().__init__()
        self.units = [(unit_code(unit), str(unit.get("display") or unit.get("code") or "")) for unit in units]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The number, and the unit or units."""
        context = super().get_context(name, None, attrs)
        entry = value if isinstance(value, Mapping) else {"value": value}
        several = forms.Select(choices=[("", _("Choose one")), *self.units])
        id_ = context["widget"]["attrs"].get("id", name)
        context["widget"].update(
            number_name=f"{name}__value", number="" if entry.get("value") is None else entry.get("value"),
            unit=self.units[0][1] if len(self.units) == 1 else "",
            units=_drawn(several, f"{name}__unit", entry.get("unit"), {"id": f"{id_}__unit"}) if len(self.units) > 1 else "",
        )  # fmt: skip
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """Number and unit as sent; None where nothing was."""
        number, unit = (str(data.get(f"{name}__{part}", "")).strip() for part in ("value", "unit"))
        if len(self.units) == 1:
            unit = self.units[0][0] if number else ""
        return {"value": number, "unit": unit} if number or unit else None

    def pairs(self, name: str, entry: Any) -> list[tuple[str, str]]:
        """As a form sends it."""
        unit = [(f"{name}__unit", str(entry.get("unit", "")))] if len(self.units) > 1 else []
        return [(f"{name}__value", str(entry.get("value", ""))), *unit]

    def focus_id(self, id_: str) -> str:
        """Where the error summary leads: the number."""
        return f"{id_}__value"


class FileBox(_Parts):
    """A file, kept as a FHIR Attachment with its content. The one that is kept stays until it is taken away or replaced."""

    template_name = "questionnaire/file.html"
    needs_multipart_form = True

    def __init__(self, types: Sequence[str]) -> None:
        super().__init__()
        self.types = types

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What is kept now, by its name."""
        context = super().get_context(name, None, attrs)
        kept = value if isinstance(value, Mapping) and "data" in value else {}
        context["widget"].update(
            kept=kept.get("title") or (kept.get("contentType", "") if kept else ""), is_kept=bool(kept),
            file_name=f"{name}__file", remove_name=f"{name}__remove", types=",".join(self.types),
        )  # fmt: skip
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """The new file as an Attachment; `REMOVED`, or None where nothing was chosen."""
        file = files.get(f"{name}__file") if files else None
        if file is None:
            return REMOVED if f"{name}__remove" in data else None
        if file.size > MOST_BYTES:
            return {"title": file.name, "size": file.size, "too_large": True}
        content = base64.b64encode(file.read()).decode()
        kind = file.content_type or "application/octet-stream"
        return {"contentType": kind, "data": content, "size": file.size, "title": file.name}

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Never known: no file chosen sends nothing."""
        return False

    def focus_id(self, id_: str) -> str:
        """Where the error summary leads."""
        return f"{id_}__file"


REMOVED: Final = "file-removed"
"""What a file box gives when the file that was kept is to go."""


class Several(forms.Widget):
    """A box for each answer and an empty one for the next; one is taken away by emptying it."""

    template_name = "questionnaire/several.html"
    use_fieldset = True

    def __init__(self, make: Callable[[], forms.Widget]) -> None:
        super().__init__()
        self.one = make()
        self.has_parts = isinstance(self.one, _Parts) or hasattr(self.one, "allow_multiple_selected")
        self.needs = self.one.needs_multipart_form

    @property
    def needs_multipart_form(self) -> bool:  # type: ignore[override]
        """As the box does."""
        return self.needs

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Every box drawn by itself."""
        context = super().get_context(name, None, attrs)
        id_ = context["widget"]["attrs"].get("id", name)
        entries = [*(value if isinstance(value, list | tuple) else [] if value is None else [value]), None]
        context["widget"]["rows"] = [
            (number, _drawn(self.one, self._name(name, number), entry, self._attributes(id_, number)))
            for number, entry in enumerate(entries)
        ]
        context["widget"]["names_number"] = self.has_parts
        return context

    def _attributes(self, id_: str, number: int) -> dict[str, str]:
        """A lone box has its number for a label; boxes with parts have labels of their own."""
        label = {} if self.has_parts else {"aria-label": _("Answer %(number)s") % {"number": number + 1}}
        return {"id": f"{id_}_{number}", **label}

    def _name(self, name: str, number: int) -> str:
        return f"{name}__{number}" if self.has_parts else name

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[Any]:
        """Every box that holds something, in their order."""
        if not self.has_parts:
            many = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
            return [one for one in ([many] if isinstance(many, str) else many) if str(one).strip()]
        entries = (self.one.value_from_datadict(data, files, self._name(name, n)) for n in range(_MOST_BOXES))
        return [one for one in entries if one is not None]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Never known: an empty box may send nothing."""
        return False

    def pairs(self, name: str, entry: Any) -> list[tuple[str, str]]:
        """As a form sends it."""
        found: list[tuple[str, str]] = []
        for number, one in enumerate(entry):
            here = self._name(name, number)
            found += self.one.pairs(here, one) if hasattr(self.one, "pairs") else [(here, str(one))]
        return found

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """Each box is described by the question above them all."""
        return ""

    def focus_id(self, id_: str) -> str:
        """Where the error summary leads: the first box."""
        return self.one.focus_id(f"{id_}_0") if hasattr(self.one, "focus_id") else f"{id_}_0"

"""Forms that look and speak like the rest of the house.

A `StegForm` (or any `forms.Form`, once settings name `StegRenderer`) renders with the components: label, hint, error with
the right ids, answers kept. Beyond Django's own fields there are those of questionnaires and plans: a number from 0 to 10,
the line from 0 to 100, the body map, a day in three boxes, chips, a switch, weekdays. An unanswered field is None, never 0.

A view answers a form that has errors with `answer(…)`, which sets status 422; the shells put the error summary on top.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import BaseRenderer, DjangoTemplates
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import TemplateDoesNotExist, loader
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from stegvis.methods.instruments import pain_map
from stegvis.web import unsent
from stegvis.web.components import bodymap

Text = str | Promise
_BUILT_IN = DjangoTemplates()
_TOO_LONG = _("This has %(show_value)d letters, and there is room for %(limit_value)d. Shorten it a little.")

WEEKDAYS: tuple[tuple[int, Text, Text], ...] = (
    (0, pgettext_lazy("first letter of Monday", "M"), _("Monday")),
    (1, pgettext_lazy("first letter of Tuesday", "T"), _("Tuesday")),
    (2, pgettext_lazy("first letter of Wednesday", "W"), _("Wednesday")),
    (3, pgettext_lazy("first letter of Thursday", "T"), _("Thursday")),
    (4, pgettext_lazy("first letter of Friday", "F"), _("Friday")),
    (5, pgettext_lazy("first letter of Saturday", "S"), _("Saturday")),
    (6, pgettext_lazy("first letter of Sunday", "S"), _("Sunday")),
)


class StegRenderer(BaseRenderer):
    """Looks for a form's templates among ours (templates/forms/), then among Django's own."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

    def get_template(self, template_name: str) -> Any:
        """The template for a Django name such as django/forms/widgets/radio.html."""
        try:
            return loader.get_template(template_name.removeprefix("django/"))
        except TemplateDoesNotExist:
            return _BUILT_IN.get_template(template_name)


class StegForm(forms.Form):
    """A form with our templates and our words for what is missing. The server judges, not the browser's bubbles."""

    default_renderer = StegRenderer
    use_required_attribute = False
    mark_optional = False
    """Whether labels of fields that may be left empty say so; for forms where most must be filled in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            _speak_kindly(field)
            if field.widget.attrs.get("rows") == "10":  # Django's default, more than a phone's screen
                field.widget.attrs["rows"] = "4"

    def full_clean(self) -> None:
        """As Django does, with our words also in fields that a form added after it was made."""
        for field in self.fields.values():
            _speak_kindly(field)
        super().full_clean()


class KeyedForm(StegForm):
    """A form that may be sent twice and is kept once: `key` goes to the action."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def renew_key(self) -> None:
        """Give a form that was refused a key that nothing has been made with."""
        data: Any = self.data
        self.data = data.copy()
        self.data[self.add_prefix("key")] = str(uuid4())  # type: ignore[index]


def posted(request: HttpRequest) -> tuple[Any, Any]:
    """What was posted, and its files; (None, None) when a page is only looked at: a form given files counts as sent."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def answer(request: HttpRequest, template: str, form: forms.BaseForm, context: Mapping[str, Any]) -> HttpResponse:
    """The page with its form, filled in with what could not be sent before: 422 when it has errors, otherwise 200.

    A form that is answered with errors has made nothing: it gets a new key, so that sending it again can make something.
    """
    unsent.give_back(request, form)
    if form.errors and isinstance(form, KeyedForm):
        form.renew_key()
    return render(request, template, {**context, "form": form}, status=422 if form.errors else 200)


def _speak_kindly(field: forms.Field) -> None:
    """Replace Django's own sentences ("This field is required.") where the author has not said anything else."""
    for code, words in {"required": _required_words(field), **_other_words(field)}.items():
        if str(field.error_messages.get(code, "")) == _djangos(field, code):
            field.error_messages[code] = str(words)


def _djangos(field: forms.Field, code: str) -> str:
    """What Django itself would say; nothing where a validator says it."""
    bases = (each for each in type(field).__mro__ if each.__module__.startswith("django."))
    said = (vars(each).get("default_error_messages", {}).get(code, "") for each in bases)
    return str(next(filter(None, said), ""))


def _other_words(field: forms.Field) -> dict[str, Text]:
    """Our words for what is there but wrong, by Django's code for it."""
    if isinstance(field, forms.IntegerField):
        return dict.fromkeys(("invalid", "min_value", "max_value"), _number_words(field))
    if isinstance(field, forms.EmailField):
        return {"invalid": _("Write an e-mail address, for example name@example.org."), "max_length": _TOO_LONG}
    if isinstance(field, forms.MultipleChoiceField | forms.ChoiceField):
        return {"invalid_choice": _("Choose one of the answers.")}
    return {"max_length": _TOO_LONG} if isinstance(field, forms.CharField) else {}


def _number_words(field: forms.IntegerField) -> Text:
    if field.min_value is None or field.max_value is None:
        return _("Write a whole number.")
    return format_lazy(_("Write a whole number from {low} to {high}."), low=field.min_value, high=field.max_value)


def _required_words(field: forms.Field) -> Text:
    if isinstance(field, forms.BooleanField):
        return _("Tick the box to go on.")
    if isinstance(field, forms.MultipleChoiceField):
        return _("Choose at least one.")
    if isinstance(field, forms.ChoiceField):
        return _("Choose one of the answers.")
    if isinstance(field, forms.FileField):
        return _("Choose a file.")
    return _("This cannot be empty. Please fill it in.")


# What a choice may say beyond its label -------------------------------------------------------------------------------
@dataclass(frozen=True)
class Hinted:
    """A choice's label with a hint below it, and perhaps a word (“or”) that sets it apart from those above."""

    label: Text
    hint: Text = ""
    divider: Text = ""

    def __str__(self) -> str:
        return str(self.label)


# Widgets --------------------------------------------------------------------------------------------------------------
class NumberBox(forms.NumberInput):
    """A box for a number with its unit beside it (`suffix`), as wide as the number needs (2, 3, 4, 5 or 10)."""

    def __init__(
        self, suffix: Text = "", prefix: Text = "", width: int = 4, attrs: dict[str, Any] | None = None
    ) -> None:
        super().__init__({"class": f"govuk-input--width-{width}", **(attrs or {})})
        self.suffix = suffix
        self.prefix = prefix

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds the unit."""
        context = super().get_context(name, value, attrs)
        context["widget"].update(suffix=self.suffix, prefix=self.prefix)
        return context


class Stepper(forms.NumberInput):
    """A number with minus and plus beside it; a plain box without JavaScript."""

    template_name = "forms/widgets/stepper.html"

    def __init__(self, unit: Text = "", step: int = 1, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.unit = unit
        self.step = step

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds the unit and the size of a step."""
        context = super().get_context(name, value, attrs)
        context["widget"].update(unit=self.unit, by=self.step)
        return context


class Switch(forms.CheckboxInput):
    """On or off, with a hint beside it."""

    template_name = "forms/widgets/switch.html"


class Chips(forms.RadioSelect):
    """One of a few short answers."""

    template_name = "forms/widgets/chips.html"


class SavingButtons(forms.RadioSelect):
    """The last question of a form, whose answers are its buttons: choosing one sends it.

    Enter in a box of the form presses a hidden button that answers nothing, so that no answer is given by mistake.
    """

    template_name = "forms/widgets/saving_buttons.html"


class ChipBoxes(forms.CheckboxSelectMultiple):
    """Some of a few short answers."""

    template_name = "forms/widgets/chips.html"


class Weekdays(forms.CheckboxSelectMultiple):
    """Days of the week as seven round boxes, Monday first."""

    template_name = "forms/widgets/weekdays.html"


class NumberRow(forms.RadioSelect):
    """Numbers side by side with words at both ends; none chosen to begin with."""

    template_name = "forms/widgets/number_row.html"

    def __init__(self, low: Text = "", high: Text = "", attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.low = low
        self.high = high

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds the words at the ends."""
        context = super().get_context(name, value, attrs)
        options = [group[1][0] for group in context["widget"]["optgroups"]]
        context["widget"].update(low=self.low, high=self.high, options=options)
        return context


class Line(forms.NumberInput):
    """The line from 0 to 100; without JavaScript a box for the number. No mark, and no answer, until it is touched.

    `scale` gives other ends and another step, as numbers or their digits.
    """

    template_name = "forms/widgets/line.html"

    def __init__(
        self, low: Any, high: Any, scale: tuple[Any, Any, Any] = (0, 100, 1), attrs: dict[str, Any] | None = None
    ) -> None:
        super().__init__({"class": "govuk-input--width-3", **(attrs or {})})
        self.low = low
        self.high = high
        self.scale = tuple(str(number) for number in scale)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds the words at the ends, and the numbers there."""
        context = super().get_context(name, value, attrs)
        least, most, step = self.scale
        context["widget"].update(
            low=self.low, high=self.high, least=least, most=most, step=step, whole="." not in least + most + step
        )
        return context


class BodyMap(forms.Widget):
    """The 48 places as native checkboxes with the drawing that ticks them, and "no pain" as an answer of its own."""

    template_name = "forms/widgets/body_map.html"
    use_fieldset = True

    def __init__(self, figure: bodymap.Figure = "a", no_pain: Text = "", attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.figure = figure
        self.no_pain = no_pain or _("I have had no pain in the past week")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds both views of the figure with what is marked."""
        context = super().get_context(name, None, attrs)
        marked = list(value or ())
        context["widget"].update(
            views=bodymap.views(marked, self.figure),
            count=len(set(marked) - {pain_map.NO_PAIN}),
            no_pain=self.no_pain,
            no_pain_value=pain_map.NO_PAIN,
            is_no_pain=pain_map.NO_PAIN in marked,
        )
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[str]:
        """Every place that was sent."""
        many = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return [str(one) for one in ([many] if isinstance(many, str) else many)]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Never known: an unticked box sends nothing."""
        return False

    def focus_id(self, id_: str) -> str:
        """Where the error summary leads: the list, which needs no drawing."""
        return f"{id_}_list"


class ThreeBoxes(forms.Widget):
    """A day in three boxes: day, month, year. Quicker than a calendar for a date that one knows."""

    template_name = "forms/widgets/three_boxes.html"
    use_fieldset = True
    parts: Sequence[tuple[str, Text, int]] = (("day", _("Day"), 2), ("month", _("Month"), 2), ("year", _("Year"), 4))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """One box per part, with what was typed."""
        context = super().get_context(name, None, attrs)
        typed = self._typed(value)
        context["widget"]["boxes"] = [
            {"name": f"{name}_{part}", "label": label, "width": width, "value": typed[part]}
            for part, label, width in self.parts
        ]
        return context

    def _typed(self, value: Any) -> dict[str, str]:
        if isinstance(value, date):
            return {"day": str(value.day), "month": str(value.month), "year": str(value.year)}
        year, month, day = (*str(value or "--").split("-"), "", "")[:3]
        return {"day": day, "month": month, "year": year}

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str | None:
        """year-month-day as typed, right or wrong; None when all three are empty."""
        day, month, year = (str(data.get(f"{name}_{part}", "")).strip().replace("-", "") for part, _l, _w in self.parts)
        return f"{year}-{month}-{day}" if day or month or year else None

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Whether none of the three boxes was sent."""
        return not any(f"{name}_{part}" in data for part, _l, _w in self.parts)

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """Each box has a label of its own."""
        return ""

    def focus_id(self, id_: str) -> str:
        """Where the error summary leads: the first box."""
        return f"{id_}_day"


# Fields ---------------------------------------------------------------------------------------------------------------
class NumberRowField(forms.TypedChoiceField):
    """A whole number from `minimum` to `maximum`, chosen from a row: an int, or None when nothing was chosen."""

    def __init__(self, *, low: Text = "", high: Text = "", minimum: int = 0, maximum: int = 10, **kwargs: Any) -> None:
        kwargs.setdefault("widget", NumberRow(low, high))
        kwargs.setdefault(
            "error_messages",
            {"required": format_lazy(_("Choose a number from {low} to {high}."), low=minimum, high=maximum)},
        )
        super().__init__(
            choices=[(n, str(n)) for n in range(minimum, maximum + 1)], coerce=int, empty_value=None, **kwargs
        )


class LineField(forms.IntegerField):
    """A place on the line from 0 to 100: an int, or None for a line that was not touched."""

    def __init__(self, *, low: Text, high: Text, **kwargs: Any) -> None:
        kwargs.setdefault("widget", Line(low, high))
        wrong = _("Write a whole number from 0 to 100.")
        kwargs.setdefault(
            "error_messages",
            {
                "required": _("Mark the line where it fits you best."),
                "invalid": wrong,
                "min_value": wrong,
                "max_value": wrong,
            },
        )
        super().__init__(min_value=0, max_value=100, **kwargs)


class BodyMapField(forms.Field):
    """Places on the body map: a list of their ids, ["no-pain"] for no pain, None when nothing was marked."""

    widget = BodyMap
    default_error_messages = {
        "required": _("Mark each place that hurts, or say that you have had no pain."),
        "both": _("You marked places, and also that you have had no pain. Keep the one that is right."),
        "unknown": _("One of the places is not on this map. Mark them again."),
    }

    def __init__(self, *, figure: bodymap.Figure = "a", no_pain: Text = "", **kwargs: Any) -> None:
        kwargs.setdefault("widget", BodyMap(figure, no_pain))
        super().__init__(**kwargs)

    def to_python(self, value: Iterable[str] | None) -> list[str] | None:
        """The places in the order of the map."""
        marked = set(value or ())
        if not marked:
            return None
        if pain_map.NO_PAIN in marked and len(marked) > 1:
            raise ValidationError(self.error_messages["both"], code="both")
        if marked == {pain_map.NO_PAIN}:
            return [pain_map.NO_PAIN]
        known = pain_map.regions()
        if not marked <= set(known):
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        return [place for place in known if place in marked]


class DayField(forms.DateField):
    """A day in three boxes: a date, or None."""

    widget = ThreeBoxes
    default_error_messages = {
        "required": _("Write the day, the month and the year."),
        "invalid": _("That is not a day in the calendar. Write it with numbers, for example 13 11 2026."),
        "year": _("Write the year with four numbers, for example 2026."),
    }

    def to_python(self, value: Any) -> date | None:
        """The date that the three boxes make."""
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value
        year, month, day = str(value).split("-")
        if len(year) != 4:
            raise ValidationError(self.error_messages["year"], code="year")
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class WeekdaysField(forms.TypedMultipleChoiceField):
    """Days of the week: a list of 0 (Monday) to 6 (Sunday)."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", Weekdays)
        choices = [(number, Hinted(letter, name)) for number, letter, name in WEEKDAYS]
        super().__init__(choices=choices, coerce=int, empty_value=[], **kwargs)

"""One page of a questionnaire as a form: a field for each question, and "I prefer not to answer" beside each.

What is typed is read and judged by the instrument's own rules (`methods.instruments`). A cleaned value is the answer,
`DECLINED`, or None where nothing was answered: three things that are stored apart.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from stegvis.methods.instruments import DECLINED, Item, declined, pain_map, parse_answer
from stegvis.web import forms as steg

DECLINES = "prefer-not-to-answer"
"""What a form sends for "I prefer not to answer"; no instrument's option is called so."""

_BOX = "__declined"
_BOTH = gettext_noop("You gave an answer, and also said that you prefer not to answer. Keep the one that is right.")
_SPOKEN = {"true": gettext_noop("Yes"), "false": gettext_noop("No")}


@dataclass(frozen=True)
class Both:
    """An answer and "I prefer not to answer" at once: only without JavaScript, and only where they are two controls."""

    answer: Any


class Declinable(forms.Widget):
    """Any control with "I prefer not to answer" below it: one more button of the same group, or else a box of its own."""

    template_name = "participant/widgets/declinable.html"

    def __init__(self, control: forms.Widget) -> None:
        super().__init__()
        self.control = control
        self.in_group = isinstance(control, forms.RadioSelect)
        self.use_fieldset = getattr(control, "use_fieldset", False)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The control drawn by itself, and whether its question is declined."""
        context = super().get_context(name, None, attrs)
        kept = value.answer if isinstance(value, Both) else value
        is_declined = isinstance(value, Both) or kept == DECLINES or declined(kept)
        shown = kept if isinstance(value, Both) or not is_declined else None
        self.control.is_required = self.is_required
        context["widget"].update(
            control=SafeString(self.control.render(name, shown, attrs, renderer=steg.StegRenderer())),
            in_group=self.in_group,
            declined=is_declined,
            decline_name=name if self.in_group else f"{name}{_BOX}",
            decline_value=DECLINES,
        )
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """What was sent: an answer, `DECLINES`, both, or nothing."""
        given = self.control.value_from_datadict(data, files, name)
        if self.in_group or f"{name}{_BOX}" not in data:
            return given
        return DECLINES if given in forms.Field.empty_values else Both(given)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Never known: nothing ticked sends nothing."""
        return False

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """The control's."""
        return str(self.control.id_for_label(id_))

    def focus_id(self, id_: str) -> str:
        """Where the error summary leads."""
        if hasattr(self.control, "focus_id"):
            return str(self.control.focus_id(id_))
        return f"{id_}_0" if isinstance(self.control, forms.RadioSelect | forms.CheckboxSelectMultiple) else id_


class ItemField(forms.Field):
    """The field of one question; its cleaned value is what `trial.save_answers` takes."""

    def __init__(self, item: Item, lang: str, *, must_answer: bool, written_down: bool = False) -> None:
        drawn = written_down and item.presentation in {"line", "slider"}
        super().__init__(
            label=" ".join(part for part in (item.prefix, item.text_in(lang)) if part),
            help_text=_ends_of(item, lang) if drawn else item.help_in(lang) or "",
            required=False, widget=Declinable(_control(item, lang, written_down=written_down)),
        )  # fmt: skip
        self.item = item
        self.lang = lang
        self.must_answer = must_answer

    def prepare_value(self, value: Any) -> Any:
        """A stored answer as its control shows it: 7,5 in Swedish."""
        if isinstance(value, Decimal):
            return in_digits(value, self.lang)
        return {True: "true", False: "false"}[value] if isinstance(value, bool) else value

    def clean(self, value: Any) -> Any:
        """The answer, `DECLINED`, or None; ValidationError with the instrument's own sentence."""
        if isinstance(value, Both):
            raise ValidationError(_(_BOTH), code="both")
        if value == DECLINES or value == [DECLINES]:
            return dict(DECLINED)
        parsed = parse_answer(self.item, value)
        if parsed.problems:
            raise ValidationError([_(problem.message) % problem.params for problem in parsed.problems])
        return parsed.value


def _ends_of(item: Item, lang: str) -> str:
    """What the ends of a line mean, for whoever writes down its number: “0: no pain. 100: worst pain.”"""
    ends = ((item.minimum, item.lower_in(lang)), (item.maximum, item.upper_in(lang)))
    return " ".join(f"{number:g}: {meaning}." for number, meaning in ends if number is not None and meaning)


class PageForm(steg.StegForm):
    """What `form_class` builds on. `complete` asks for an answer, or a refusal to answer, where one is needed."""

    def __init__(self, *args: Any, complete: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.complete = complete

    def clean(self) -> dict[str, Any]:
        """Ask for the questions of the primary outcomes, which decide what the study can say."""
        for name, field in self.fields.items():
            unanswered = name not in self.errors and self.cleaned_data.get(name) is None
            if self.complete and field.must_answer and unanswered:  # type: ignore[attr-defined]
                self.add_error(name, _("Please answer this one, or choose “I prefer not to answer”."))
        return self.cleaned_data

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered without fault, by linkId."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.errors}


def form_class(
    items: Iterable[Item], lang: str, *, must_answer: bool = False, written_down: bool = False
) -> type[PageForm]:
    """The form of these questions in one language; `written_down` by staff, from a call or from paper."""
    fields = {
        item.link_id: ItemField(item, lang, must_answer=must_answer or item.required, written_down=written_down)
        for item in items
    }
    return type("QuestionsForm", (PageForm,), fields)


# Controls by presentation ---------------------------------------------------------------------------------------------
def _control(item: Item, lang: str, *, written_down: bool = False) -> forms.Widget:
    """How a question is answered. Nobody draws a line by telephone: staff who write an answer down type its number."""
    kind = "number" if written_down and item.presentation in {"line", "slider"} else item.presentation
    ends = item.lower_in(lang) or "", item.upper_in(lang) or ""
    bounds = item.minimum, item.maximum
    if kind in {"line", "slider"} and bounds == (0, 100):
        return steg.Line(ends[0] or "0", ends[1] or "100")
    if kind == "numbers" and None not in bounds:
        row = steg.NumberRow(*ends)
        row.choices = [(str(n), str(n)) for n in range(int(item.minimum), int(item.maximum) + 1)]
        return row
    if kind == "body-map":
        no_pain = item.option(pain_map.NO_PAIN)
        return steg.BodyMap(no_pain=no_pain.text_in(lang) if no_pain else "")
    if kind in _CHOICES:
        return _CHOICES[kind](choices=_options(item, lang))
    if kind in _WRITING:
        longest = {"maxlength": item.max_length} if item.max_length else {}
        widget, attributes = _WRITING[kind]
        return widget(attributes | longest)
    return NumberText(item.unit_in(lang) or "", "decimal" if item.type == "decimal" else "numeric")


_CHOICES: dict[str, Callable[..., forms.Widget]] = {
    "options": forms.RadioSelect,
    "many-options": forms.CheckboxSelectMultiple,
    "yes-no": forms.RadioSelect,
}
_WRITING: dict[str, tuple[Callable[..., forms.Widget], dict[str, Any]]] = {
    "short-text": (forms.TextInput, {}),
    "long-text": (forms.Textarea, {"rows": 5}),
    "date": (forms.DateInput, {"type": "date", "class": "govuk-input--width-10"}),
}


def _options(item: Item, lang: str) -> list[tuple[str, str]]:
    if item.presentation == "yes-no":
        return [(value, _(word)) for value, word in _SPOKEN.items()]
    return [(option.key, option.text_in(lang)) for option in item.options]


class NumberText(forms.TextInput):
    """A number with its unit, typed as people write it: 7,5 or 7.5. A browser's number box would refuse one of them."""

    template_name = "participant/widgets/number_text.html"

    def __init__(self, unit: str, keys: str) -> None:
        super().__init__({"inputmode": keys, "autocomplete": "off", "class": "govuk-input--width-4"})
        self.unit = unit

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds the unit."""
        context = super().get_context(name, value, attrs)
        context["widget"]["unit"] = self.unit
        return context


# Answers as words -----------------------------------------------------------------------------------------------------
def in_words(item: Item, value: Any, lang: str) -> str:
    """A given answer as a person reads it; "" where there is none."""
    if declined(value):
        return _("I prefer not to answer")
    if value is None:
        return ""
    if isinstance(value, bool):
        return _(_SPOKEN["true" if value else "false"])
    if item.options:
        chosen = [item.option(key) for key in (value if isinstance(value, list | tuple) else [value])]
        return ", ".join(option.text_in(lang) for option in chosen if option)
    said = in_digits(value, lang) if isinstance(value, Decimal) else str(value)
    unit = item.unit_in(lang)
    return f"{said} {unit}" if unit else said


def in_digits(number: Decimal, lang: str) -> str:
    """A decimal number with the language's decimal mark."""
    digits = format(number, "f")
    return digits.replace(".", ",") if lang.startswith("sv") else digits

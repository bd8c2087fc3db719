"""One page of a questionnaire as a form: a field for each question, and "I prefer not to answer" beside each.

What is typed is read and judged by the instrument's own rules (`methods.instruments`). A cleaned value is the answer,
`DECLINED`, or None where nothing was answered: three things that are stored apart. What nobody changed stays digit by
digit as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from stegvis.methods.instruments import DECLINED, Item, Questionnaire, declined
from stegvis.methods.instruments.entries import as_entry, read_entry
from stegvis.methods.instruments.positions import occurrences
from stegvis.web import forms as steg
from stegvis.web.answering import rich
from stegvis.web.answering.composite import MOST_BYTES, REMOVED
from stegvis.web.answering.controls import control_of, pairs_of
from stegvis.web.answering.names import name_of

DECLINES = "prefer-not-to-answer"
"""What a form sends for "I prefer not to answer"; no instrument's option is called so."""

_BOX = "__declined"
_BOTH = gettext_noop("You gave an answer, and also said that you prefer not to answer. Keep the one that is right.")
_TOO_LARGE = gettext_noop("“%(name)s” is too large: a file may have %(most)s MB at most. Choose a smaller one.")


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

    @property
    def needs_multipart_form(self) -> bool:  # type: ignore[override]
        """As the control does."""
        return self.control.needs_multipart_form

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

    def pairs(self, name: str, entry: Any) -> list[tuple[str, str]]:
        """The entry as a form would send it; "I prefer not to answer" too."""
        if declined(entry):
            return [(name if self.in_group else f"{name}{_BOX}", DECLINES)]
        return pairs_of(self.control, name, entry)

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

    widget: Declinable

    def __init__(self, position: str, item: Item, lang: str, *, must_answer: bool, written_down: bool = False) -> None:
        drawn = written_down and item.presentation in {"line", "slider"}
        super().__init__(
            label=rich.label_of(item, lang), help_text=_ends_of(item, lang) if drawn else rich.hint_of(item, lang),
            required=False, widget=Declinable(control_of(item, lang, written_down=written_down)),
        )  # fmt: skip
        self.position = position
        self.item = item
        self.lang = lang
        self.must_answer = must_answer
        self.above = rich.above(item, lang)
        self.more = rich.more_of(item, lang)

    def prepare_value(self, value: Any) -> Any:
        """A stored answer as its control shows it: 7,5 in Swedish. What was typed stays as it was typed."""
        return value

    def entry_of(self, value: Any) -> Any:
        """A stored answer as the entry that its control shows."""
        return value if value is None or declined(value) else as_entry(self.item, value, self.lang)

    def pairs(self, value: Any) -> list[tuple[str, str]]:
        """A stored answer as a form would send it."""
        return self.widget.pairs(name_of(self.position), self.entry_of(value))

    def clean(self, value: Any, kept: Any = None) -> Any:
        """The answer, `DECLINED`, or None; ValidationError with the instrument's own sentence. `kept` is stored now."""
        if isinstance(value, Both):
            raise ValidationError(_(_BOTH), code="both")
        if value == DECLINES or value == [DECLINES]:
            return dict(DECLINED)
        if self.item.type == "attachment":
            value = self._with_kept_file(value, kept)
        if not declined(kept) and kept is not None and value == self.entry_of(kept):
            return kept
        parsed = read_entry(self.item, value, lang=self.lang, zone=get_current_timezone())
        if parsed.problems:
            raise ValidationError([_(problem.message) % problem.params for problem in parsed.problems])
        return parsed.value

    def _with_kept_file(self, value: Any, kept: Any) -> Any:
        """The file box sends only what is new: a file that is kept stays unless it is taken away."""
        new = value if isinstance(value, list) else [value]
        old = [] if kept is None or declined(kept) else kept if isinstance(kept, list) else [kept]
        for one in new:
            if isinstance(one, Mapping) and one.get("too_large"):
                raise ValidationError(_(_TOO_LARGE) % {"name": one["title"], "most": MOST_BYTES // 1_000_000})
        rows = max(len(new), len(old))
        files = [
            given if (given := new[n] if n < len(new) else None) is not None else (old[n] if n < len(old) else None)
            for n in range(rows)
        ]
        files = [file for file in files if file is not None and file != REMOVED]
        return files if self.item.is_multiple else (files or [None])[0]

    def _clean_bound_field(self, bf: Any) -> Any:
        return self.clean(bf.data, bf.form.kept.get(self.position))


def _ends_of(item: Item, lang: str) -> str:
    """What the ends of a line mean, for whoever writes down its number: “0: no pain. 100: worst pain.”"""
    ends = ((item.minimum, item.lower_in(lang)), (item.maximum, item.upper_in(lang)))
    return " ".join(f"{number:g}: {meaning}." for number, meaning in ends if number is not None and meaning)


class PageForm(steg.StegForm):
    """What `form_class` builds on. `complete` asks for an answer, or a refusal to answer, where one is needed."""

    def __init__(
        self, *args: Any, kept: Mapping[str, Any] | None = None, complete: bool = False, **kwargs: Any
    ) -> None:
        self.kept = kept or {}
        asked: Mapping[str, ItemField] = self.base_fields  # type: ignore[assignment]
        initial = {name: field.entry_of(self.kept.get(field.position)) for name, field in asked.items()}
        super().__init__(*args, initial=initial, **kwargs)
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
        """What was answered without fault, by position."""
        return {
            field.position: self.cleaned_data[name]  # type: ignore[attr-defined]
            for name, field in self.fields.items()
            if name in self.cleaned_data and name not in self.errors
        }


def form_class(
    asked: Iterable[tuple[str, Item]], lang: str, *, must_answer: bool = False, written_down: bool = False
) -> type[PageForm]:
    """The form of these questions, each with its position, in one language; `written_down` by staff, from a call or paper.

    What cannot be answered by hand is left out.
    """
    fields = {
        name_of(position): ItemField(
            position, item, lang, must_answer=must_answer or item.required, written_down=written_down
        )
        for position, item in asked
        if can_be_given(item)
    }
    return type("QuestionsForm", (PageForm,), fields)


def can_be_given(item: Item) -> bool:
    """Whether a person answers the question: not where its value is calculated or only shown."""
    return item.is_question and not item.read_only and item.calculated is None and not item.hidden


def asked_in(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> list[tuple[str, Item]]:
    """Every question with the positions that it has in view of answers, in the order of the form."""
    return [(one.position, one.item) for one in occurrences(questionnaire, answers).all if one.item.is_question]

"""Choices: one or several of the options, words of one's own in place of one, a list that is searched by typing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.safestring import SafeString

from stegvis.methods.instruments.values import is_other, other
from stegvis.web import forms as steg

OTHER: Final = "other-words"
"""What the button "Something else" sends; no instrument's option is called so."""

Options = Sequence[tuple[str, str]]


class Buttons(forms.RadioSelect):
    """One of the options; side by side where the file asks for that."""

    def __init__(self, options: Options, *, across: bool = False) -> None:
        super().__init__(choices=options)
        self.across = across

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds how they lie."""
        context = super().get_context(name, value, attrs)
        context["widget"]["across"] = self.across
        return context


class Boxes(forms.CheckboxSelectMultiple):
    """Some of the options; an exclusive one stands alone."""

    def __init__(self, options: Options, *, across: bool = False, exclusive: frozenset[str] = frozenset()) -> None:
        super().__init__(choices=options)
        self.across = across
        self.exclusive = exclusive

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds how they lie."""
        context = super().get_context(name, value, attrs)
        context["widget"]["across"] = self.across
        return context

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Marks those that stand alone."""
        option = super().create_option(name, value, *args, **kwargs)
        option["alone"] = str(value) in self.exclusive
        return option


class Autocomplete(forms.TextInput):
    """A box that offers what fits as one types: the browser's own list, which needs no script."""

    template_name = "questionnaire/autocomplete.html"

    def __init__(self, labels: Mapping[str, str], longest: int | None = None) -> None:
        super().__init__({"autocomplete": "off", **({"maxlength": longest} if longest else {})})
        self.labels = labels

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds the list."""
        context = super().get_context(name, self._shown(value), attrs)
        context["widget"]["words"] = list(self.labels.values())
        return context

    def _shown(self, value: Any) -> Any:
        """The words of an option by its key, or words of one's own."""
        return value["other"] if is_other(value) else self.labels.get(str(value), value)

    def pairs(self, name: str, entry: Any) -> list[tuple[str, str]]:
        """As a form sends it."""
        return [(name, str(self._shown(entry)))]


class OpenChoice(forms.Widget):
    """Options and, beside them, words of one's own. Both at once is an answer only where several may be given."""

    template_name = "questionnaire/open_choice.html"
    use_fieldset = True

    def __init__(
        self, options: forms.Select | forms.RadioSelect | forms.CheckboxSelectMultiple, label: str, longest: int | None
    ) -> None:
        super().__init__()
        self.options = options
        self.label = label
        self.longest = longest
        self.many = isinstance(options, forms.CheckboxSelectMultiple)
        if not isinstance(options, Boxes):
            options.choices = [*options.choices, (OTHER, label)]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The options drawn by themselves, and the words."""
        context = super().get_context(name, None, attrs)
        given = list(value) if isinstance(value, list | tuple) else ([] if value is None else [value])
        words = next((one["other"] for one in given if is_other(one)), "")
        chosen = [one for one in given if not is_other(one)]
        if words and not self.many and not chosen:
            chosen = [OTHER]
        shown = self.options.render(
            name, chosen if self.many else (chosen or [None])[0], attrs, renderer=steg.StegRenderer()
        )
        context["widget"].update(
            options=SafeString(shown), words=words, other_name=f"{name}__other", label=self.label, longest=self.longest,
            is_select=not isinstance(self.options, forms.RadioSelect | forms.CheckboxSelectMultiple),
        )  # fmt: skip
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """The key chosen or the words; a list where several were given."""
        chosen = self.options.value_from_datadict(data, files, name)
        keys = [one for one in (chosen if isinstance(chosen, list | tuple) else [chosen]) if one and one != OTHER]
        words = str(data.get(f"{name}__other", "")).strip()
        given = [*keys, *([other(words)] if words else [])]
        if self.many:
            return given
        return given[0] if len(given) == 1 else (given or None)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Never known: nothing ticked sends nothing."""
        return False

    def pairs(self, name: str, entry: Any) -> list[tuple[str, str]]:
        """As a form sends it."""
        found = []
        for one in entry if isinstance(entry, list | tuple) else [entry]:
            if is_other(one):
                found += [*([] if self.many else [(name, OTHER)]), (f"{name}__other", str(one["other"]))]
            else:
                found.append((name, str(one)))
        return found

    def focus_id(self, id_: str) -> str:
        """Where the error summary leads."""
        return id_ if not isinstance(self.options, forms.RadioSelect | forms.CheckboxSelectMultiple) else f"{id_}_0"

"""Tags of forms: a field, all fields, a whole form; the state of saving; single fields where there is no form."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import BaseForm, BoundField
from django.template import Library
from django.template.context import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString

from stegvis.web.components import bodymap
from stegvis.web.components.shell import CARRIED
from stegvis.web.forms import BodyMapField, ChipBoxes, Chips, LineField, NumberRowField, StegForm

register = Library()


@register.simple_tag
def field(bound: BoundField, heading: bool = False, label_hidden: bool = False) -> SafeString:
    """One field with its label, hint and error. `heading` makes the label the page's h1: one question per page."""
    return bound.form.render("forms/field.html", {"field": bound, "heading": heading, "label_hidden": label_hidden})


@register.simple_tag
def fields(form: BaseForm, *names: str) -> SafeString:
    """All fields of a form, or those named, with its hidden ones; the error summary is the shell's."""
    if not names:
        return form.render("forms/form.html", {"form": form, "errors_shown": True})
    return form.render("forms/some_fields.html", {"fields": [form[name] for name in names]})


@register.inclusion_tag("components/form.html", takes_context=True)
def steg_form(
    context: RequestContext,
    form: BaseForm,
    submit: str,
    action: str = "",
    tone: str = "",
    cancel_url: str = "",
    cancel: str = "",
    autosave_url: str = "",
    autosave_key: str = "",
) -> dict[str, Any]:
    """A whole form: token, fields, button; with autosave when it has an address for it."""
    return {
        "carried": "" if autosave_url else carried_form(context, action),
        "form": form,
        "submit": submit,
        "action": action,
        "tone": tone,
        "cancel_url": cancel_url,
        "cancel": cancel,
        "autosave_url": autosave_url,
        "autosave_key": autosave_key,
        "multipart": form.is_multipart(),
    }


@register.simple_tag(takes_context=True)
def carried_form(context: RequestContext, action: str = "") -> SafeString:
    """The attribute of the page's form that the language switch below it takes along; for the first form of a page.

    A form that saves itself needs none. `action` is the form's own, where it is sent elsewhere than to its page.
    """
    request = context.get("request")
    if request is None or hasattr(request, CARRIED):
        return SafeString()
    setattr(request, CARRIED, action or request.get_full_path())
    return format_html(' id="{}"', CARRIED)


@register.simple_tag
def autosave(url: str, key: str = "") -> SafeString:
    """Attributes of a <form> that saves itself; `key` tells apart forms that share an address."""
    return format_html('data-autosave-url="{}" data-autosave-key="{}"', url, key or url)


@register.inclusion_tag("components/autosave_status.html")
def autosave_status(saved_at: Any = None) -> dict[str, Any]:
    """Where "Saved 09:42" and "Not saved yet. We keep trying." stand; once in every form that saves itself."""
    return {"saved_at": saved_at}


# Fields without a form: for pages that build their own ----------------------------------------------------------------
def _lone(name: str, one: forms.Field, value: Any, error: str, heading: bool) -> SafeString:
    form = type("LoneForm", (StegForm,), {name: one})(initial={name: value})
    bound = form[name]
    if error:
        form._errors = forms.utils.ErrorDict({name: form.error_class([error])})
    return field(bound, heading=heading)


@register.simple_tag
def nrs(
    name: str,
    label: str,
    low: str = "",
    high: str = "",
    value: Any = None,
    hint: str = "",
    error: str = "",
    heading: bool = False,
) -> SafeString:
    """A number from 0 to 10."""
    one = NumberRowField(label=label, low=low, high=high, help_text=hint)
    return _lone(name, one, value, error, heading)


@register.simple_tag
def line(
    name: str,
    label: str,
    low: str,
    high: str,
    value: Any = None,
    hint: str = "",
    error: str = "",
    heading: bool = False,
) -> SafeString:
    """The line from 0 to 100."""
    return _lone(name, LineField(label=label, low=low, high=high, help_text=hint), value, error, heading)


@register.simple_tag
def body_map(
    name: str,
    label: str,
    value: Sequence[str] = (),
    figure: bodymap.Figure = "a",
    no_pain: str = "",
    hint: str = "",
    error: str = "",
    heading: bool = False,
) -> SafeString:
    """The body map to fill in."""
    one = BodyMapField(label=label, figure=figure, no_pain=no_pain, help_text=hint)
    return _lone(name, one, value, error, heading)


@register.simple_tag
def chip_radio(
    name: str,
    label: str,
    choices: Sequence[tuple[Any, str]],
    value: Any = None,
    hint: str = "",
    error: str = "",
    many: bool = False,
) -> SafeString:
    """One (or some, with `many`) of a few short answers."""
    kind = forms.MultipleChoiceField if many else forms.ChoiceField
    one = kind(label=label, choices=list(choices), widget=ChipBoxes if many else Chips, help_text=hint)
    return _lone(name, one, value, error, heading=False)


@register.inclusion_tag("components/body_map_figure.html")
def body_map_figure(marked: Sequence[str], figure: bodymap.Figure = "a", small: bool = True) -> dict[str, Any]:
    """A filled-in body map to look at, with its places as text; needs no JavaScript and prints."""
    views = bodymap.views(marked, figure)
    named = [place.label for view in views for place in view.places if place.marked]
    return {"views": views, "named": named, "small": small}

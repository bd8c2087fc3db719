"""Signing: a name drawn with a finger, a pen or the mouse, beside the typed one that everybody can give.

The drawing is the path of the pen on a sheet of 600 by 200. It is never needed: without JavaScript, or with a hand that
hurts, the written name is the signature.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stegvis.methods.study.consenting import DRAWN


class SignaturePad(forms.HiddenInput):
    """A sheet to draw on, shown by its script; without it nothing stands here."""

    template_name = "forms/widgets/signature_pad.html"

    @property
    def is_hidden(self) -> bool:
        """Shown with its label, as any field that can be seen."""
        return False


class SignatureField(forms.RegexField):
    """The path of a pen, or nothing."""

    widget = SignaturePad

    def __init__(self, **more: Any) -> None:
        more.setdefault("label", _("Draw your signature, if you like"))
        unclear = _("What was drawn could not be kept. Draw it once more, or wipe it out: your written name is enough.")
        super().__init__(
            regex=f"^{DRAWN.pattern}$", required=False, max_length=40000,
            error_messages={"invalid": unclear, "max_length": unclear}, **more,
        )  # fmt: skip

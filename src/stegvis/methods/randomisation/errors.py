"""What the methods of randomisation refuse, as sentences for the person who makes or checks a list."""

from __future__ import annotations


class DesignRefused(ValueError):
    """The list cannot be made from these choices; the sentence says which one and what would be right."""


class ListUnreadable(ValueError):
    """The text is no allocation list at all; the sentence names the row. Cells are never repeated in it."""

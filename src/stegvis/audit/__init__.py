"""Audit: the append-only record; the action decorator; the clock; encrypted and immutable columns."""

"""Columns that a thief of the database cannot read, and look-ups that do not reveal what they look for.

AES-256-GCM with the key outside the database. The table's and column's names are bound in as associated data, so that
a value copied to another column does not decrypt. Layout: one byte key number, 12 bytes nonce, ciphertext with tag.
"""

import hmac
import secrets
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

_KEY_NUMBER = b"\x01"
_NONCE_BYTES = 12


class EncryptedTextField(models.BinaryField):
    """Text, encrypted at rest."""

    _pyi_private_set_type: str  # for the type checker only: text in, text out
    _pyi_private_get_type: str  # type: ignore[assignment]

    description = "Text, encrypted at rest"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    def get_prep_value(self, value: Any) -> bytes | None:
        """Encrypt on the way in."""
        if value is None:
            return None
        return seal(str(value), self._bound_to())

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Encrypt unless already done; then as any binary."""
        return super().get_db_prep_value(value if prepared else self.get_prep_value(value), connection, True)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        """Decrypt on the way out."""
        return None if value is None else unseal(bytes(value), self._bound_to())

    def to_python(self, value: Any) -> Any:
        """Text stays text."""
        return value

    def value_to_string(self, obj: models.Model) -> str:
        """Plain text never leaves through a serializer."""
        raise ValueError(f"{self.name} is encrypted and is not serialised.")

    def _bound_to(self) -> bytes:
        return f"{self.model._meta.db_table}.{self.column}".encode()


def seal(text: str, bound_to: bytes) -> bytes:
    """Encrypt `text`; it opens only with the same `bound_to`."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _KEY_NUMBER + nonce + AESGCM(settings.FIELD_KEY).encrypt(nonce, text.encode(), bound_to)


def unseal(sealed: bytes, bound_to: bytes, *, key: bytes | None = None) -> str:
    """Decrypt what `seal` made; raises `cryptography.exceptions.InvalidTag` when key, place or content differ.

    Another `key` than this installation's is for a backup, which is tried before anything is set up on it.
    """
    nonce, ciphertext = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    return AESGCM(key or settings.FIELD_KEY).decrypt(nonce, ciphertext, bound_to).decode()


def lookup_hash(value: str) -> str:
    """A keyed digest (HMAC-SHA-256, hex) of a normalised address or token, to find a row without storing what was looked for."""
    return hmac.new(settings.LOOKUP_KEY, value.strip().casefold().encode(), "sha256").hexdigest()

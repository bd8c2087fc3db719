"""Why this room refuses."""

from stegvis.audit.errors import Refused


class UnknownKind(Refused):
    """There is no letter of the kind {kind}. Check the texts of the protocol."""

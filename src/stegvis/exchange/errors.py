"""Why this room refuses."""

from stegvis.audit.errors import Refused


class FolderNotEmpty(Refused):
    """Nothing was exported: {folder} holds files already, and an export never writes over anything. Choose an empty folder."""

"""Why this room refuses."""

from stegvis.audit.errors import Refused


class FolderNotWritable(Refused):
    """Nothing was exported, since {folder} cannot be written: {why}. Choose another folder."""


class FolderNotEmpty(Refused):
    """Nothing was exported: {folder} holds files already, and an export never writes over anything. Choose an empty folder."""

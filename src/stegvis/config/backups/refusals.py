"""The one refusal of backups and restores: a sentence with what was refused, the fact that forbids it, and the way out."""


class BackupRefused(Exception):
    """A backup or a restore was refused; the text says why and what to do."""

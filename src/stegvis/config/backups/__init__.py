"""Backups: what must survive is written into one folder, restored into a fresh place, and compared with what it was."""

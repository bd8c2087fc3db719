"""Messaging: the written conversation between a participant and a clinician."""

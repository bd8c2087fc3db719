"""The therapist's wing."""

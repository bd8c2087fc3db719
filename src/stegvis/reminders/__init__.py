"""Reminders: what to send to whom and when; the outbox of letters and mails."""

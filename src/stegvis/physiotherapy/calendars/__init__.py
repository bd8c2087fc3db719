"""Calendars: visits and a person's own planned days as iCalendar (RFC 5545), by a secret address or as a file."""

"""Dates and times as people read them here: 09:42 in English, 09.42 in Swedish; Friday 13 November, fredag 13 november.

The formats are translated like any other text, since Django's own for English are American.
"""

from datetime import date, datetime, time

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import pgettext


def clock_time(at: datetime | time) -> str:
    """09:42"""
    return format_date(_local(at), pgettext("format of a time of day", "H:i"))


def long_day(on: date | datetime) -> str:
    """Friday 13 November"""
    return format_date(_local(on), pgettext("format of a day with weekday", "l j F"))


def full_day(on: date | datetime) -> str:
    """13 November 2026"""
    return format_date(_local(on), pgettext("format of a day with year", "j F Y"))


def short_day(on: date | datetime) -> str:
    """13 Nov"""
    return format_date(_local(on), pgettext("format of a short day", "j M"))


def day_and_time(at: datetime) -> str:
    """Friday 13 November 09:42"""
    return f"{long_day(at)} {clock_time(at)}"


def short_day_and_time(at: datetime) -> str:
    """13 Nov 09:42"""
    return f"{short_day(at)} {clock_time(at)}"


def moment(at: datetime) -> str:
    """13 Nov 2026 09:42, for what is looked up years later"""
    return f"{format_date(_local(at), pgettext('format of a short day with year', 'j M Y'))} {clock_time(at)}"


def month_name(on: date | datetime) -> str:
    """Nov"""
    return format_date(_local(on), pgettext("format of a month on a date tile", "M"))


def _local(when: date | datetime | time) -> date | datetime | time:
    return timezone.localtime(when) if isinstance(when, datetime) and timezone.is_aware(when) else when

"""The low-energy switch: for one day, kept in the session and not in the record."""

from django.http import HttpRequest

from stegvis.audit import clock

_DAY = "low_energy_day"


def is_low(request: HttpRequest) -> bool:
    """Whether today is a low-energy day."""
    return bool(request.session.get(_DAY) == clock.today().isoformat())


def keep(request: HttpRequest, *, low: bool) -> None:
    """Remember it for today."""
    if low:
        request.session[_DAY] = clock.today().isoformat()
    else:
        request.session.pop(_DAY, None)

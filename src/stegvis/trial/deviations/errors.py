"""Why a deviation is refused."""

from stegvis.audit.errors import Refused


class UnknownKind(Refused):
    """Nothing was kept: the protocol has no such kind of deviation. Choose one of those on the page."""


class NotYetHappened(Refused):
    """Nothing was kept: the day has not come yet. Choose the day on which it happened, or the first day of it."""


class NotDescribed(Refused):
    """Nothing was kept: a deviation needs a few words on what happened. Write them first."""


class OfAnotherSite(Refused):
    """Nothing was kept: {participant} takes part at another site than {site}. Record it at that site."""

"""Why a life event is refused."""

from stegvis.audit.errors import Refused


class StillToCome(Refused):
    """Nothing was kept: the day has not come yet. Choose today or the day on which it happened."""


class AskedAgainTooEarly(Refused):
    """Nothing was kept: the day to ask again is over. Choose a day that is still to come, or leave it empty."""


class NothingHeld(Refused):
    """Nothing was changed: letters to {participant} are not held back. Open the person's page to see where it stands."""

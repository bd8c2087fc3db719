"""Why a calendar is refused."""

from stegvis.audit.errors import Refused


class AskedTooOften(Refused):
    """This calendar has been asked for too often in the past hour. Let your calendar ask once an hour, or more seldom."""

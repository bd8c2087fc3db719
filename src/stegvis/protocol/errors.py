"""Why this room refuses."""

from stegvis.audit.errors import Refused


class NoProtocol(Refused):
    """No protocol has been loaded yet. Load the trial's folder first: stegvis study load DIR."""


class InvalidProtocol(Refused):
    """The protocol in {directory} has {count} mistakes, so nothing was loaded. List them: stegvis study check {directory}"""


class OlderThanLoaded(Refused):
    """Version {version} takes effect on {day}, before the version that is loaded. Give the amendment a later day."""


class AnotherTrial(Refused):
    """This installation runs the trial {loaded}; {offered} needs an installation of its own."""


class UnknownInstrument(Refused):
    """The protocol knows no instrument {code}. Check the schedule in protocol.toml."""

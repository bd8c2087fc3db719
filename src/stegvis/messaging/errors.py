"""Why this room refuses."""

from stegvis.audit.errors import Refused


class NotYourConversation(Refused):
    """This conversation is between {participant} and someone else. Write in one of your own."""


class NobodyReadsThis(Refused):
    """Nobody reads what you write here now. Write to the study instead, or call."""


class NothingWritten(Refused):
    """There is nothing written yet. Write a few words first, then send."""


class TooLong(Refused):
    """This message has {characters} characters, and there is room for {most}. Divide it in two, then send."""

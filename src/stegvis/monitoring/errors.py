"""Why this room refuses."""

from stegvis.audit.errors import Refused


class QueryNeedsWords(Refused):
    """The data query was not kept, because it says nothing. Write in a sentence what you found or what you did."""


class NoSuchDatum(Refused):
    """There is no {datum} of {participant} to ask about. Choose an occasion, a questionnaire and a question that exist."""


class AnswersAreAskedBlind(Refused):
    """
    The data query was not kept: answers to questions are asked of an outcome assessor, who does not know the group. Choose
    the outcome assessor.
    """


class QueryIsClosed(Refused):
    """This data query is closed, and closed ones take no answers. Ask the data manager to open it again, then answer."""


class QueryNotClosed(Refused):
    """This data query is open already, so it was not opened again. Write your answer in it."""


class QueryNotAnswered(Refused):
    """This data query has not been answered, so it was not closed. Wait for the answer, or write one yourself."""


class AskedOfOthers(Refused):
    """This data query is for the {needed} at site {site}. Ask a colleague in that role to answer it."""

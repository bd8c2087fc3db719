"""Why this room refuses. No sentence holds an arm, a block or a seed, and none ever gets one as a fact."""

from stegvis.audit.errors import Refused


class ListUnreadable(Refused):
    """The list was not loaded: it cannot be read as an allocation list. Load the file exactly as it was made; whoever
    made it can ask: stegvis randomise verify FILE
    """


class ListNotSound(Refused):
    """The list was not loaded: it has {count} problems, the first in row {row}. Ask whoever made it to check it:
    stegvis randomise verify FILE
    """


class ListHashDiffers(Refused):
    """The list was not loaded: its SHA-256 is {found}, and {expected} was written down. Load the file that was sealed."""


class ListLoadedAlready(Refused):
    """This list was loaded on {day} already; a list is used once. Ask for a new one if more places are needed."""


class SeedWasTyped(Refused):
    """The list was not loaded: its seed was typed by a person, so somebody could know it. Make one without --seed:
    stegvis randomise list
    """


class HashNotGiven(Refused):
    """The list was not loaded: its SHA-256 as it was written down when the list was made is missing. Give it as well."""


class MethodDiffers(Refused):
    """The list was not loaded: it is one of {found}, and the protocol says {wanted}. Make one with --method {wanted}."""


class ChoicesDiffer(Refused):
    """The list was not loaded: its arms, their ratio or its factors are not the protocol's. Make one with the
    protocol's arms in their order and ratio, and with these factors: {factors}.
    """


class StrataUnknown(Refused):
    """The list was not loaded: the protocol has no stratum {strata}. Make a list with the protocol's: {known}."""


class StrataMissing(Refused):
    """The list was not loaded: without places would be stratum {strata}. Make a list with all strata of the protocol."""


class SetAsideAlready(Refused):
    """This list is not in use any more; it was set aside on {day}. Nothing more needs to be done."""


class SequenceUsedUp(Refused):
    """No place is left in stratum {stratum}, so nobody was randomised. Ask an administrator to load a further list."""


class FactorsChanged(Refused):
    """Nobody was randomised: the list in use minimises by {found}, and the protocol now by {wanted}. Ask an administrator to set
    it aside and to load one that is made for the protocol in force.
    """


class AllocatedAlready(Refused):
    """{participant} has been randomised already, and that stands. Look the allocation up with a reason if it is
    needed.
    """


class NotAllocated(Refused):
    """{participant} has not been randomised, so there is nothing to look up."""


class ReasonMissing(Refused):
    """An allocation is looked up with a reason only. Write in a few words why it is needed now."""


class ShownAlready(Refused):
    """The result for {participant} has been shown already. Look the allocation up with a reason if it is needed again."""


class ArmHidden(Refused):
    """Allocations are not shown to the role {role}. In an emergency the coordinator of the site can look one up."""


class PlaceDamaged(Refused):
    """A place of the list does not hold what was sealed in it, so nothing was done. Tell the administrator before
    anyone else is randomised.
    """


class ReserveUsedUp(Refused):
    """There is no reserve for stratum {stratum} with a place left, so nothing was entered. Ask an administrator to load the
    reserve from which the place was read.
    """


class ReserveOutOfOrder(Refused):
    """Nothing was entered: the next place of the reserve of stratum {stratum} is {expected}, and {position} was given. A lower
    one has been entered for somebody else; before a higher one, enter those between. Ask whoever read it out.
    """


class ReadLater(Refused):
    """Nothing was entered: the place cannot have been read later than now. Give the day and the time of the call."""


class ReserveIsOfArms(Refused):
    """The reserve was not loaded: somebody must be able to read an arm from it by telephone, and this list holds numbers. Make
    one of blocks or of a coin.
    """


class InformedAlready(Refused):
    """That a second person was informed has been recorded already: {whom}, on {day}. Nothing more needs to be done."""


class SameSecondPerson(Refused):
    """Nothing was recorded: the second person is somebody else than whoever looked the allocation up. Write who was told."""


class WordsMissing(Refused):
    """Nothing was recorded: what happened, how, and what follows are all needed. If nothing follows, write why."""


class MistakeKeptAlready(Refused):
    """Nothing more was recorded: that {participant} was {mistake} stands here since {day}. Write what is new as a new version
    of its deviation.
    """


class NoticedBefore(Refused):
    """Nothing was recorded: a mistake of a randomisation is noticed on the day of it, {randomised}, or later, and not in the
    future. Choose the day again.
    """

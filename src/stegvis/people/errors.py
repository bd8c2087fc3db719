"""Why this room refuses."""

from stegvis.audit.errors import Refused


class NotTheirRole(Refused):
    """This is for the role {needed}, and {code} is {role}. Ask someone in that role."""


class NotAtThisSite(Refused):
    """{code} does not work at site {site}. Ask an administrator to add the site, or a colleague there to do it."""


class NotInYourCaseload(Refused):
    """{participant} is not in your caseload. Ask the coordinator to assign the person to you first."""


class InOtherHands(Refused):
    """{participant} is in the care of {code}, who works here. Ask {code}, or an administrator, to hand the person over."""


class NotYourTelephone(Refused):
    """The number of {code} is changed by {code} or an administrator. Ask one of them."""


class NotALicensedClinician(Refused):
    """Only a licensed clinician confirms this, and {code} is not registered as one. Ask a clinician at the site."""


class LinkUsedOrExpired(Refused):
    """This link has been used already, or its time is out. Ask for a new one: it comes at once."""


class TooManyAttempts(Refused):
    """There have been too many attempts to sign in. Wait {minutes} minutes, then try again or ask for a link by e-mail."""


class WrongCode(Refused):
    """That code did not match. Codes last 30 seconds: wait for the next one in your app and enter that."""


class AddressTaken(Refused):
    """There is already an account with this e-mail address. Use another address, or open the existing account."""


class PasswordTooWeak(Refused):
    """This password cannot be used: {problems}"""


class OnlyAdministrator(Refused):
    """{code} is the only administrator, so this account stays open. Invite another administrator first."""


class IdentityErased(Refused):
    """Nothing was saved, because the contact details of {code} have been erased. They are not collected again."""


class AbsenceBackwards(Refused):
    """The last day lies before the first, or before today. Choose a first day and a last day that is still to come."""


class AbsenceTooLong(Refused):
    """An absence of {days} days is too long for cover; {most} is the most. Hand the caseload over instead."""


class CoverIsOneself(Refused):
    """Somebody else has to cover. Choose a colleague."""


class CoverElsewhere(Refused):
    """{code} does not work at {sites}, and so could not see everybody. Choose a colleague who works there."""


class CoveredAlready(Refused):
    """{code} is covered by {by} from {first} to {last} already. End that cover first, or choose other days."""


class CoverIsAway(Refused):
    """{code} is away from {first} to {last}, and so cannot cover in these days. Choose somebody else."""


class CoversForOthers(Refused):
    """{code} covers for {other} from {first} to {last}. Let somebody else cover for {other} first."""


class NoReadings(Refused):
    """Nobody's record was opened from {first} to {last}, so there is nothing to check. Choose other days."""


class NothingNoted(Refused):
    """Something in the sample is not in order. Write what it is, and what is done about it."""

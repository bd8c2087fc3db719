"""Why this room refuses."""

from stegvis.audit.errors import Refused


class ScreeningEnded(Refused):
    """Screening {number} has ended already, as {outcome}. Open a new screening if the person asks again."""


class CriteriaUndecided(Refused):
    """Screening {number} cannot end as eligible yet: not confirmed are {criteria}. Confirm each of them first."""


class CriteriaNotMet(Refused):
    """Screening {number} cannot end as eligible: {criteria} speaks against it. End it as not eligible."""


class KnownAlready(Refused):
    """
    Screening {number} cannot go on: somebody with the same details is being screened or takes part already. Find out whether
    it is the same person, and say so on the page of the screening.
    """


class ImportedAlready(Refused):
    """This file was imported on {day} by {who}, with {rows} people, so nothing was imported now. See the list of screenings."""


class NobodyToImport(Refused):
    """The file holds nobody, so nothing was imported. Fill in the template, a line for each person."""


class UnknownCriterion(Refused):
    """The protocol under which screening {number} began has no criterion {criterion}. Choose one of those on the page."""


class UnknownVerdict(Refused):
    """A criterion holds, does not hold, or is not known yet; this answer is none of these. Choose one of them."""


class NotAnEnding(Refused):
    """Screening {number} cannot end so. End it as not eligible, declined or not reached; to go on, invite the person."""


class NoCriterionNamed(Refused):
    """Screening {number} cannot end as not eligible without the criterion that ended it. Choose the criterion first."""


class NotAReason(Refused):
    """This is not one of the reasons that are counted. Choose one of those on the page; words are not kept here."""


class StoppedAnswering(Refused):
    """The questions have been stopped for you, as you asked, so nothing was saved. Call the study if you want them back."""


class AskedAgainFirst(Refused):
    """The study has changed, and you are asked about that first, so nothing was saved. Read it on the page Today."""


class ContactMissing(Refused):
    """Name and e-mail address are needed to invite someone. Add them to screening {number} first."""


class NotAtThisStage(Refused):
    """{participant} cannot go from “{stage}” to “{wanted}”. See the participant's page for what comes next."""


class NotAtTheEnd(Refused):
    """Nothing was kept: {participant} is at “{stage}”, and the letter to the clinic goes at the end. Come back to it then."""


class GatesClosed(Refused):
    """{participant} cannot be randomised yet: {missing}. Open the participant's page to complete what is missing."""


class AlreadyRandomised(Refused):
    """{participant} has been randomised already. The allocation stands; look it up with a reason if it is needed."""


class NobodyToGuide(Refused):
    """Nobody works as a therapist at {site}, so not every treatment could be given, and nobody was randomised. Ask an
    administrator to invite a therapist first.
    """


class EveryoneFull(Refused):
    """Every {role} at {site} cares for {most} people, which is the most, so nobody was randomised. Ask an administrator to
    invite one more, or for a higher limit in the protocol.
    """


class CaseloadFull(Refused):
    """{code} cares for {most} people, which is the most. Choose somebody else."""


class OutsideWindow(Refused):
    """These questions open on {opens}. You will get a message then."""


class NotYours(Refused):
    """This belongs to someone else. Sign in with your own account."""


class JudgedUnmasked(Refused):
    """You have noted that you learnt the group of {participant}. Somebody who has not makes this assessment."""


class KnowsTheArm(Refused):
    """{participant} has been randomised, and a coordinator may know the group. An outcome assessor takes these answers."""


class UnmaskingNeedsWords(Refused):
    """Nothing was kept: write in a few words what was said. Nobody else here can read it."""


class UnknownArm(Refused):
    """The protocol has no such group. Choose one of those on the page, or that you cannot say."""


class ReferralMissing(Refused):
    """A rule of the protocol asks for a referral first: {rule}. Keep the referral, then go on."""


class AlertOpen(Refused):
    """An alert about {participant} is open, so the answer waits; it is kept as a draft. Send it when the alert is closed."""


class DecidedElsewhere(Refused):
    """
    Whoever meets {participant} as physiotherapist, or is on the site's safety rota, decides about the warning signs. Ask
    one of them.
    """

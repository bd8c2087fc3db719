"""Why a delegation, or what asks for one, is refused."""

from stegvis.audit.errors import Refused


class NotDelegated(Refused):
    """{code} has no delegation for this at {site}. Ask the lead of the site to sign one under Sites and rota."""


class NotTheLead(Refused):
    """Tasks at {site} are delegated by its lead, {lead}. Ask {lead}, or an administrator to name another lead."""


class NoLead(Refused):
    """{site} has no lead who could sign. Ask an administrator to name one."""


class NotTrained(Refused):
    """{code} cannot be given this task: training in {missing} is not on record. Keep the training first."""


class NotThisRole(Refused):
    """{code} is {role}, who do not do this in the trial. Choose another task, or another person."""


class DelegatedBackwards(Refused):
    """The last day lies before the first. Choose days in their order, or leave the last one empty."""


class NotYetTrained(Refused):
    """Nothing was kept: the day has not come yet. Keep training when it has taken place."""


class SiteClosedToRecruitment(Refused):
    """{site} is closed to new people since {since}, so nobody was invited. The screening stays; ask an administrator when
    the site opens again.
    """


class SiteClosedToRandomisation(Refused):
    """{site} does not randomise since {since}, so nobody was randomised. The person keeps the place in the queue; ask an
    administrator when it opens again.
    """

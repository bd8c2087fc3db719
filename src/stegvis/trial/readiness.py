"""Readiness: what keeps this installation from serving real people, all of it at once.

Read by `stegvis go-live`, which refuses while anything is left, and by the administrator's page, where each sentence says
what mends it. You are probably here because something must be so before the first real participant: add a check.
"""

from collections.abc import Callable, Iterator

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from stegvis.allocation import queries as allocation
from stegvis.audit.action import SYSTEM
from stegvis.methods.study.protocol import Protocol
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.programme import policies as signing
from stegvis.programme import queries as programme
from stegvis.protocol import queries as protocols
from stegvis.safety import queries as safety
from stegvis.trial import queries


def hindrances() -> list[str]:
    """Every reason not to go live, as sentences in the reader's language; empty when nothing hinders."""
    with acting_as(SYSTEM):
        found = [*_people()]
        if not protocols.is_loaded():
            return [*found, _("No protocol has been loaded. Load the trial's folder: stegvis study load DIR")]
        protocol = protocols.current()
        return [*found, *(sentence for check in _OF_PROTOCOL for sentence in check(protocol))]


def _people() -> Iterator[str]:
    if people.has_made_up_people() or queries.has_made_up_screenings():
        yield _("There are made-up people or sign-ins here. A real trial begins in a database of its own.")
    if not any(each.totp_confirmed_at for each in people.administrators()):
        yield _(
            "No administrator has set up one-time codes. Make one with stegvis create-administrator, and open the link."
        )


def _contacts(protocol: Protocol) -> Iterator[str]:
    if protocol.fictitious:
        yield _(
            "These contacts in the protocol are made up: %(contacts)s. Put in the real ones and load the folder again."
        ) % {"contacts": ", ".join(protocol.fictitious)}


def _sites(protocol: Protocol) -> Iterator[str]:
    opened = {site.code: site for site in people.sites()}
    for code in (site.code for site in protocol.sites):
        site = opened.get(code)
        if site is None:
            yield _("Site %(site)s has not been opened. Load the trial's folder again: it opens its sites.") % {
                "site": code
            }
            continue
        if not site.safety_phone:
            yield _(
                "Site %(site)s has no safety phone. Write its number in the protocol, or on the page of the site."
            ) % {"site": code}
        if not safety.is_rota_filled(site):
            yield _("Nobody is on the safety rota of site %(site)s. Add someone on the page of the site.") % {
                "site": code
            }


def _rotas_of_one(protocol: Protocol) -> Iterator[str]:
    opened = [site for site in people.sites() if site.code in {each.code for each in protocol.sites}]
    for site in safety.rotas_of_one(opened) if protocol.safety.needs_two else ():
        yield _(
            "One person alone is on the safety rota of site %(site)s, and the protocol has alerts that two people close. Add a "
            "second one on the page of the site."
        ) % {"site": site.code}


def _lists(protocol: Protocol) -> Iterator[str]:
    if allocation.has_typed_list():
        yield _(
            "An allocation list in use was made from a typed seed, so somebody could know it. Set it aside, and load one "
            "made without --seed."
        )
    empty = [stratum for stratum in protocol.lists_strata if not allocation.is_ready(stratum)]
    if empty:
        yield _("No allocation list has a free place for: %(strata)s. Load a list.") % {"strata": ", ".join(empty)}


def _programme(protocol: Protocol) -> Iterator[str]:
    if protocol.programme is None:
        return
    release = programme.newest_release()
    if release is None:
        yield _("The programme has not been published. Publish it: stegvis programme publish DIR")
        return
    for language in protocol.trial.languages:
        missing = programme.missing_signatures(release.pk, language)
        if missing:
            yield _(
                "The programme is not signed in %(language)s by: %(professions)s. After the review: "
                "stegvis programme sign %(code)s"
            ) % {
                "language": get_language_info(language)["name_translated"],
                "code": language,
                "professions": signing.in_words(missing),
            }


_OF_PROTOCOL: tuple[Callable[[Protocol], Iterator[str]], ...] = (
    _contacts, _sites, _rotas_of_one, _lists, _programme,
)  # fmt: skip

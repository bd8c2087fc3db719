"""The cast: the made-up members of staff, each made by the actions that an administrator would use."""

from dataclasses import dataclass, field

from stegvis.audit.action import SYSTEM
from stegvis.methods.study.protocol import Protocol
from stegvis.people import actions as people
from stegvis.people.models import Account, Role, Site
from stegvis.safety import actions as safety

DOMAIN = "stegvis.example"
PASSWORD = "en-lugn-promenad"  # noqa: S105 - a demonstration's, printed on its own page; go-live refuses made-up people


@dataclass
class Cast:
    """Who works in the made-up trial."""

    sites: dict[str, Site] = field(default_factory=dict)
    coordinators: dict[str, Account] = field(default_factory=dict)
    by_role: dict[str, list[Account]] = field(default_factory=dict)
    therapists: dict[str, list[Account]] = field(default_factory=dict)
    """By site."""


NAMES = {
    Role.COORDINATOR: ("Karin Lind", "Mona Ek", "Leif Alm", "Ylva Rönn"),
    Role.PHYSIOTHERAPIST: (
        "Sara Björk",
        "Olof Hav",
        "Eva Hassel",
        "Nils Asp",
        "Lena Sälg",
        "Jon Pil",
        "Ida Ask",
        "Per Al",
    ),
    Role.THERAPIST: ("Maria Gran", "Tove Ceder", "Anders Tall", "Ulla Idegran", "Disa Lärk", "Tor Hägg"),
    Role.OUTCOME_ASSESSOR: (
        "Alma Hägg",
        "Bo Fura",
        "Cilla Lind",
        "David Poppel",
        "Elin Avenbok",
        "Fred Vide",
        "Gun Idegren",
        "Hans Ene",
    ),
    Role.DATA_MANAGER: ("Helena Bok",),
    Role.STATISTICIAN: ("Gustav Oxel",),
    Role.COMMITTEE: ("Signe Rönn",),
    Role.ADMINISTRATOR: ("Rut Lönn",),
}


def assemble(protocol: Protocol) -> Cast:
    """Open the sites and employ everyone.

    At each site a licensed coordinator, two physiotherapists, a therapist and two outcome assessors: paper is entered by
    one and again by the other.
    """
    cast = Cast()
    for site in protocol.sites:
        cast.sites[site.code] = people.open_site(
            code=site.code, name=site.name, phone=site.phone, safety_phone=site.safety_phone or "", by=SYSTEM
        )
    places = list(cast.sites.values())
    for number, place in enumerate(places):
        coordinator = _employ(cast, Role.COORDINATOR, number, [place], licensed=True)
        cast.coordinators[place.code] = coordinator
        for each in (2 * number, 2 * number + 1):
            _employ(cast, Role.PHYSIOTHERAPIST, each, [place], licensed=True)
        if protocol.programme is not None:
            _employ(cast, Role.THERAPIST, number, [place], licensed=True)
        safety.join_rota(site=place, account=coordinator, by=SYSTEM)
    for number, place in enumerate(places):
        for each in (2 * number, 2 * number + 1):
            _employ(cast, Role.OUTCOME_ASSESSOR, each, [place])
    for role in (Role.DATA_MANAGER, Role.STATISTICIAN, Role.ADMINISTRATOR):
        _employ(cast, role, 0, [])
    if protocol.committee is not None:
        _employ(cast, Role.COMMITTEE, 0, [])
    return cast


def share_rotas(cast: Cast) -> None:
    """Put each site's second physiotherapist on its rota as well: two people close the gravest alerts."""
    for number, place in enumerate(cast.sites.values()):
        colleague = cast.by_role[Role.PHYSIOTHERAPIST][2 * number + 1]
        safety.join_rota(site=place, account=colleague, by=SYSTEM)


def add_colleagues(cast: Cast, protocol: Protocol, sites: int = 2) -> None:
    """A second therapist at each of the first sites, the largest, so that somebody there can cover for the other."""
    places = list(cast.sites.values())
    for number, place in enumerate(places[:sites] if protocol.programme is not None else []):
        _employ(cast, Role.THERAPIST, len(places) + number, [place], licensed=True)


def _employ(cast: Cast, role: Role, number: int, sites: list[Site], *, licensed: bool = False) -> Account:
    names = NAMES[role]
    account = people.add_staff(
        role=role, email=f"{role.replace('_', '-')}-{number + 1}@{DOMAIN}", name=names[number % len(names)],
        sites=sites, licensed_clinician=licensed, language="sv", made_up=True, by=SYSTEM,
    )  # fmt: skip
    cast.by_role.setdefault(role, []).append(account)
    for site in sites if role == Role.THERAPIST else ():
        cast.therapists.setdefault(site.code, []).append(account)
    return account

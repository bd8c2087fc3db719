"""Variables of a questionnaire, held against the order in which they are worked out.

An element's variables are worked out in the order of the file, each from those before it and from those of the elements
around it (hl7.org/fhir/uv/sdc/StructureDefinition-variable). One that uses itself or a later one finds nothing there.
"""

from __future__ import annotations

from collections.abc import Sequence

from stegvis.methods.instruments.errors import Findings
from stegvis.methods.instruments.formulas import variables_within
from stegvis.methods.instruments.items import Formula, Item


def check_variables(
    variables: Sequence[Formula], items: Sequence[Item], elsewhere: frozenset[str], findings: Findings
) -> None:
    """Warn of variables without a name, with the name of another one, and of those used before they are known.

    `elsewhere` are the names of what others give, such as a launch context.
    """
    for one in variables:
        if one.name in elsewhere:
            what = f"the variable {one.name!r} is called as something that the launch or a contained resource gives"
            findings.warn(one.path, what, "Give it another name")
    _check(variables, findings, None, frozenset())
    ahead = [(item, frozenset(one.name for one in variables)) for item in items]
    while ahead:
        item, around = ahead.pop()
        _check(item.variables, findings, item.link_id, around)
        below = around | {one.name for one in item.variables}
        ahead += [(child, below) for child in item.items]


def _check(own: Sequence[Formula], findings: Findings, link_id: str | None, around: frozenset[str | None]) -> None:
    names = [one.name for one in own]
    for number, one in enumerate(own):
        if one.name is None:
            findings.warn(one.path, "a variable without a name", "Add its name: nothing can use it", link_id)
            continue
        if one.name in names[:number]:
            right = "Give each a name of its own; the last one counts"
            findings.warn(one.path, f"another variable here is called {one.name!r} too", right, link_id)
        known = {*names[:number], *around}
        for used in dict.fromkeys(variables_within([one])):
            if used in names[number:] and used not in known:
                later = "itself" if used == one.name else f"{used!r}, which is defined after it"
                right = "Define it first: it is worked out without, as if there were nothing"
                findings.warn(one.path, f"the variable {one.name!r} uses {later}", right, link_id)

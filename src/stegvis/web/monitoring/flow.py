"""The participant flow as one SVG, live: the CONSORT 2025 diagram of everyone together, until the data are locked.

It holds no arm, so that it may hang on a wall. As a file of its own it needs neither styles nor fonts of the page.
"""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from stegvis.methods.analysis.report.svg import Drawing, wrap
from stegvis.methods.study.protocol import Protocol
from stegvis.monitoring.oversight import Oversight, oversight
from stegvis.protocol import queries as protocols
from stegvis.trial.queries import Leaving
from stegvis.web.coordinator.words import language
from stegvis.web.monitoring import gate

WIDTH, STEM, SIDE = 620.0, 290.0, 280.0
LINE, PADDING, SIZE, GAP = 19.0, 10.0, 14.0, 26.0

Line = tuple[str, int | None]
"""Words and a number; the first line of a box is its heading."""


@require_safe
@gate.watches
def flow(_request: HttpRequest) -> HttpResponse:
    """The diagram as a picture."""
    protocol = protocols.current()
    response = HttpResponse(drawn(oversight(protocol), protocol), content_type="image/svg+xml")
    response["Cache-Control"] = "no-store"
    return response


def boxes(found: Oversight, protocol: Protocol) -> list[tuple[list[Line], list[Line]]]:
    """The boxes of the stem from above, each with the box beside it: who did not go on, and why."""
    flow, follow_up = found.overview.flow, found.overview.flow.follow_up
    occasion = found.overview.occasion.name.in_language(language())
    labels = {each.code: each.label.in_language(language()) for each in protocol.criteria}
    not_on = flow.excluded + flow.declined + flow.no_reply + flow.not_consented
    excluded: list[Line] = [(labels.get(code, code) or _("no reason given"), n) for code, n in found.excluded.items()]
    before: list[Line] = [
        (_("Not included"), not_on), (_("not eligible"), flow.excluded), *excluded, (_("declined"), flow.declined),
        (_("not reached"), flow.no_reply), (_("invited, did not consent"), flow.not_consented),
    ]  # fmt: skip
    left: list[Line] = [(_("Left before randomisation"), sum(flow.left.values()))]
    left += [(str(Leaving(why).label) if why in Leaving.values else why, n) for why, n in flow.left.items()]
    lost: list[Line] = [
        (_("Not in hand"), follow_up.closed + follow_up.withdrawn + follow_up.open + follow_up.not_due),
        (_("window closed without"), follow_up.closed), (_("withdrawn"), follow_up.withdrawn),
        (_("window open"), follow_up.open), (_("not due yet"), follow_up.not_due),
    ]  # fmt: skip
    waiting: list[Line] = [(_("being screened or invited"), flow.under_way + flow.invited)]
    on_the_way: list[Line] = [(_("on the way to randomisation"), flow.on_the_way)]
    return [
        ([(_("Assessed for eligibility"), flow.assessed), *waiting], _there(before)),
        ([(_("Gave consent"), flow.consented), *on_the_way], _there(left)),
        ([(_("Randomised"), flow.randomised), (_("Groups are hidden until the data are locked."), None)], []),
        ([(_("In hand: %(occasion)s") % {"occasion": occasion}, follow_up.in_hand)], _there(lost)),
    ]


def sentence(found: Oversight) -> str:
    """The diagram in a sentence, for who does not see it."""
    flow = found.overview.flow
    return ngettext(
        "%(assessed)d person was assessed, %(randomised)d randomised; of %(due)d answers due %(in_hand)d are in hand.",
        "%(assessed)d people were assessed, %(randomised)d randomised; of %(due)d answers due %(in_hand)d are in hand.",
        flow.assessed,
    ) % {
        "assessed": flow.assessed, "randomised": flow.randomised, "due": flow.follow_up.due,
        "in_hand": flow.follow_up.in_hand,
    }  # fmt: skip


def drawn(found: Oversight, protocol: Protocol) -> str:
    """The diagram as SVG."""
    drawing = Drawing("flow", WIDTH, 10, _("Participant flow"), sentence(found))
    y, middle = 2.0, 2 + STEM / 2
    rows = boxes(found, protocol)
    for place, (box, side) in enumerate(rows):
        bottom = y + _box(drawing, 2, y, STEM, box)
        following = bottom + GAP
        if side:
            branch = bottom + GAP / 2 if place < len(rows) - 1 else y + (bottom - y) / 2
            top = max(branch - 20, y)
            height = _box(drawing, WIDTH - SIDE - 2, top, SIDE, side)
            drawing.arrow([(middle if place < len(rows) - 1 else 2 + STEM, branch), (WIDTH - SIDE - 2, branch)])
            following = max(following, top + height + 10)
        if place < len(rows) - 1:
            drawing.arrow([(middle, bottom), (middle, following)])
        y = following
    drawing.height = y + 2
    return drawing.render()


def _there(lines: Sequence[Line]) -> list[Line]:
    """The heading, and the lines of which there is anybody."""
    return [line for place, line in enumerate(lines) if place == 0 or line[1]]


def _box(drawing: Drawing, x: float, y: float, width: float, lines: Sequence[Line]) -> float:
    """One box; its height."""
    broken = [
        (wrap(text, width - 2 * PADDING - 44, SIZE * (1.1 if i == 0 else 1)), n) for i, (text, n) in enumerate(lines)
    ]
    height = sum(len(parts) for parts, _n in broken) * LINE + 2 * PADDING - 4
    drawing.rectangle(x, y, width, height, fill="ground", stroke="line", round_=4)
    at = y + PADDING + 12
    for place, (parts, number) in enumerate(broken):
        for part, text in enumerate(parts):
            drawing.text(x + PADDING, at, text, bold=place == 0, kind="ink", size=SIZE)
            if part == 0 and number is not None:
                drawing.text(x + width - PADDING, at, str(number), anchor="end", bold=place == 0, size=SIZE)
            at += LINE
    return height

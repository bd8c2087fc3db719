"""What the components are given: small frozen records, so that a page's data is checked before it is a template's.

Every text is already in the reader's language and every number already counted; a component only shows. `tone` is one of
"", plum (programme), moss (activity plan), clay (body, pain), fjord (actions), ok, warn, bad.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Tone = Literal["", "plum", "moss", "clay", "fjord", "ok", "warn", "bad"]


@dataclass(frozen=True)
class Link:
    """Where something leads. `current` marks the page or filter that is open; `count` stands after the label."""

    label: str
    url: str
    current: bool = False
    count: int | None = None
    icon: str = ""
    done: bool = False
    quiet: bool = False


@dataclass(frozen=True)
class Tag:
    """A word in a coloured pill; the word says it, the colour only helps."""

    label: str
    tone: Tone = ""
    icon: str = ""


@dataclass(frozen=True)
class Day:
    """One of seven days in `week_bars`: minutes done, and minutes the plan has for it."""

    letter: str
    name: str
    minutes: int = 0
    planned: int = 0
    today: bool = False


@dataclass(frozen=True)
class ComingUp:
    """A date that is near: in `coming_up`."""

    on: date
    title: str
    detail: str = ""
    url: str = ""


@dataclass(frozen=True)
class Goal:
    """A goal in the person's own words. `level` is one of the five goal attainment levels, -2 to 2, if one is set."""

    text: str
    when: str = ""
    main: bool = False
    tags: Sequence[Tag] = ()
    level: int | None = None
    url: str = ""
    url_label: str = ""


@dataclass(frozen=True)
class WorklistRow:
    """One person who needs the therapist. `use` is the last 14 days, oldest first, True for a day in use."""

    code: str
    what: str
    wait: str
    url: str
    use: Sequence[bool] = ()
    alarm: bool = False
    late: bool = False
    current: bool = False


@dataclass(frozen=True)
class Snippet:
    """A sentence that a therapist may put into an answer."""

    label: str
    text: str


@dataclass(frozen=True)
class Look:
    """A mark of the reply check: ticked when one of `words` stands in the answer."""

    label: str
    words: Sequence[str]


@dataclass(frozen=True)
class Visit:
    """One step of a fixed row of steps (visits, stages)."""

    label: str
    detail: str = ""
    current: bool = False
    done: bool = False


@dataclass(frozen=True)
class PlannedItem:
    """An activity in a cell of the week grid."""

    title: str
    detail: str = ""
    url: str = ""
    current: bool = False


@dataclass(frozen=True)
class PlannedCell:
    """One day of one row of the week grid: what is planned, what to say of an empty day, and where to add."""

    items: Sequence[PlannedItem] = ()
    note: str = ""
    add_url: str = ""


@dataclass(frozen=True)
class PlannedRow:
    """A row of the week grid (moving, strength) with its seven cells, Monday first."""

    label: str
    cells: Sequence[PlannedCell]
    strength: bool = False


@dataclass(frozen=True)
class Vital:
    """One number of the strip on top of an overview, with its denominator and how it stands to its aim."""

    label: str
    value: str
    of: str = ""
    note: str = ""
    standing: Literal["", "good", "poor"] = ""


@dataclass(frozen=True)
class Share:
    """A part of a whole in `stack_bar`."""

    label: str
    count: int
    tone: Literal["ok", "plum", "warn", "none", "fjord", "moss", "clay", "bad"] = "fjord"


@dataclass(frozen=True)
class FlowStep:
    """One box of the participant flow and, to its right, those who did not go on."""

    count: int
    label: str
    note: str = ""
    out_count: int | None = None
    out_label: str = ""
    out_note: str = ""
    shares: Sequence[Share] = ()


@dataclass(frozen=True)
class Todo:
    """A line of "Do today": about whom, what, why now, and the one thing to press (`post` sends, otherwise a link)."""

    code: str
    what: str
    why: str = ""
    action: str = ""
    url: str = ""
    post: bool = False
    first: bool = False


@dataclass(frozen=True)
class SiteRow:
    """A site in the overview's table: `part` of `whole` is drawn as a bar."""

    name: str
    randomised: int
    part: int
    whole: int
    visits: str = ""
    queries: int = 0
    url: str = ""


@dataclass(frozen=True)
class Cell:
    """A table cell that is more than text: a link, a tag, a number set to the right."""

    text: object
    url: str = ""
    tone: Tone | None = None
    number: bool = False


@dataclass(frozen=True)
class Fact:
    """A row of a summary list; `change_url` shows a link to change it."""

    label: str
    value: object
    change_url: str = ""
    change_label: str = ""


@dataclass(frozen=True)
class Task:
    """A row of a task list: a step or an errand with the word for where it stands."""

    title: str
    url: str = ""
    hint: str = ""
    status: str = ""
    tone: Tone | None = None
    number: int | None = None


@dataclass(frozen=True)
class Gate:
    """A condition that must hold before something may be done, and where to see to it."""

    label: str
    met: bool
    detail: str = ""
    url: str = ""
    url_label: str = ""


@dataclass(frozen=True)
class Letter:
    """A message in a conversation."""

    who: str
    at: datetime
    body: str
    own: bool = False
    note: str = ""


@dataclass(frozen=True)
class Moment:
    """A point on a timeline. `tag` says of which kind it is, where there are several."""

    at: datetime | date
    title: str
    detail: str = ""
    url: str = ""
    tag: Tag | None = None


@dataclass(frozen=True)
class Point:
    """A value at a place along the horizontal axis (a month, a week), which may have a label."""

    x: float
    y: float
    label: str = ""

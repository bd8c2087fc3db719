"""Drafts: a plan as it is being agreed, before it is a version; plain data, kept as JSON."""

import json
from dataclasses import asdict, dataclass, replace
from hashlib import sha256


@dataclass(frozen=True)
class DraftActivity:
    """An activity as it is being agreed. Days are ISO weekdays, Monday 1 to Sunday 7."""

    kind: str
    days: tuple[int, ...]
    minutes: int
    effort: str
    title: str = ""
    when_where: str = ""
    low_energy: str = ""
    growth: str = ""
    low_energy_minutes: int | None = None

    @property
    def mark(self) -> str:
        """Tells this activity from every other of the week, so that a page can say which one it means."""
        return sha256(json.dumps(asdict(self)).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class DraftExercise:
    """An exercise of the library as it is being agreed: its code, its form, how many times in how many sets."""

    code: str
    form: str
    times: int
    sets: int


@dataclass(frozen=True)
class Draft:
    """A plan as it is being agreed: its activities, what to do in a flare, and where it aims (medium minutes a week)."""

    activities: tuple[DraftActivity, ...] = ()
    flare_rule: str = ""
    aim_minutes: int | None = None
    aim_strength_days: int | None = None
    exercises: tuple[DraftExercise, ...] = ()

    def to_json(self) -> str:
        """As text, for keeping."""
        return json.dumps(asdict(self), ensure_ascii=False)

    def marked(self, mark: str) -> DraftActivity | None:
        """The activity with this mark, if it is (still) in the week."""
        return next((each for each in self.activities if each.mark == mark), None)

    def having(self, activity: DraftActivity, instead_of: DraftActivity | None = None) -> "Draft":
        """With an activity, in the place of `instead_of` if given; one that is in the week already is not put in again."""
        if activity in self.activities:
            return self if activity == instead_of or instead_of is None else self.without(instead_of)
        if instead_of is None:
            return replace(self, activities=(*self.activities, activity))
        return replace(self, activities=tuple(activity if each == instead_of else each for each in self.activities))

    def without(self, activity: DraftActivity) -> "Draft":
        """Without an activity."""
        return replace(self, activities=tuple(each for each in self.activities if each != activity))

    @classmethod
    def from_json(cls, text: str) -> "Draft":
        """What `to_json` made."""
        content = json.loads(text)
        activities = tuple(DraftActivity(**{**each, "days": tuple(each["days"])}) for each in content.pop("activities"))
        exercises = tuple(DraftExercise(**each) for each in content.pop("exercises", ()))
        return cls(activities=activities, exercises=exercises, **content)

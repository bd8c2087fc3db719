"""Words about exercises that no library says: what kinds, positions, groups and things are called, and a dose as a sentence."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from stegvis.methods.exercises.content import Dose

Text = str | Promise

KINDS: Mapping[str, Text] = {
    "strength": gettext_lazy("Strength"),
    "mobility": gettext_lazy("Mobility"),
    "balance": pgettext_lazy("kind of exercise", "Balance"),
}
POSITIONS: Mapping[str, Text] = {
    "standing": gettext_lazy("Standing"),
    "sitting": gettext_lazy("Sitting"),
    "lying": gettext_lazy("Lying down"),
    "kneeling": gettext_lazy("On hands and knees"),
}
GROUPS: Mapping[str, Text] = {
    "neck": gettext_lazy("Neck"),
    "shoulders": gettext_lazy("Shoulders"),
    "arms": gettext_lazy("Arms"),
    "chest": gettext_lazy("Chest"),
    "back": pgettext_lazy("part of the body", "Back"),
    "spine": gettext_lazy("Spine"),
    "abdomen": gettext_lazy("Abdomen"),
    "hips": gettext_lazy("Hips"),
    "legs": gettext_lazy("Legs"),
    "ankles": gettext_lazy("Ankles and feet"),
    "balance": pgettext_lazy("kind of exercise", "Balance"),
}
EQUIPMENT: Mapping[str, Text] = {
    "chair": gettext_lazy("a steady chair"),
    "table": gettext_lazy("a worktop or a table"),
    "wall": gettext_lazy("a wall"),
    "step": gettext_lazy("a low step"),
    "band": gettext_lazy("an exercise band"),
    "bottles": gettext_lazy("small bottles of water"),
    "mat": gettext_lazy("a mat or a bed"),
}
FORMS: Mapping[str, Text] = {
    "easier": gettext_lazy("Easier"),
    "as_is": gettext_lazy("As described"),
    "harder": gettext_lazy("Harder"),
}


def dose(dose: Dose, times: int, sets: int) -> list[str]:
    """How much, as short sentences: times and sets, each side, how long to stay, rest between sets."""
    how_often = ngettext("%(times)s time", "%(times)s times", times) % {"times": times}
    if sets > 1:
        how_often = _("%(times)s, in %(sets)s sets") % {"times": how_often, "sets": sets}
    said = [f"{how_often}."]
    if dose.each_side:
        said.append(_("The same with the other side."))
    if dose.hold:
        said.append(_("Stay about %(seconds)s seconds each time.") % {"seconds": dose.hold})
    if sets > 1 and dose.rest:
        said.append(_("Rest about %(seconds)s seconds between sets.") % {"seconds": dose.rest})
    return said


def things(equipment: tuple[str, ...]) -> str:
    """What is needed, between commas; that nothing is, when nothing is."""
    needed = ", ".join(str(EQUIPMENT[each]) for each in equipment)
    return needed[:1].upper() + needed[1:] if needed else _("Nothing")

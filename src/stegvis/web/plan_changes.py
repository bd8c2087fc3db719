"""Changes of a plan: what one version has that the one before has not, in the same words for whoever made it and whose it is."""

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from stegvis.physiotherapy import queries as physiotherapy
from stegvis.physiotherapy.visiting.queries import Change, Difference
from stegvis.web.components.shapes import Tag


def in_words(found: Difference) -> list[tuple[Tag, str]]:
    """Each change with its word: new, changed, gone; and the flare rule when it is another."""
    said = [_of(change) for change in found.changes]
    if found.flare_rule is not None:
        rule = found.flare_rule or _("no rule any more")
        said.append((Tag(_("Changed"), "fjord"), _("If there is a flare: %(rule)s") % {"rule": rule}))
    return said


def _of(change: Change) -> tuple[Tag, str]:
    before, after = change.before, change.after
    if before is None and after is not None:
        return Tag(_("New"), "moss"), f"{_name(after)}: {_how(after)}"
    if after is None:
        assert before is not None  # a change has at least one side
        return Tag(_("Gone")), f"{_name(before)}: {_how(before)}"
    assert before is not None
    if _how(before) == _how(after):
        return Tag(_("Changed"), "fjord"), _("%(name)s: other words beside it") % {"name": _name(after)}
    return Tag(_("Changed"), "fjord"), f"{_name(after)}: {_how(before)} → {_how(after)}"


def _name(activity: physiotherapy.DraftActivity) -> str:
    return activity.title or str(physiotherapy.ActivityKind(activity.kind).label).capitalize()


def _how(activity: physiotherapy.DraftActivity) -> str:
    days = ", ".join(str(WEEKDAYS_ABBR[day - 1]) for day in activity.days)
    effort = physiotherapy.Effort(activity.effort).label
    return _("%(days)s, %(minutes)s min, %(effort)s") % {"days": days, "minutes": activity.minutes, "effort": effort}

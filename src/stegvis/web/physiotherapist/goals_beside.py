"""The goals that stand beside every page about a person; how they were rated only to whoever may see it."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from stegvis.physiotherapy import queries as physiotherapy
from stegvis.trial import goal_standing
from stegvis.trial import queries as trial
from stegvis.web.components.shapes import Goal, Tag
from stegvis.web.physiotherapist import frame


def may_see_ratings(request: HttpRequest, participant: Any) -> bool:
    """Whether ratings may be shown to whoever looks: once they have said which group they take the person to be in.

    Before randomisation there is nothing to guess, and nothing is rated. Who takes over after a colleague has held the
    visit at which goals are rated is not asked.
    """
    enrolment = trial.enrolment(participant)
    if enrolment is None or enrolment.randomised_at is None:
        return True
    return physiotherapy.has_guessed(frame.me(request), participant) or any(
        frame.rates_goals(participant, each.number) and physiotherapy.is_held_by_another(frame.me(request), each)
        for each in physiotherapy.visits_of(participant)
    )


def cards(request: HttpRequest, participant: Any) -> list[Goal]:
    """The goals that stand, as cards; how they were rated only to whoever may see it."""
    sees = may_see_ratings(request, participant)
    return [
        Goal(
            text=each.now.goal.text,
            when=_("by week %(week)s") % {"week": each.now.goal.target_week} if each.now.goal.target_week else "",
            main=each.now.goal.kind == "main",
            tags=_tags(each, sees_ratings=sees),
        )
        for each in goal_standing.standings(participant)
    ]


def _tags(each: goal_standing.Standing, *, sees_ratings: bool) -> list[Tag]:
    goal, last = each.now.goal, each.now.last
    tags = [Tag(str(goal.get_type_display()).capitalize())]
    if goal.locked_at:
        tags.append(Tag(_("Locked"), "ok", "lock"))
    if each.later:
        tags.append(Tag(_("Set later"), "fjord"))
    if each.not_due and goal.locked_at and each.now.ratings:
        tags.append(Tag(_("Not yet due"), "fjord"))
    if last is not None and sees_ratings:
        tags.append(Tag(str(last.get_level_display()).capitalize(), "moss"))
    return tags

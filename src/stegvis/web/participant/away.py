"""The diary for when there is no connection: one page that a device keeps, with the plan and nothing of the diary.

It is shown by the service worker in the place of Today and Activity, only when the network has failed. What is tapped on it
is kept on the device under the account and sent when the connection is back (`taps.from_device`).
"""

import json
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from stegvis.people.queries import Participant
from stegvis.physiotherapy import queries as plans
from stegvis.web.participant import body, steps, words
from stegvis.web.participant.gate import own_page

_SIGN_BYTES = 6


@dataclass(frozen=True)
class Away:
    """An activity of the plan as the kept page has it; `days` are its ISO weekdays."""

    pk: int
    title: str
    note: str
    days: str
    smaller: int


@require_safe
@own_page
def page(request: HttpRequest, person: Participant) -> HttpResponse:
    """The page that a device keeps. Nobody is at the device for this, so the session is left as it is."""
    plan, rules = plans.plan_now(person), steps.rules_of(request, person)
    context = {
        "activities": [_away(each, rules) for each in plan.activities.all()] if plan else [],
        "setbacks": words.setbacks(), "kinds": plans.ActivityKind.choices, "efforts": _efforts(), "tab": "activity",
    }  # fmt: skip
    response = render(request, "participant/away.html", context)
    request.session.modified = False
    return response


def for_device(plan: Any) -> str:
    """JSON for the device: the sign of the page, where it is kept, and the workers that show it there."""
    names = ("participant:away_today", "participant:away")
    workers = ("participant:worker_today", "participant:worker_activity")
    told = {"sign": sign_of(plan), "pages": [reverse(name) for name in names], "workers": [reverse(w) for w in workers]}
    return json.dumps(told, separators=(",", ":"))


def sign_of(plan: Any) -> str:
    """What the kept page looks like, in twelve letters: a device fetches it again only when this changes."""
    seen = f"{get_language()}:{plan.pk if plan else 0}"
    return blake2b(seen.encode(), digest_size=_SIGN_BYTES).hexdigest()


def _away(activity: Any, rules: Any) -> Away:
    return Away(
        activity.pk, words.activity(activity.label, activity.minutes), activity.when_where,
        "".join(str(day) for day in activity.days), body.smaller_minutes(activity, rules, in_flare=False),
    )  # fmt: skip


def _efforts() -> list[tuple[str, str]]:
    return [(each, words.talk_test(each)) for each in plans.Effort.values]

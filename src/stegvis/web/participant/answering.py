"""Answering: a page of questions, and each answer saved by itself.

An answer that asks for help shows help on the very next page; that alone never stops the person from going on. Where
another device has said something else meanwhile, nothing is overwritten: both answers are shown, and the person picks.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from stegvis.assessments import queries as assessments
from stegvis.assessments.errors import SavedElsewhere
from stegvis.assessments.queries import Kept
from stegvis.audit import clock
from stegvis.audit.errors import Refused
from stegvis.methods.instruments import Questionnaire, filling
from stegvis.methods.instruments.positions import item_at
from stegvis.people.queries import Participant
from stegvis.protocol import queries as protocols
from stegvis.trial import actions as trial
from stegvis.web import access
from stegvis.web.answering import blocks, repeating, worries
from stegvis.web.answering.fields import ItemField, PageForm, can_be_given, form_class
from stegvis.web.answering.names import name_of, position_of_name
from stegvis.web.answering.words import in_words
from stegvis.web.components import autosaving, times
from stegvis.web.forms import answer, posted
from stegvis.web.participant import kept_pages
from stegvis.web.participant.gate import HELP_IS_DUE, help_first, own_page, what_help_is_about
from stegvis.web.participant.occasions import ONE_MORE, Step, Walk, own_walk, walk

TO_REVIEW = "review"
TYPED_AT = "typed_at"
"""What a device sends beside an answer that was typed earlier: the moment, in ISO 8601 with its offset."""
_VERSION = "__version"
_BOTH = gettext_noop(
    "“%(said)s” was saved at %(time)s from another device or window. Keep your answer here, or change it to that one, and "
    "save again."
)


# A page ---------------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def question(request: HttpRequest, person: Participant, occasion: str, instrument: str, key: str) -> HttpResponse:
    """One page of questions: Next saves and goes on, "come back later" saves and leaves."""
    found = own_walk(request, person, occasion, instrument)
    if not found.is_open:
        return redirect("participant:occasion", occasion)
    step = found.step(instrument, key)
    if step is None:
        _check_exists(found, instrument, key)
        return redirect(found.go_on)
    then = request.POST.get("then", "")
    form = form_of(found, step, request, complete=then in {"", "next"})
    if form.is_bound and form.is_valid():
        try:
            about = _save(found, step, form, request)
        except SavedElsewhere as refused:
            _show_both(form, found, step, refused)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            where = _where_next(request, person, found, step, then)
            return help_first(request, where, about) if about else redirect(where)
    return answer(request, "participant/question.html", form, around(request, found, step, form))


def _check_exists(found: Walk, instrument: str, key: str) -> None:
    """A page that is not asked with these answers sends the person on; one that never existed is not there."""
    if instrument not in found.assessment.instruments:
        raise Http404
    if item_at(protocols.questionnaire(instrument), key) is None:
        raise Http404


def form_of(found: Walk, step: Step, request: HttpRequest, *, complete: bool) -> PageForm:
    """The page as a form, with what was sent or is stored; `complete` asks for every answer that is needed."""
    places = zip(step.page.positions, step.page.items, strict=True)
    asked = filling.with_offered(step.questionnaire, step.answers, places)
    kind = form_class(asked, found.lang, must_answer=step.must_answer)
    return kind(*posted(request), kept=step.answers, complete=complete)


def _save(found: Walk, step: Step, form: PageForm, request: HttpRequest) -> str:
    """Keep a page's answers; what help is about, if one of them asks for it."""
    known = {
        position: version for position in form.answers if (version := _version(request, name_of(position))) is not None
    }
    return _keep(found, step.instrument, form.answers, known, request)


def _keep(found: Walk, instrument: str, answers: dict[str, Any], known: dict[str, int], request: HttpRequest) -> str:
    """Keep answers; what help is about, if one of them asks for it."""
    fired = trial.save_answers(
        assessment=found.assessment, instrument=instrument, answers=answers, language=found.lang, known=known,
        typed_at=_typed_at(request), by=access.actor(request),
    )  # fmt: skip
    return what_help_is_about(fired)


def _typed_at(request: HttpRequest) -> datetime | None:
    """When the device says that the answer was typed; what cannot be read costs nobody an answer."""
    try:
        moment = parse_datetime(request.POST.get(TYPED_AT, ""))
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _version(request: HttpRequest, name: str) -> int | None:
    """Which version of an answer the page was made with; None where it does not say."""
    sent = request.POST.get(f"{name}{_VERSION}", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 19 else None


def _show_both(form: PageForm, found: Walk, step: Step, refused: SavedElsewhere) -> None:
    """Beside each answer that two devices give differently: what the other one said. Saving again keeps this one."""
    for position in refused.facts["positions"]:
        name = name_of(position)
        if name not in form.fields:
            continue
        other = found.kept[step.instrument][position]
        field: ItemField = form.fields[name]  # type: ignore[assignment]
        value = assessments.typed(step.questionnaire, {position: other.value}).get(position)
        said = in_words(field.item, value, found.lang) or _("Not answered")
        form.add_error(name, _(_BOTH) % {"said": said, "time": times.clock_time(other.saved_at)})


def _where_next(request: HttpRequest, person: Participant, found: Walk, step: Step, then: str) -> str:
    """On, in view of what has just been answered."""
    action, _colon, position = then.partition(":")
    if action == "stop":
        messages.success(request, _("Saved. You can go on whenever you like."))
        return reverse("participant:today")
    if action == "stay":
        return request.get_full_path()
    if action == "add":
        return _opened(person, found, step, position) or request.get_full_path()
    if action == "remove":
        return _taken_away(request, person, found, step, position)
    if TO_REVIEW in request.GET:
        return found.review
    now = walk(person, found.occasion.code, found.route, found.lang, found.opened)
    here = now.step(step.instrument, step.page.key)
    following = now.after(here) if here else None
    return following.address if following else now.go_on if here is None else found.review


def _opened(person: Participant, found: Walk, step: Step, position: str) -> str:
    """The first page of one more occurrence; "" where none may follow."""
    now = walk(person, found.occasion.code, found.route, found.lang, (step.instrument, position))
    for each in now.steps:
        inside = position in each.page.around or any(
            one.parent and one.parent.position == position for one in each.page.parts
        )
        if each.instrument == step.instrument and inside:
            mark = "&" if "?" in each.address else "?"
            return f"{each.address}{mark}{urlencode({ONE_MORE: position})}"
    return ""


def _taken_away(request: HttpRequest, person: Participant, found: Walk, step: Step, position: str) -> str:
    """Take an occurrence away, and go to what stands in its place."""
    now = walk(person, found.occasion.code, found.route)
    changes = repeating.without(step.questionnaire, now.given(step.instrument), position)
    if changes:
        _keep(now, step.instrument, changes, {}, request)
        messages.success(request, _("Taken away."))
    after = walk(person, found.occasion.code, found.route)
    here = after.step(step.instrument, step.page.key)
    if here is None:
        own = [[each for each in steps if each.instrument == step.instrument] for steps in (found.steps, after.steps)]
        here = own[1][max(own[0].index(step) - 1, 0)] if own[1] else None
    return here.address if here else after.go_on


def around(request: HttpRequest, found: Walk, step: Step, form: PageForm) -> dict[str, Any]:
    """What stands around the questions of a page, and the questions block by block."""
    number, of = found.number(step), len(found.steps)
    before = found.before(step)
    to_review = TO_REVIEW in request.GET
    shown = step.answers
    kept = blocks.Kept(
        shown,
        {position: step.versions.get(position, 0) for position in step.page.positions},
        {
            position: worries.entries(found.protocol.safety, step.instrument, item)
            for position, item in zip(step.page.positions, step.page.items, strict=True)
        },
    )
    later = [each.page for each in found.steps[number:] if each.instrument == step.instrument]
    return {
        "name": found.occasion.name.in_language(found.lang), "minutes": found.occasion.minutes,
        "step": step, "number": number, "of": of, "to_review": to_review,
        **blocks.page_context(step.questionnaire, step.page, form, found.lang, kept),
        "repeat": repeating.repeat_of(step.questionnaire, step.page, later, step.answers, found.lang),
        "help": _help(found) if any(kept.worries.values()) else None,
        "keep": kept_pages.to_keep(found, step),
        "back": found.review if to_review else before and before.address,
        "autosave_url": reverse("participant:autosave_answers", args=[found.occasion.code, step.instrument]),
    }  # fmt: skip


def _help(found: Walk) -> dict[str, Any]:
    """Whom to call, for a page with a question about danger: it is there also when the connection is not."""
    language = get_language() or ""
    return {
        "numbers": [(each.number, each.text.in_language(language)) for each in found.protocol.safety.numbers],
        "site": found.assessment.participant.site,
    }


# Saving as one goes ---------------------------------------------------------------------------------------------------
@require_POST
@own_page
def autosave(request: HttpRequest, person: Participant, occasion: str, instrument: str) -> HttpResponse:
    """One answer comes in by JavaScript; a worrying one makes help the very next page."""
    found = walk(person, occasion)
    if instrument not in found.assessment.instruments:
        raise Http404
    questionnaire = protocols.questionnaire(instrument)
    form = _one_field(request, questionnaire, found, instrument)
    field: ItemField = next(iter(form.fields.values()))  # type: ignore[assignment]
    name = next(iter(form.fields))
    try:
        _name, value = autosaving.read(form)
        version = _version(request, name)
        known = {} if version is None else {field.position: version}
        about = _keep(found, instrument, {field.position: value}, known, request)
    except ValidationError as refused:
        return autosaving.refused(refused)
    except SavedElsewhere:
        return _conflict(found.kept[instrument][field.position], questionnaire, field)
    except Refused as refused:
        return autosaving.refused(ValidationError(str(refused)))
    if about:
        request.session[HELP_IS_DUE] = about
    now = replace(found, kept=assessments.newest_of(found.assessment))
    return _saved(now, instrument, questionnaire, field)


def _one_field(request: HttpRequest, questionnaire: Questionnaire, found: Walk, instrument: str) -> PageForm:
    """The form of the one question that was sent."""
    position = position_of_name(str(request.POST.get("field", "")))
    item = item_at(questionnaire, position)
    if item is None or not can_be_given(item) or name_of(position) != request.POST.get("field"):
        raise Http404
    kept = found.given(instrument)
    asked = filling.with_offered(questionnaire, kept, [(position, item)])
    return form_class(asked, found.lang)(request.POST, request.FILES, kept=kept)


def _saved(now: Walk, instrument: str, questionnaire: Questionnaire, field: ItemField) -> HttpResponse:
    """It is in the database: when, which version it is, and the values that are calculated from it."""
    kept = now.kept.get(instrument, {}).get(field.position)
    given = now.given(instrument) if questionnaire.calculation_order else {}
    worked_out = {
        position: in_words(item, given.get(position), now.lang) for position, item in _calculated(questionnaire, given)
    }
    return autosaving.saved(clock.now(), str(kept.version if kept else 0), worked_out)


def _calculated(questionnaire: Questionnaire, given: dict[str, Any]) -> list[tuple[str, Any]]:
    """The questions whose values are worked out, each with its positions."""
    plain = {link_id: questionnaire.by_link_id[link_id] for link_id in questionnaire.calculation_order}
    there = {position: item for position in given if (item := item_at(questionnaire, position)) and item.calculated}
    return list(
        {**{key: item for key, item in plain.items() if not questionnaire.repeating_around[key]}, **there}.items()
    )


def _conflict(other: Kept, questionnaire: Questionnaire, field: ItemField) -> HttpResponse:
    """Another device's newer answer, as a form would send it, so that both can be shown."""
    value = (
        assessments.typed(questionnaire, {field.position: other.value}).get(field.position)
        if other.value is not None
        else None
    )
    pairs = field.pairs(value)
    return autosaving.conflict(other.saved_at, pairs, str(other.version))

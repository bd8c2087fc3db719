"""Assessors: answers that come in otherwise than on a screen, taken by the outcome assessors of a person's site.

One asks for the primary outcomes by telephone; two enter a paper form, one after the other, and now and then one of them
reads a number wrong, which is found and settled. Who answers how is drawn with the life (`lives`).
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from stegvis.assessments import paper
from stegvis.assessments import queries as assessments
from stegvis.assessments.models import Assessment, PaperEntry
from stegvis.audit import clock
from stegvis.demonstration import answers
from stegvis.demonstration.lives import Life, Mode
from stegvis.demonstration.parameters import Parameters
from stegvis.methods.instruments import answers as answering
from stegvis.people import queries as people
from stegvis.people.models import Account, Participant, Role
from stegvis.protocol import queries as protocols
from stegvis.trial import actions as trial
from stegvis.trial import queries as trials

IN_THE_POST = timedelta(days=3)


def ask_by_telephone(model: Parameters, life: Life, person: Participant, occasion: str) -> None:
    """An assessor calls, asks for the primary outcomes, sends them and keeps the call."""
    found = _assessment(person, occasion)
    assessor = _assessors(person)[0]
    for code in trials.minimum_of(found):
        given = answers.answer(protocols.questionnaire(code), life.follow_up, life.choices, model.typical)
        trial.save_answers(
            assessment=found, instrument=code, answers=given, language=life.language, channel=Mode.PHONE, by=assessor
        )
    trial.submit_assessment(assessment=found, minimum=True, channel=Mode.PHONE, by=assessor)
    trial.keep_call(participant=person, occasion=occasion, outcome="answered", by=assessor)


def enter_paper(model: Parameters, life: Life, person: Participant, occasion: str) -> Callable[[], None]:
    """A form has come by post and an assessor enters it. Gives what another one does later: enter it again and send it."""
    found = _assessment(person, occasion)
    form = {code: _crosses(model, life, code) for code in found.instruments}
    first, second = _assessors(person)[:2]
    _enter(found, form, first)
    again = _with_slip(form) if life.misread else form
    return partial(_enter_again, person, occasion, again, second)


def _enter_again(person: Participant, occasion: str, form: dict[str, Any], by: Account) -> None:
    """The second entry; whoever made it looks at the paper once more where they differ, settles it and sends the form."""
    found = _assessment(person, occasion)
    _enter(found, form, by)
    first = paper.entries(found)[0]
    for each in paper.differences(found):
        paper.settle(
            assessment=found, instrument=each.instrument, link_id=each.link_id, entry=first,
            words="Read again on the paper.", by=by,
        )  # fmt: skip
    trial.send_paper(assessment=found, by=by)


def _enter(found: Assessment, form: dict[str, Any], by: Account) -> PaperEntry:
    completed_on = max(found.opens_on, clock.today() - IN_THE_POST)
    entry = paper.begin(assessment=found, completed_on=completed_on, initials="PP", by=by)
    for code, given in form.items():
        trial.enter_paper(entry=entry, instrument=code, answers=given, by=by)
    return paper.finish(entry=entry, by=by)


def _crosses(model: Parameters, life: Life, code: str) -> dict[str, Any]:
    """What stands on the paper, which leaves out what nobody might read in time."""
    given = answers.answer(protocols.questionnaire(code), life.follow_up, life.choices, model.typical)
    left_out = protocols.current().left_out_on_paper(code)
    return {link_id: value for link_id, value in given.items() if link_id not in left_out}


def _with_slip(form: dict[str, Any]) -> dict[str, Any]:
    """The same form with the first number on it read as another: one less, or one where there is none."""
    for code, given in form.items():
        for link_id, value in given.items():
            if isinstance(value, int) and not isinstance(value, bool):
                slip = value - 1 if value else 1
                if not answering.validate_answer(protocols.questionnaire(code).by_link_id[link_id], slip):
                    return form | {code: given | {link_id: slip}}
    return form


def _assessment(person: Participant, occasion: str) -> Assessment:
    found = assessments.assessment(person, occasion)
    assert found is not None  # opened when the person was randomised
    return found


def _assessors(person: Participant) -> list[Account]:
    return list(people.staff_at(person.site, Role.OUTCOME_ASSESSOR).order_by("pk"))

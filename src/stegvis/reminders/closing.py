"""The closing letter: what it says, and those that were sent."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from stegvis.people.models import Participant
from stegvis.reminders.models import ClosingLetter
from stegvis.reminders.models import Way as Way


def letters_of(participant: Participant) -> list[ClosingLetter]:
    """The letters that were sent about a participant, newest first."""
    rows = ClosingLetter.objects.filter(participant=participant).select_related("recorded_by")
    return list(rows.order_by("-sent_on", "-pk"))


def letter(participant: Participant, pk: int) -> ClosingLetter | None:
    """One of them."""
    return ClosingLetter.objects.filter(participant=participant, pk=pk).first()


def written(
    *, name: str, code: str, trial: str, registration: str, site: str, began: str, visits: Sequence[str],
    activities: Sequence[str], physiotherapist: str, phone: str,
) -> str:  # fmt: skip
    """The letter from what the record knows, in the language that is active; neither a group nor a score is in it."""
    took_part = _("{name} has taken part in {trial} at {site}, since {began}. In the study the code is {code}.").format(
        name=name, trial=f"{trial} ({registration})" if registration else trial, site=site, began=began, code=code
    )
    parts = [took_part]
    if visits:
        parts.append(_("Visits to the physiotherapist: {days}.").format(days=", ".join(visits)))
    if activities:
        lines = "\n".join(f"- {line}" for line in activities)
        parts.append(
            _("This is what the person and the physiotherapist have agreed to go on with:\n{lines}").format(lines=lines)
        )
    if physiotherapist:
        parts.append(_("Physiotherapist in the study: {name}.").format(name=physiotherapist))
    parts.append(
        _(
            "Which treatment was compared with which, and the results, are told when the study is over. Usual care goes on as "
            "before, and the study books nothing more. Questions: {phone}."
        ).format(phone=phone)
    )
    return "\n\n".join(parts)

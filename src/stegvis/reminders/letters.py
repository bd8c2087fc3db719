"""The system's own letters, in the reader's language. None carries health data, an arm, or the name of an illness.

Letters about the trial itself (reminders, the result of randomisation, thanks) are texts of the protocol; these are
what any trial needs to let people in and to tell staff.
"""

import re
from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _

PATH_OF_LINK = "/{language}/sign-in/link/{token}/"
"""Where a one-time link leads; the pages are the room `web`'s, and a test holds the two together."""

PATH_OF_SIGN_IN = "/{language}/sign-in/"

PATH_OF_SHORT = "/{language}/q/{occasion}/?short"
"""Where the letter that says the primary outcomes are enough leads; a test holds it to the pages."""


PATH_OF_COPY, PATH_OF_CONSENT = "/{language}/study/consent/", "/{language}/consent/"
"""Where the letters about a consent lead: the copy of what was signed; what there is to read and sign."""
PATH_OF_REACH = "/{language}/reach/"
"""Where the letter leads that asks whether contact details are still right; a test holds it to the pages."""


def reach_way(language: str) -> str:
    """The path of the page on which a person keeps how they are reached."""
    return PATH_OF_REACH.format(language=language)


def short_way(language: str, occasion: str) -> str:
    """The path of the page that asks for the primary outcomes alone."""
    return PATH_OF_SHORT.format(language=language, occasion=occasion)


def link(token: str, language: str) -> str:
    """The whole address of a one-time link."""
    return settings.SITE_URL + PATH_OF_LINK.format(language=language, token=token)


def sign_in_page(language: str) -> str:
    """The whole address of the page where one signs in."""
    return settings.SITE_URL + PATH_OF_SIGN_IN.format(language=language)


def plain(markdown: str) -> str:
    """A text of the protocol as a letter without formatting: marks of emphasis and headings go, words and lists stay."""
    without_headings = re.sub(r"^#+ +", "", markdown, flags=re.MULTILINE)
    return re.sub(r"(\*{1,2})(?=\S)(.+?)(?<=\S)\1", r"\2", without_headings)


def sign_in(address: str) -> tuple[str, str]:
    """For someone who asked to be let in."""
    return _("Your link to sign in"), _(
        "Here is your link. It works once, for 30 minutes:\n\n{address}\n\n"
        "If you did not ask for it, you need do nothing: nobody gets in without this letter."
    ).format(address=address)


def invitation(address: str) -> tuple[str, str]:
    """For a new member of staff."""
    return _("Your account in Stegvis"), _(
        "You have been given an account. Open this link within 7 days to choose a password and to set up the "
        "one-time codes:\n\n{address}"
    ).format(address=address)


def welcome(address: str, trial: str) -> tuple[str, str]:
    """For someone who may take part and has yet to consent."""
    return _("Welcome to {trial}").format(trial=trial), _(
        "You can now read about the study in peace and decide whether you want to take part. "
        "Open your page here:\n\n{address}\n\nThe link works once. You can ask for a new one at any time on the page "
        "where you sign in."
    ).format(address=address)


def consent_copy(address: str) -> tuple[str, str]:
    """For a participant who has consented: where the copy of what was signed is, to read, to print and to keep."""
    return _("Your copy of what you agreed to"), _(
        "Thank you. What you agreed to in the study is kept. Your copy is here, with the texts word for word and your "
        "signature. You can read it at any time, and print it:\n\n{address}\n\nYou can change your mind whenever you like."
    ).format(address=address)


def consent_again(address: str) -> tuple[str, str]:
    """For a participant whom an amendment asks for consent once more. It says nothing about what has changed."""
    return _("The study has changed a little"), _(
        "Something in the study has changed. Read what is new, and say whether you still want to take part. It is just as "
        "fine to say no:\n\n{address}"
    ).format(address=address)


def consent_question(address: str) -> tuple[str, str]:
    """For whoever informs people at a site: somebody has asked about taking part. It names nobody and quotes nothing."""
    return _("Stegvis: a question about taking part"), _(
        "Somebody has asked something about taking part in the study and waits for an answer. Sign in to see it:\n\n{address}"
    ).format(address=address)


def consent_refused(address: str) -> tuple[str, str]:
    """For a participant who has said no to a newer text, whatever follows. It says nothing about what has changed."""
    return _("Your answer about the study is kept"), _(
        "You have said no to the newer text. What that means for you stands on your page, and so does the way to say yes "
        "later if you change your mind:\n\n{address}"
    ).format(address=address)


def something_new(address: str) -> tuple[str, str]:
    """For a participant who has something to read. It says nothing about what it is."""
    return _("There is something new for you"), _(
        "You have something new to read in the study. Take it when it suits you:\n\n{address}"
    ).format(address=address)


def next_step(address: str, *, short: bool) -> tuple[str, str]:
    """For a participant who has something to go on with; `short` for a text message. It says nothing about what it is."""
    if short:
        return "", _("Your place is kept. Go on when it suits you: {address}").format(address=address)
    return _("Your place is kept"), _(
        "You can go on where you were, when it suits you. A few minutes are enough:\n\n{address}\n\n"
        "The link works once. You can ask for a new one at any time on the page where you sign in. There you can also "
        "choose when you hear from us, or not at all."
    ).format(address=address)


def contact_refresh(address: str) -> tuple[str, str]:
    """For a participant who will be asked again after a long time: are the details still right?"""
    return _("Have we the right number?"), _(
        "It is a while since you heard from the study. Soon there are new questions. Please see whether your phone number and "
        "address are still right. It takes a minute:\n\n{address}"
    ).format(address=address)


def new_physiotherapist(address: str, name: str) -> tuple[str, str]:
    """For a participant whom another physiotherapist meets from now on. Everybody in the trial has one, whatever the arm."""
    return _("Who you meet at your visits"), _(
        "From now on you meet {name} at your visits. What you have agreed on stays as it is.\n\n"
        "Your page is here:\n\n{address}"
    ).format(name=name, address=address)


def site_changed(address: str, *, site_name: str = "", site_phone: str = "", **_more: str) -> tuple[str, str]:
    """For a participant who goes on at another clinic. It says nothing of the group or of who treats them."""
    return _("Your clinic in the study"), _(
        "From now on {site_name} sees to you in the study. Their telephone is {site_phone}. What you have agreed on, your "
        "questions and your plan stay as they are.\n\nYour page is here:\n\n{address}"
    ).format(site_name=site_name, site_phone=site_phone, address=address)


def caseloads_full(address: str, *, therapists: bool) -> tuple[str, str]:
    """For whoever can open a place: a caseload is full, or nobody works in the role. It names no participant."""
    subject = _("Stegvis: caseloads are full")
    if therapists:
        return subject, _(
            "At a site every therapist cares for as many people as the protocol allows, or nobody works there as one. So "
            "somebody may have too many, or a person nobody. Invite one more, or change the limit:\n\n{address}"
        ).format(address=address)
    return subject, _(
        "At your site every physiotherapist cares for as many people as the protocol allows, or nobody works there as one. "
        "See who has no physiotherapist, and share the people among you:\n\n{address}"
    ).format(address=address)


def withdrawal(stopped: Sequence[tuple[str, str]], what_stays: str) -> tuple[str, str]:
    """For a participant who stopped a part or everything: what stops and since when, what goes on, what is kept and why.

    `stopped` are layers with their days; `what_stays` is the trial's own text about what was given already.
    """
    layers = {layer for layer, _day in stopped}
    said = {
        "programme": _("the programme"),
        "plan": _("the plan and the visits"),
        "questions": _("the questions"),
        "everything": _("everything"),
    }
    lines = "\n".join(f"- {said[layer]} ({day})" for layer, day in stopped)
    return _("Your choice in the study is confirmed"), _(
        "This letter confirms what you have stopped in the study:\n\n{stopped}\n\n{goes_on} "
        "Your usual care stays the same.\n\n{what_stays}"
    ).format(stopped=lines, goes_on=_goes_on(layers), what_stays=what_stays)


def _goes_on(layers: set[str]) -> str:
    if "everything" in layers:
        return _("We send nothing more and book nothing more. You can still sign in and read what you have written.")
    if "questions" in layers:
        return _("We send no more questions and do not call about them. The rest goes on as before.")
    return _("The rest goes on as before, the questions too. Your answers count just as much.")


def questions_wait(address: str, *, minutes: str, closes_on: str, **_more: str) -> tuple[str, str]:
    """A text message in place of a reminder of the protocol, whose letter is too long for one."""
    return "", _("The study has questions for you, about {minutes} min, open until {closes_on}: {address}").format(
        minutes=minutes, closes_on=closes_on, address=address
    )


def alert(address: str, *, short: bool = False) -> tuple[str, str]:
    """For someone on the safety rota; `short` for a text message. It names nobody and says nothing about health."""
    if short:
        return "", _("Stegvis: something needs someone on the rota today. Sign in to see it: {address}").format(
            address=address
        )
    return _("Stegvis: something needs you today"), _(
        "There is an alert that needs someone on the rota. Sign in to see it:\n\n{address}"
    ).format(address=address)


def alert_review(address: str) -> tuple[str, str]:
    """For someone on the safety rota, of what has no clock. It names nobody and says nothing about health."""
    return _("Stegvis: something to go through"), _(
        "Something has been listed for review. No clock runs: look at it when there is time. Sign in to see it:\n\n{address}"
    ).format(address=address)


def alert_copy(address: str) -> tuple[str, str]:
    """For a therapist of whose caseload somebody has an alert. It names nobody and says nothing about health."""
    return _("Stegvis: the rota has been told of an alert"), _(
        "There is an alert in your caseload. The safety rota has been told and deals with it. Sign in to see where it "
        "stands:\n\n{address}"
    ).format(address=address)


def alert_test(address: str, *, short: bool = False) -> tuple[str, str]:
    """For someone on the safety rota, as a test: it goes the same way as a real alert, and says that it is none."""
    if short:
        return "", _("Stegvis: a test, nobody is in need. Sign in and say that you have it: {address}").format(
            address=address
        )
    return _("Stegvis: a test alert"), _(
        "This is a test, nobody is in need. It shows that alerts reach you. Sign in and say that you have it:\n\n{address}"
    ).format(address=address)


def alert_escalated(address: str, *, short: bool = False) -> tuple[str, str]:
    """For someone who is told of an alert because nobody has taken it. It names nobody and says nothing about health."""
    if short:
        return "", _(
            "Stegvis: an alert has waited and nobody has taken it. Sign in, or telephone the clinic: {address}"
        ).format(address=address)
    return _("Stegvis: an alert that nobody has taken"), _(
        "An alert has waited, and nobody on the safety rota has taken it. You are told because somebody must. If you work at the "
        "clinic, sign in and take it. If not, telephone the clinics and ask who has it.\n\n{address}"
    ).format(address=address)

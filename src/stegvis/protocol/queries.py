"""What the protocol says, as loaded. Parsed once for each version and process: versions never change."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import lru_cache

from stegvis.audit import clock
from stegvis.methods.instruments import pain_map, reading
from stegvis.methods.instruments.questionnaire import Questionnaire
from stegvis.methods.study.protocol import Protocol
from stegvis.methods.study.texts import StudyText, trial_values
from stegvis.protocol.errors import NoProtocol, UnknownInstrument
from stegvis.protocol.models import GoneLive, InstrumentVersion, ProtocolVersion

_remembered: ContextVar[dict[date, ProtocolVersion] | None] = ContextVar("remembered", default=None)


@contextmanager
def remembered() -> Iterator[None]:
    """Within the block (a request, a day of the demonstration) the version in force is asked once for each day."""
    if _remembered.get() is not None:  # a block within a block
        yield
        return
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


def version(on: date | None = None) -> ProtocolVersion:
    """The version in force on a day (today): the newest that has taken effect, else the first. One small query."""
    day = on or clock.today()
    known = _remembered.get()
    if known is None:
        return _version(day)
    if day not in known:
        known[day] = _version(day)
    return known[day]


def _version(day: date) -> ProtocolVersion:
    rows = ProtocolVersion.objects.only("pk", "number", "version", "effective_from", "sha256")
    found = rows.filter(effective_from__lte=day).order_by("-number").first()
    found = found or rows.order_by("number").first()
    if found is None:
        raise NoProtocol()
    return found


def is_loaded() -> bool:
    """Whether a protocol has been loaded. Nothing is asked where a version is remembered: versions are never removed."""
    return bool(_remembered.get()) or ProtocolVersion.objects.exists()


def labels() -> dict[int, str]:
    """The label of every version, by key: “1.0”."""
    return dict(ProtocolVersion.objects.values_list("pk", "version"))


def current(on: date | None = None) -> Protocol:
    """The protocol in force on a day (today)."""
    return protocol_of(version(on).pk)


@lru_cache(maxsize=16)
def protocol_of(version_pk: int) -> Protocol:
    """The protocol of a stored version."""
    return Protocol.model_validate(ProtocolVersion.objects.values_list("content", flat=True).get(pk=version_pk))


def text(code: str, language: str, on: date | None = None) -> StudyText:
    """The text with this code that is in force on a day (today), in `language` or else the trial's first language."""
    day = on or clock.today()
    found = version(day)
    protocol = protocol_of(found.pk)
    texts = _texts_of(found.pk)
    number = protocol.text_entry(code, day).version
    return texts.get((code, number, language)) or texts[(code, number, protocol.trial.languages[0])]


def letter(code: str, language: str, values: Mapping[str, str]) -> tuple[str, str]:
    """Title and body of a text with everything filled in: what the protocol knows, and `values`."""
    return text(code, language).filled({**trial_values(current(), language), **values})


def from_first_heading(body: str) -> str:
    """The body of a text from its first heading on; nothing of a text without one.

    The text about withdrawing names before it every part that anyone may stop, and so what only some of them have.
    """
    _before, heading, rest = body.partition("## ")
    return f"{heading}{rest}"


def questionnaire(code: str, on: date | None = None) -> Questionnaire:
    """The questionnaire of an instrument that the protocol in force uses."""
    return questionnaire_of(instrument_pk(code, on))


@lru_cache(maxsize=64)
def questionnaire_of(instrument_version_pk: int) -> Questionnaire:
    """The questionnaire of a stored instrument version."""
    return reading.load(InstrumentVersion.objects.values_list("source", flat=True).get(pk=instrument_version_pk))


def instrument_pk(code: str, on: date | None = None) -> int:
    """The stored version of an instrument that the protocol in force uses, by key."""
    pk = _instruments_of(version(on).pk).get(code)
    if pk is None:
        raise UnknownInstrument(code=code)
    return pk


def scoring_choices(protocol: Protocol, questionnaire: Questionnaire) -> dict[str, dict[str, str]]:
    """What the protocol decided where an instrument's scoring leaves a choice open: the pain map's open decisions."""
    decided = protocol.pain_map
    chosen = {name: getattr(decided, name) for name in pain_map.DECISIONS}
    count = {"count": decided.locations}
    return {
        rule.name: chosen | (count if rule.parameters.get("rule") == ["locations"] else {})
        for rule in questionnaire.scores
        if rule.function in ("pain_map", "fibromyalgia_2016")
    }


def is_live() -> bool:
    """Whether this installation serves real people."""
    return GoneLive.objects.exists()


def forget() -> None:
    """Forget what was parsed; for tests that go from one database to another within a process."""
    for cached in (protocol_of, questionnaire_of, _texts_of, _instruments_of):
        cached.cache_clear()


@lru_cache(maxsize=16)
def _texts_of(version_pk: int) -> dict[tuple[str, int, str], StudyText]:
    stored = ProtocolVersion.objects.values_list("texts", flat=True).get(pk=version_pk)
    texts = [StudyText.model_validate(each) for each in stored]
    return {(each.code, each.version, each.language): each for each in texts}


@lru_cache(maxsize=16)
def _instruments_of(version_pk: int) -> dict[str, int]:
    return dict(ProtocolVersion.objects.get(pk=version_pk).instruments.values_list("code", "pk"))

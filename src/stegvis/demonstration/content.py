"""The programme as the demonstration publishes it: what is written, and a stand-in for each module that is not yet."""

from dataclasses import replace
from pathlib import Path

from stegvis.methods.programme import check, content

TITLE = {"sv": "Steget är inte skrivet än", "en": "This step is not written yet"}
WHY = {
    "sv": "Så att hela vägen går att prova.",
    "en": "So that the whole way can be tried.",
}
TEXT = {
    "sv": "Texten till det här steget skrivs just nu. I demonstrationen kan du gå igenom det som om det var klart. "
    "I en riktig studie öppnas det inte.",
    "en": "The text of this step is being written. In the demonstration you can go through it as if it were done. "
    "In a real study it does not open.",
}
FIELD = {"sv": "Vad vill du skriva till din behandlare?", "en": "What would you like to write to your therapist?"}


def programme(directory: Path) -> content.Programme:
    """The trial's programme with a stand-in for each module that is not written, so that all can be walked through."""
    found = check.read(directory)
    return replace(found, modules=tuple(_complete(module, found.languages) for module in found.modules))


def _complete(module: content.Module, languages: tuple[str, ...]) -> content.Module:
    if module.written:
        return module
    translations = {language: _stand_in(module, language) for language in languages}
    return replace(module, written=True, translations=translations)


def _stand_in(module: content.Module, language: str) -> content.Translation:
    spoken = language if language in TEXT else "en"
    field = content.Field(name=f"m{module.number:02d}_words", kind="long-text", label=FIELD[spoken], in_short=True)
    exercise = content.Exercise(
        purpose="homework", code=f"m{module.number:02d}", title=module.title(language), markdown="", fields=(field,)
    )
    part = content.Part(
        number=1, title=TITLE[spoken], why=WHY[spoken], blocks=(content.Text(TEXT[spoken]), exercise),
        short=TEXT[spoken], minutes=2, short_minutes=1,
    )  # fmt: skip
    return content.Translation(summary=f"{TITLE[spoken]}.", parts=(part,), notes="")

"""Every sentence that people read, found in the source, and the catalogue that holds its Swedish.

    python -m stegvis.config.messages        brings web/locale/sv/LC_MESSAGES/django.po up to date

English stands in the code and the templates; Swedish in the catalogue, written by people. What has no Swedish yet is
listed and left empty, and a test refuses it. Found are: calls of gettext and its kin in Python, the docstrings of
refusals (`stegvis.audit.errors.Refused`, whose docstring is the sentence), and templates.
"""

import ast
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from inspect import cleandoc
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parents[1]
CATALOGUE = PACKAGE / "web" / "locale" / "sv" / "LC_MESSAGES" / "django.po"

_SINGULAR = {"gettext", "gettext_lazy", "gettext_noop", "_"}
_PLURAL = {"ngettext", "ngettext_lazy"}
_CONTEXT = {"pgettext", "pgettext_lazy"}


@dataclass
class Message:
    """One sentence: its English, its plural if it has one, its context, and the files that say it."""

    singular: str
    plural: str | None = None
    context: str | None = None
    places: set[str] = field(default_factory=set)

    @property
    def key(self) -> tuple[str | None, str, str | None]:
        """What tells it from others."""
        return self.context, self.singular, self.plural


def messages(package: Path = PACKAGE) -> list[Message]:
    """Every sentence in the source, in the order of files, each once."""
    found: dict[tuple[str | None, str, str | None], Message] = {}
    for path in sorted(package.rglob("*.py")):
        if "migrations" not in path.parts:
            _collect(found, _in_python(ast.parse(path.read_text(encoding="utf-8"))), path, package)
    for path in sorted((package / "web" / "templates").rglob("*.*")):
        if path.suffix in {".html", ".txt", ".svg"}:
            _collect(found, _in_template(path.read_text(encoding="utf-8")), path, package)
    return list(found.values())


def _collect(
    found: dict[tuple[str | None, str, str | None], Message], new: Iterable[Message], path: Path, package: Path
) -> None:
    for message in new:
        if message.singular.strip():
            found.setdefault(message.key, message).places.add(str(path.relative_to(package)))


def _in_python(tree: ast.Module) -> Iterator[Message]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _in_call(node)
        if isinstance(node, ast.ClassDef) and any(_named(base) == "Refused" for base in node.bases):
            yield Message(" ".join(cleandoc(ast.get_docstring(node) or "").split()))


def _in_call(node: ast.Call) -> Iterator[Message]:
    name = _named(node.func)
    texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if name in _SINGULAR and texts:
        yield Message(texts[0])
    elif name in _PLURAL and len(texts) >= 2:
        yield Message(texts[0], texts[1])
    elif name in _CONTEXT and len(texts) >= 2:
        yield Message(texts[1], context=texts[0])


def _named(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _in_template(source: str) -> Iterator[Message]:
    """Django itself parses the template, so that trimmed blocks come out exactly as they are looked up."""
    from django.template import Context, Engine
    from django.template.base import Node, Template
    from django.templatetags.i18n import BlockTranslateNode, TranslateNode

    engine = Engine.get_default()
    template = Template(source, engine=engine)

    def walk(nodes: Iterable[Node]) -> Iterator[Node]:
        for node in nodes:
            yield node
            # A block of our own (`card`, `inset`) names no children, though it holds some.
            for name in dict.fromkeys((*node.child_nodelists, "nodelist", "nodelist_loop", "nodelist_empty")):
                children = getattr(node, name, None)
                if children:
                    yield from walk(children)
            for _, children in getattr(node, "conditions_nodelists", ()):
                yield from walk(children)

    for node in walk(template.nodelist):
        if isinstance(node, TranslateNode):
            text = node.filter_expression.var
            context = node.message_context.resolve(Context()) if node.message_context else None
            if isinstance(text, str):
                yield Message(text, context=context)
            elif getattr(text, "literal", None):
                yield Message(str(text.literal).replace("%%", "%"), context=context)
        if isinstance(node, BlockTranslateNode):
            singular, _ = node.render_token_list(node.singular)
            plural = node.render_token_list(node.plural)[0] if node.plural else None
            context = node.message_context.resolve(Context()) if node.message_context else None
            yield Message(singular, plural, context)


def catalogue() -> Catalog:
    """The Swedish catalogue as it stands; an empty one when there is none."""
    if not CATALOGUE.exists():
        return _empty()
    return read_po(io.BytesIO(CATALOGUE.read_bytes()), locale="sv")


def _empty() -> Catalog:
    """A catalogue whose head never changes by itself."""
    head = "# Swedish for Stegvis: English stands in the source, Swedish is written here."
    day = datetime(2026, 1, 1, tzinfo=UTC)
    return Catalog(
        locale="sv", header_comment=head, project="Stegvis", version="1", charset="utf-8", fuzzy=False,
        creation_date=day, revision_date=day,
    )  # fmt: skip


def untranslated(found: Iterable[Message], there: Catalog) -> list[Message]:
    """The sentences without Swedish, or with half a plural."""
    return [message for message in found if not _swedish(there, message)]


def _swedish(there: Catalog, message: Message) -> str | tuple[str, ...]:
    entry = there.get(message.singular, message.context)
    if entry is None or entry.fuzzy:
        return ""
    text = entry.string
    if message.plural is not None:
        return text if isinstance(text, tuple | list) and all(text) else ""  # type: ignore[return-value]
    return text if isinstance(text, str) else ""


def bring_up_to_date() -> list[Message]:
    """Write the catalogue anew: every sentence of today with the Swedish it had. Returns what has none."""
    found, there = messages(), catalogue()
    fresh = _empty()
    for message in found:
        key = (message.singular, message.plural) if message.plural is not None else message.singular
        old = there.get(message.singular, message.context)
        string = old.string if old is not None and not old.fuzzy else ""
        fits = isinstance(string, tuple | list) == (message.plural is not None)
        fresh.add(
            key, string if fits else None, context=message.context, locations=[(p, 0) for p in sorted(message.places)]
        )
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, fresh, width=120, include_lineno=False, sort_output=False, omit_header=False)
    return untranslated(found, catalogue())


def main() -> None:
    """Bring the catalogue up to date and list what has no Swedish."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stegvis.config.settings")
    django.setup()
    for message in bring_up_to_date():
        print(f"{sorted(message.places)[0]}: {message.singular}")  # noqa: T201 - a tool for the terminal


if __name__ == "__main__":
    main()

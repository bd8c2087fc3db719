"""Snippets: sentences a therapist starts a reply from, in the four behaviours that go with finishing modules.

The groups are those that correlated with module completion in 490 e-mails to 44 patients: task reinforcement (`effort`),
empathetic utterances (`understanding`), self-efficacy shaping (`ability`), task prompting (`next_step`)
(Paxling B et al. Behav Cogn Psychother 2013;41:280–289, doi:10.1017/S1352465812000240).

A snippet may hold {step}, the title of the next module, {module}, that of the one that is answered, {goal}, the person's
main goal in their own words, and {name}, their first name. It is a beginning: the therapist rewrites it for the person.
Beside these, which come with the programme, each therapist keeps sentences of their own.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

from stegvis.methods.programme.content import Snippet, SnippetGroup
from stegvis.methods.programme.problems import Problem, toml_problem
from stegvis.methods.programme.replycheck import marks

FILE = "snippets.toml"
GROUPS: tuple[SnippetGroup, ...] = get_args(SnippetGroup)
PLACEHOLDERS = ("name", "goal", "module", "step")
LEAST_IN_A_GROUP = 3

_KNOWN = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def read_snippets(text: str, languages: Sequence[str]) -> tuple[tuple[Snippet, ...], list[Problem]]:
    """Read snippets.toml: the snippets in their order, and every problem."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return (), [toml_problem(FILE, text, error)]
    problems = [
        Problem(FILE, _line(text, group), f"“{group}” is not a group.", f"The groups are: {', '.join(GROUPS)}.")
        for group in data
        if group not in GROUPS
    ]
    found = []
    for group in GROUPS:
        table = data.get(group, {})
        for code, texts in table.items() if isinstance(table, dict) else ():
            found.append(Snippet(group, code, texts if isinstance(texts, dict) else {}))
    for snippet in found:
        problems += _about(snippet, languages, _line(text, f"{snippet.group}.{snippet.code}"))
    return tuple(found), problems + _missing(found)


def filled(text: str, values: Mapping[str, str]) -> str | None:
    """The sentence with `values` in place of its placeholders; None when one of them has no value or an empty one."""
    if not all(values.get(name) for name in placeholders(text)):
        return None
    return _PLACEHOLDER.sub(lambda found: values[found[1]], text)


def placeholders(text: str) -> tuple[str, ...]:
    """The names in braces, in order."""
    return tuple(_PLACEHOLDER.findall(text))


def _about(snippet: Snippet, languages: Iterable[str], line: int) -> list[Problem]:
    problems = []
    name = f"{snippet.group}.{snippet.code}"
    for language in languages:
        text = snippet.texts.get(language)
        if not isinstance(text, str) or not text.strip():
            problems.append(Problem(FILE, line, f"{name} has no text in “{language}”.", f"Add {language} = a text."))
            continue
        if strange := [found for found in placeholders(text) if found not in PLACEHOLDERS]:
            what = f"{name} ({language}) has the unknown placeholder {{{strange[0]}}}."
            problems.append(Problem(FILE, line, what, f"Use {_KNOWN}."))
        if snippet.group not in marks(text, language):
            what = f"{name} ({language}) is not recognised as “{snippet.group}” by the reply check."
            problems.append(Problem(FILE, line, what, "Use one of the group's phrases (replycheck.PHRASES)."))
    return problems


def _missing(found: Sequence[Snippet]) -> list[Problem]:
    problems = []
    for group in GROUPS:
        count = sum(snippet.group == group for snippet in found)
        if count < LEAST_IN_A_GROUP:
            what = f"The group “{group}” has {count} snippets."
            problems.append(Problem(FILE, 1, what, f"Write at least {LEAST_IN_A_GROUP}."))
    return problems


def _line(text: str, table: str) -> int:
    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(rf"\s*\[{re.escape(table)}\]", line):
            return number
    return 1

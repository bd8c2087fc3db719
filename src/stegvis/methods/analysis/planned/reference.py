"""Reference: writes docs/reference/analyses.md from the specs and the report's own texts, so that it cannot lag behind.

python -m stegvis.methods.analysis.planned.reference > docs/reference/analyses.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from stegvis.methods.analysis.planned.specs import SPECS, Option
from stegvis.methods.analysis.report.catalogue import Catalogue

HEAD = """# The methods of `[[analyses]]`

Each entry of `[[analyses]]` in a plan (`sap.toml`) is one analysis of the outcomes of one estimand:

| key | value | needed | meaning |
|---|---|---|---|
| `code` | string | yes | Its name; results stand under it in `results.json`. |
| `method` | one of those below | yes | How. |
| `role` | `main`, `sensitivity`, `supplementary` or `exploratory` | yes | What for; the report prints it. |
| `estimand` | code | yes | Which question it answers. |
| `outcomes` | list of codes | no, else all of the estimand | For which outcomes. |
| `label` | text | no, else the method's name | What the report calls it. |

Every method gives the difference compared arm minus reference with interval and P, or says why it cannot; on the scale that
`[[transformations]]` gives the outcome, if it gives one. Draws come from the plan's seed and the analysis' own code and
outcome, so adding an analysis moves no other's numbers.

"""


def page() -> str:
    """The whole manual page."""
    return HEAD + "\n".join(_method(name, options) for name, options in SPECS.items())


def _method(name: str, options: tuple[Option, ...]) -> str:
    t = Catalogue("en")
    lines = [f"## `{name}`", "", f"{t(f'method.{name}')}. {t(f'definition.{name}')}", ""]
    lines += [f"Takes for granted: {t(f'assumes.{name}')}", ""]
    return "\n".join([*lines, *_options(options)])


def _options(options: tuple[Option, ...]) -> Iterator[str]:
    if options:
        yield "| option | may be | meaning |"
        yield "|---|---|---|"
    for one in options:
        yield f"| `{one.key}` | {one.may_be} | {one.what} |"
    if options:
        yield ""


if __name__ == "__main__":
    sys.stdout.write(page())

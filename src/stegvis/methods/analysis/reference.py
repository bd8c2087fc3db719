"""Reference: writes docs/reference/extract.md from the definitions of the tables, so that the manual cannot lag behind.

python -m stegvis.methods.analysis.reference > docs/reference/extract.md
"""

from __future__ import annotations

import sys

from . import conduct_tables as conduct_tables
from . import harm_tables as harm_tables
from . import plan_tables as plan_tables
from . import visit_tables as visit_tables
from .columns import Column, Table
from .manifest import BLINDED, FORMAT, POOLED, UNBLINDED
from .tables import EVENTS, TABLES

OPENING = f"""# The extract

<!-- Written by `python -m stegvis.methods.analysis.reference`; change the definitions, not this file. -->

An extract is a folder: one CSV file per table and `manifest.json`. It is all that leaves the trial's database for the
analysis, and all that `stegvis analyse EXTRACT --plan FILE --out DIR` reads, without server or database.

- **Files** are UTF-8 with one header line, commas, and lines ended by LF. Rows are sorted by their key. The columns stand
  in the order given here.
- **Cells**: dates as `2026-11-13`, moments as `2026-11-13T09:30:00Z`, yes/no as `yes` and `no`, numbers with a decimal
  point, codes without spaces at their ends, nothing at all for what is missing.
- **No table holds** a name, an address, or anything that somebody wrote in their own words.
- An extract from before a table or column was added is read without it.
- Reading **refuses** an extract whose files are not those of the manifest byte for byte, a cell of the wrong type, a row
  that stands twice, a person, goal or arm that does not exist, an arm without anybody, a blind extract that tells an arm.
  Every mistake is told at once, with file, row (the header is row 1), column, why, and the way out. Writing refuses the
  same, so nothing is written that could not be read.

## Three kinds

| kind | arms | what is left out |
|---|---|---|
| `{POOLED}` | no `arms.csv` | tables of a treatment that not every arm is offered, and withdrawals from such a treatment |
| `{BLINDED}` | dummy labels, dealt at random by whoever writes the extract | the same |
| `{UNBLINDED}` | the protocol's codes | nothing; meant for after the lock |

A blinded extract hides which letter is which arm. It does not hide it from somebody who knows one participant's arm, nor,
when the allocation ratio is unequal, from somebody who counts: give it to people who treat nobody.

## manifest.json

| key | meaning |
|---|---|
| `format` | `{FORMAT}` |
| `kind` | `{POOLED}`, `{BLINDED}` or `{UNBLINDED}` |
| `made_up` | true when any participant is made up; the report then says so at its head and foot |
| `study`, `titles`, `registration` | the trial's code, its titles by language, its number in a register or null |
| `written_at` | when the extract was written (UTC); the only time that the report knows |
| `data_until` | the last day whose events are in it; a window that closes after it is not closed |
| `code_commit` | the code that wrote it |
| `protocol`, `sap` | version and SHA-256 of the protocol and of the analysis plan at that time |
| `arms` | the labels in `arms.csv`, none when pooled |
| `shared_treatments` | the treatments that every arm is offered |
| `files` | for each file its number of `rows` and the `sha256` of its bytes |

## Tables
"""

WRITER = """
## Writing one

```python
from stegvis.methods.analysis.extract import write_extract
from stegvis.methods.analysis.manifest import About, Version
from stegvis.methods.analysis.tables import Participant, Score  # … one frozen dataclass per table, fields as above

manifest = write_extract(folder, About(kind="pooled", ...), participants=[Participant(...)], scores=[Score(...)])
```

`write_extract` takes rows in any order, sorts them, writes a table that belongs to the kind and was not given as empty,
and refuses one that does not belong. It never overwrites an extract. `read_extract(folder)` gives the same rows back.
"""


def extract_page() -> str:
    """The whole page."""
    tables = "\n".join(_table(one) for one in TABLES.values())
    events = "\n".join(f"| `{event}` | {meaning} |" for event, meaning in EVENTS.items())
    return f"{OPENING}\n{tables}\n### Events\n\n| event | the person … |\n|---|---|\n{events}\n{WRITER}"


def _table(one: Table) -> str:
    rows = "\n".join(_column(column) for column in one.columns)
    extra = (
        "\n| … | text | yes | A baseline characteristic, named by its column. |" if one.takes_characteristics else ""
    )
    return (
        f"### {one.file}\n\n{one.what}{_presence(one)}\nKey: {', '.join(f'`{name}`' for name in one.key)}.\n\n"
        f"| column | cell | may be empty | meaning |\n|---|---|---|---|\n{rows}{extra}\n"
    )


def _column(column: Column) -> str:
    listed = " " + ", ".join(f"`{value}`" for value in column.one_of) if column.one_of else ""
    words = f"{column.type_in_words}:{listed}" if listed else column.type_in_words
    return f"| `{column.name}` | {words} | {'yes' if column.may_be_empty else 'no'} | {column.what} |"


def _presence(one: Table) -> str:
    if one.on_request:
        return " `stegvis extract --answers` writes it; the analysis does not read it."
    if one.unblinded_only:
        return " In unblinded extracts only."
    if one.treatment:
        return f" In pooled and blinded extracts only when every arm is offered the treatment `{one.treatment}`."
    return ""


if __name__ == "__main__":
    sys.stdout.write(extract_page())

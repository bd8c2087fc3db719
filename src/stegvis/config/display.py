"""What `stegvis demo` shows in the terminal: steps, progress bars, and in the end the address and the sign-ins."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.box import SIMPLE
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

Report = Callable[[str, int, int], None]
"""`report(what, done, total)`: how a long work tells how far it has come."""


class Display:
    """Plain lines where nobody looks on (no terminal), colours and bars where somebody does."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)

    def step(self, what: str) -> None:
        """One line: what is being done now."""
        self.console.print(f"{what} …")

    def done(self, what: str) -> None:
        """The last line."""
        self.console.print(what)

    @contextmanager
    def progress(self) -> Iterator[Report]:
        """A bar for each kind of work that is reported."""
        bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.console,
        )
        known: dict[str, TaskID] = {}

        def report(what: str, done: int, total: int) -> None:
            if what not in known:
                known[what] = bars.add_task(what, total=total)
            bars.update(known[what], completed=done, total=total)

        with bars:
            yield report

    def welcome(self, address: str, sign_ins: list[list[str]]) -> None:
        """Where to look and whom to be."""
        self.console.print()
        if sign_ins:
            table = Table("Role", "Sign in as", "Password", box=SIMPLE, title="One sign-in per role, all made up")
            table.title_justify = "left"
            for role, name, password, _, about in sign_ins:
                who = role.replace("_", " ")
                table.add_row(f"{who}: {about}" if role == "participant" and about else who, name, password)
            for column in table.columns:
                column.overflow = "fold"  # a shortened address is no address
            for column in table.columns[1:]:
                column.no_wrap = True  # nor is one in two pieces
            self.console.print(table)
        pages = {page for *_, page, _about in sign_ins if page}
        for page in sorted(pages):
            self.console.print(f"Staff also need a one-time code: {address.rstrip('/')}{page} shows it.")
        self.console.print(f"The example trial is served at {address}")
        self.console.print("Ctrl-C stops it; what you did is kept for the next start.")

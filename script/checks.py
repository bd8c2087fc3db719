"""Runs every check of the project, each named and timed, and says in the end which failed. Called by script/test."""

import argparse
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
SOURCES = ["src", "tests", "bench", "script"]
OF_THE_SERVER = [f"tests/config/test_{name}.py" for name in ("database", "embedded", "postgres")]
STATEMENTS = "var/statements"
"""Where the first run of the tests notes what each of them sends to the server."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Step:
    """One check: its name and its command."""

    name: str
    command: list[str]


@dataclass(frozen=True)
class Outcome:
    """How a check ended."""

    name: str
    seconds: float
    passed: bool


def main() -> int:
    """Run the checks that were asked for; 0 when all passed."""
    parser = argparse.ArgumentParser(prog="script/test", description="Runs every check of the project.")
    parser.add_argument("--quick", action="store_true", help="leave the browser out")
    parser.add_argument("--journey", metavar="J5", help="run just this journey")
    asked = parser.parse_args()
    os.chdir(CHECKOUT)
    shutil.rmtree(STATEMENTS, ignore_errors=True)  # a test that is gone or changed sends something else now
    if (asked.journey or not asked.quick) and not _browser_is_there():
        return 1
    steps = [_journey(asked.journey)] if asked.journey else _all(quick=asked.quick)
    outcomes = [_run(step) for step in steps]
    _report(outcomes)
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def _all(*, quick: bool) -> list[Step]:
    sources = [folder for folder in SOURCES if Path(folder).is_dir()]
    steps = [
        Step("format", [_tool("ruff"), "format", "--check", *sources]),
        Step("lint", [_tool("ruff"), "check", *sources]),
        Step("types", [_tool("mypy")]),
        Step("import rules", [_tool("lint-imports")]),
    ]
    if Path("src/stegvis/web/templates").is_dir():
        steps.append(Step("templates", [_tool("djlint"), "src/stegvis/web/templates", "--lint", "--quiet"]))
    steps.append(Step("tests", [*_pytest(), "--ignore", "tests/journeys", f"--note-statements={STATEMENTS}"]))
    if other := _other_postgres():
        # Whatever reaches the database reaches it through the rooms, as the import rules hold; so they are tried on the
        # other version too, and what starts a server and migrates it. Pages and the launcher are tried on one. Of those
        # tests as few are run as send everything that all of them send (tests/statements.py).
        told = ["--only-database", f"--pg-bin={other}", f"--new-statements={STATEMENTS}"]
        steps.append(Step(f"database tests on {other}", [*_pytest(), "tests/rooms", *OF_THE_SERVER, *told]))
    if not quick and Path("tests/journeys").is_dir():
        steps.append(Step("journeys", [*_pytest(), "tests/journeys"]))
    return steps


def _journey(number: str) -> Step:
    return Step(f"journey {number}", [*_pytest(workers=1), "tests/journeys", "--journey", number])


def _pytest(workers: int = 2) -> list[str]:
    return [sys.executable, "-m", "pytest", "-q", *(["-n", str(workers), "--dist", "worksteal"] if workers > 1 else [])]


def _tool(name: str) -> str:
    return str(BIN / name)


def _other_postgres() -> Path | None:
    """The system's own server programs, newest first, when they are of another version than the packaged ones."""
    sys.path.insert(0, str(CHECKOUT / "src"))
    from stegvis.config import postgres

    packaged = postgres.find_binaries()
    for place in postgres.debian_binaries():
        if (place / "initdb").exists() and postgres.find_binaries(place).major != packaged.major:
            return place
    return None


def _run(step: Step) -> Outcome:
    print(f"\n=== {step.name} ===", flush=True)
    began = time.monotonic()
    # Types are checked with Django set up, which must not make this checkout's keys.
    environment = {**os.environ, "STEGVIS_MODE": "test"}
    status = subprocess.run(step.command, env=environment, check=False).returncode
    return Outcome(step.name, time.monotonic() - began, status == 0)


def _report(outcomes: list[Outcome]) -> None:
    print("\n=== all checks ===")
    for outcome in outcomes:
        print(f"{'passed' if outcome.passed else 'FAILED'}  {outcome.seconds:6.1f} s  {outcome.name}")
    failed = [outcome.name for outcome in outcomes if not outcome.passed]
    print(f"These failed: {', '.join(failed)}." if failed else "Every check passed.", flush=True)


def _browser_is_there() -> bool:
    """Journeys need Chromium; as root on Debian it is installed, otherwise a sentence says how to get one."""
    if any(shutil.which(name) for name in BROWSERS):
        return True
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Debian's chromium …", flush=True)
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
        quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
        if subprocess.run(install, check=False, stderr=subprocess.DEVNULL, **quiet).returncode != 0:
            subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
            subprocess.run(install, check=False, **quiet)
        if shutil.which("chromium"):
            return True
    print(
        "The journeys need a browser, and neither chromium nor google-chrome was found. On Debian or Ubuntu, as root: "
        "apt-get install chromium. Or leave the browser out: script/test --quick",
        file=sys.stderr,
    )
    return False


if __name__ == "__main__":
    sys.exit(main())

"""What the manual for a server tells people to type is what the program takes."""

import re
import shutil
import subprocess
from importlib import import_module
from pathlib import Path

import click
import pytest

from stegvis.config.cli import COMMANDS
from stegvis.config.environment import CHECKOUT, Environment

HOW_TO = CHECKOUT / "docs" / "how-to"
UNITS = HOW_TO / "systemd"
TEXTS = [HOW_TO / "production.md", *sorted(UNITS.iterdir())]


def typed() -> list[tuple[str, list[str]]]:
    """Each command that the manual and its files name, with its options."""
    found = []
    for text in TEXTS:
        for line in re.findall(r"(?:`|# |-m )stegvis ([a-z].*?)(?:`|$)", text.read_text(), flags=re.MULTILINE):
            name, *rest = line.split()
            found.append((name, [word for word in rest if word.startswith("--")]))
    return found


def test_every_command_is_one_with_the_options_that_are_named():
    assert {"migrate", "serve", "worker", "backup", "restore", "take-over", "doctor"} <= {name for name, _ in typed()}
    for name, options in typed():
        command = import_module(COMMANDS[name][0]).command
        known = {option for each in command.params if isinstance(each, click.Option) for option in each.opts}
        assert set(options) <= known, f"stegvis {name}"


def test_every_setting_is_one():
    named = set(re.findall(r"\b(STEGVIS_[A-Z_]+)=", "".join(text.read_text() for text in TEXTS)))

    assert "STEGVIS_OWNER_DATABASE_URL" in named
    assert {name.removeprefix("STEGVIS_").lower() for name in named} <= set(Environment.model_fields)


def test_every_unit_that_the_manual_starts_is_there():
    text = (HOW_TO / "production.md").read_text()

    for unit in ("web.service", "worker.service", "backup.service", "backup.timer", "verify.service", "verify.timer"):
        assert (UNITS / f"stegvis-{unit}").exists()
    assert set(re.findall(r"stegvis-(\w+)\.timer", text)) == {"backup", "verify"}


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="this machine has no systemd to ask")
def test_systemd_understands_the_units(tmp_path: Path):
    for unit in [*UNITS.glob("*.service"), *UNITS.glob("*.timer")]:
        text = unit.read_text().replace("/opt/stegvis/current/.venv/bin/python", "/bin/true")
        (tmp_path / unit.name).write_text(text.replace("/etc/stegvis", str(tmp_path)))
    asked = subprocess.run(
        ["systemd-analyze", "verify", *map(str, tmp_path.iterdir())], capture_output=True, text=True, check=False
    )

    assert "stegvis" not in asked.stderr, asked.stderr

"""The command line: starts at once, answers a refusal with a sentence, shows every command."""

import subprocess
import sys

import pytest

from stegvis.audit.errors import Refused
from stegvis.config import cli

WITHOUT_DJANGO = ["--help", "study --help", "programme --help", "questionnaire --help", "demo --help", "serve --help"]


@pytest.mark.parametrize("arguments", WITHOUT_DJANGO)
def test_help_needs_neither_django_nor_a_database(arguments):
    script = (
        "import sys; from stegvis.config.cli import stegvis\n"
        f"try: stegvis({arguments.split()!r})\n"
        "finally: sys.exit(7 if {'django', 'psycopg'} & set(sys.modules) else 0)"
    )

    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=False).returncode == 0


def test_every_command_is_there_and_says_what_it_does(stegvis):
    shown = stegvis("--help").stdout

    for name, (module, line) in cli.COMMANDS.items():
        assert name in shown
        assert line
        __import__(module)
        assert sys.modules[module].command.help


def test_an_unknown_command_is_refused(stegvis):
    refused = stegvis("randomize")

    assert refused.returncode == 2
    assert "No such command" in refused.stderr


class _NoPlaceLeft(Refused):
    """Stratum {stratum} has no place left. Load a longer list."""


def test_a_refusal_is_printed_as_its_sentence(monkeypatch, capsys):
    def refuse(**_: object) -> None:
        raise _NoPlaceLeft(stratum="2")

    monkeypatch.setattr(cli, "stegvis", refuse)
    with pytest.raises(SystemExit) as ended:
        cli.main()

    assert ended.value.code == 1
    assert capsys.readouterr().err == "Stratum 2 has no place left. Load a longer list.\n"


def test_a_fault_of_ours_is_not_hidden_behind_a_sentence(monkeypatch):
    def fail(**_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(cli, "stegvis", fail)
    with pytest.raises(ZeroDivisionError):
        cli.main()

"""`stegvis randomise load`, as an administrator of the server types it."""

import subprocess
import sys
from pathlib import Path

from stegvis.allocation.models import Sequence
from stegvis.config.environment import CHECKOUT
from tests.rooms.allocation.small_trial import ARMS, load_protocol, make_list


def typed(environment: dict[str, str], *words: str, verb: str = "load") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "stegvis", "randomise", verb, *words],
        env=environment, cwd=CHECKOUT, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_list_is_loaded_from_its_file_once(fresh_database, tmp_path: Path):
    load_protocol()
    made = make_list()
    file = tmp_path / "list.csv"
    file.write_text(made.csv())
    words = (str(file), "--seed-kind", "typed", "--sha256", made.sha256())

    done = typed(fresh_database.environment, *words)
    assert done.returncode == 0, done.stderr
    assert f"24 places, sha256 {made.sha256()}" in done.stdout
    assert Sequence.objects.get().sha256 == made.sha256()

    again = typed(fresh_database.environment, *words)
    assert again.returncode == 1
    assert "a list is used once" in again.stderr
    assert not any(arm in done.stdout + done.stderr + again.stdout + again.stderr for arm in ARMS)

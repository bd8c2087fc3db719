"""How long the server takes to show a page of an instrument of 100 items, and to save one answer to it.

    python -m bench.answering

The instrument (that of `bench.questionnaires`: 50 conditions, one calculated sum) stands in the example trial. Each request
goes through the whole application, row-level security included, on the embedded server with its settings for tests. Half
of the questions are answered. The peer is the health page: one query and no template.
"""

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bench import questionnaires
from bench.pages import _server

REPEATS, WARM_UP = 100, 5
MILLISECONDS = {"show a page": 30.0, "save one answer": 30.0}
"""The most that the 95th percentile may be."""

CODE = "stress-now"
SAVE = f"/en/api/autosave/answers/six_months/{CODE}/"


def main() -> int:
    """Measure, print a line each, and fail where the 95th percentile is too long."""
    with _server(), tempfile.TemporaryDirectory() as folder:
        figures = _measure(_study(Path(folder) / "study"))
    unit = median(figures["health"])
    for name, found in figures.items():
        print(
            f"{name:16} p50 {median(found):6.1f} ms  p95 {_p95(found):6.1f} ms  {median(found) / unit:5.1f} health pages"
        )
    broken = [name for name, most in MILLISECONDS.items() if _p95(figures[name]) > most]
    print(
        "\n".join(f"{name}: promised are {MILLISECONDS[name]:.0f} ms." for name in broken) or "Every promise is kept."
    )
    return 1 if broken else 0


def _p95(found: list[float]) -> float:
    return quantiles(found, n=20)[-1]


def _study(folder: Path) -> Path:
    """The example trial, whose question about stress is followed by 100 others."""
    from tests.methods.instruments.forms import SHIPPED
    from tests.studies.folders import CWP
    from tests.web.questions import in_swedish

    shutil.copytree(CWP, folder)
    source = json.loads((SHIPPED / f"{CODE}.json").read_text(encoding="utf-8"))
    for item in questionnaires.form()["item"]:
        for option in item.get("answerOption", ()):
            coding = option["valueCoding"]
            coding["display"], coding["_display"] = coding["code"], in_swedish({"text": coding["code"]})["_text"]
        source["item"].append(in_swedish({"text": f"About {item['linkId']}"} | item))
    (folder / "instruments").mkdir(exist_ok=True)
    (folder / "instruments" / f"{CODE}.json").write_text(json.dumps(source), encoding="utf-8")
    protocol = (folder / "protocol.toml").read_text(encoding="utf-8")
    own = protocol.replace(f'code = "{CODE}"\nlibrary = "1.0.0"', f'code = "{CODE}"')
    (folder / "protocol.toml").write_text(own, encoding="utf-8")
    return folder


def _measure(study: Path) -> dict[str, list[float]]:
    from django.test import Client

    from stegvis.audit import clock
    from stegvis.people.acting import acting_as
    from stegvis.trial import actions as trial
    from tests.worlds import FRIDAY, installed

    with clock.frozen(clock.at(FRIDAY, 10)):
        world = installed(study)
        person = world.allocated(on=FRIDAY.replace(month=5))
        with acting_as(person.account):
            from stegvis.assessments import queries as assessments

            found = assessments.assessment(person, "six_months")
            half = {f"q{number}": str(number % 5) for number in range(50)}
            trial.save_answers(assessment=found, instrument=CODE, answers=half, language="en", by=person.account)
        browser = Client()
        browser.force_login(person.account)
        numbers = iter(range(10**6))
        return {
            "health": _times(lambda: browser.get("/health")),
            "show a page": _times(lambda: browser.get(f"/en/q/six_months/{CODE}/q39/")),
            "save one answer": _times(lambda: browser.post(SAVE, {"field": "q40", "q40": str(next(numbers) % 5)})),
        }


def _times(ask: Callable[[], Any]) -> list[float]:
    """How long each repeat took, ms."""
    found = []
    for number in range(WARM_UP + REPEATS):
        began = time.perf_counter()
        response = ask()
        taken = (time.perf_counter() - began) * 1000
        if response.status_code != 200:
            raise RuntimeError(f"{response.request['PATH_INFO']} answered {response.status_code}, not 200.")
        if number >= WARM_UP:
            found.append(taken)
    return found


if __name__ == "__main__":
    sys.exit(main())

"""How many people a minute come from screening to randomised through the pages of `stegvis serve`, and how long each step is.

    python -m bench.enrolling                           # 1,000 people by four browsers
    python -m bench.enrolling --people 20               # some minutes: each answers sixty pages of questions

The example trial on the embedded server with its settings for tests (no waiting for the disk), its caseloads and its list
made large enough. Everything is a request to a web server in processes of its own: coordinators, physiotherapists and
participants sign in there, staff with a one-time code, forms are sent with the tokens they came with, and whoever
randomises gives the password again. Days pass between the stages, on the demonstration's clock. The browsers run beside the
server on the same cores and are counted with it.
"""

import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from shutil import copytree
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import lxml.html
import pyotp

from bench.pages import _server

PASSWORD = "en-lugn-promenad"
SEED = 4137
MOST_PAGES = 400
"""No questionnaire has so many; a walk through one that does not end is a mistake of this file."""
REDIRECTS = frozenset({301, 302, 303})


def main() -> int:
    """Measure, print, and fail where somebody did not get through."""
    asks = argparse.ArgumentParser(prog="python -m bench.enrolling", description=__doc__.splitlines()[0])
    asks.add_argument("--people", type=int, default=1000)
    asks.add_argument("--browsers", type=int, default=4, help="how many people are served at once")
    asks.add_argument("--workers", type=int, default=2, help="processes of the web server")
    told = asks.parse_args()
    with _server() as server, tempfile.TemporaryDirectory(prefix="stegvis-bench-") as place:
        trial = Trial(told.people, Path(place))
        before = _seconds_of_children()
        with _served(server, told.workers) as port:
            Enrolling(trial, port, told.browsers).run()
        used = (_seconds_of_children() - before) / told.people
        print(f"The web server used {used:.1f} s of a core for each, its start included; the database is not counted.")
        trial.check()
    return 0


def _seconds_of_children() -> float:
    """Seconds of a core that processes which were waited for have used: what others do on the machine is not in it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


# The trial ------------------------------------------------------------------------------------------------------------
class Trial:
    """The example trial with room for everybody, at the day on which the first stage is."""

    def __init__(self, people: int, place: Path) -> None:
        from stegvis.audit import clock
        from tests.studies.folders import CWP
        from tests.worlds import FRIDAY, installed

        self.people = people
        folder = Path(copytree(CWP, place / "study"))
        protocol = folder / "protocol.toml"
        wide = re.sub(r"(?m)^(physiotherapist|therapist) = \d+$", rf"\1 = {people + 1}", protocol.read_text("utf-8"))
        protocol.write_text(wide, encoding="utf-8")
        self.day = FRIDAY
        with clock.frozen(clock.at(FRIDAY, 9)):
            self.world = installed(folder)
            self._more_places()
        self.pass_days(0)

    def _more_places(self) -> None:
        from stegvis.allocation import actions as allocation
        from stegvis.audit.action import SYSTEM
        from stegvis.methods.randomisation.blocks import generate
        from stegvis.people.acting import acting_as

        protocol = self.world.protocol
        more = generate(
            arms=[arm.code for arm in protocol.arms], ratio=[arm.ratio for arm in protocol.arms], block_sizes=[4, 6],
            strata=list(protocol.strata), per_stratum=self.people + 6, seed=SEED,
        )  # fmt: skip
        with acting_as(SYSTEM):
            allocation.load_sequence(csv_text=more.csv(), seed_kind="typed", by=SYSTEM)

    def pass_days(self, days: int) -> None:
        """Set the demonstration's clock to the morning so many days later."""
        from django.db import transaction

        from stegvis.audit import actions as record
        from stegvis.audit import clock
        from stegvis.audit.action import SYSTEM
        from stegvis.people.acting import acting_as

        self.day += timedelta(days=days)
        with transaction.atomic(), acting_as(SYSTEM):
            record.set_clock(offset=clock.at(self.day, 9) - clock.wall(), by=SYSTEM)

    def participants(self) -> list[tuple[str, str]]:
        """Code and address of everybody who was invited; each of them gets the password."""
        from stegvis.audit.action import SYSTEM
        from stegvis.people import actions as people
        from stegvis.people.acting import acting_as
        from stegvis.people.models import Participant

        with acting_as(SYSTEM):
            rows = list(Participant.objects.select_related("account").order_by("pk"))
            for each in rows:
                people.set_password(account=each.account, password=PASSWORD, by=SYSTEM)
            return [(each.code, each.account.email) for each in rows]

    def check(self) -> None:
        """Fail unless everybody was randomised, in order, and every arm comes out again."""
        from stegvis.allocation import recomputing
        from stegvis.audit.action import SYSTEM
        from stegvis.people.acting import acting_as

        with acting_as(SYSTEM):
            found = recomputing.everything()
        if found.problems or found.allocations != self.people:
            raise SystemExit(f"Not everybody was randomised as the list says: {found}")


@contextmanager
def _served(server: Any, workers: int) -> Iterator[int]:
    """`stegvis serve` in a process of its own; its port."""
    from bench import kept
    from tests import testserver
    from tests.conftest import _wait_until_well, free_port

    port = free_port()
    command = [sys.executable, "-m", "stegvis", "serve", "--port", str(port), "--workers", str(workers)]
    process = subprocess.Popen(command, env=testserver.process_environment(server, kept.NAME), start_new_session=True)
    try:
        _wait_until_well(f"http://127.0.0.1:{port}", process)
        yield port
    finally:
        process.terminate()
        process.wait(20)


# Browsers -------------------------------------------------------------------------------------------------------------
class Browser:
    """A window: its connection, its cookies, and the page it shows. Whoever shares `cookies` shares the session."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookies = {} if cookies is None else cookies
        self.path = "/"
        self.page: Any = None
        self.took: list[float] = []
        """Milliseconds of each request since it was last emptied, redirects followed."""

    def open(self, path: str) -> None:
        """Show a page."""
        self._ask("GET", path)

    def send(self, having: str, button: tuple[str, str] | None = None, among: str = "//form", **values: Any) -> None:
        """Fill in the form that has the field `having`, beside what stands in it, and press its button."""
        form = next((each for each in self.page.xpath(among) if having in each.fields), None)
        if form is None:
            raise SystemExit(f"{self.path} has no form with {having}: {self.words()[:600]}")
        given = [(name, value) for name, value in form.form_values() if name not in values]
        for name, value in values.items():
            given += [(name, each) for each in (value if isinstance(value, list) else [value])]
        self._ask("POST", urljoin(self.path, form.get("action") or ""), [*given, *([button] if button else [])])

    def words(self) -> str:
        """The words of the page."""
        found = self.page.xpath("//main")
        return " ".join((found[0] if found else self.page).text_content().split())

    def _ask(self, method: str, path: str, form: list[tuple[str, str]] | None = None) -> None:
        began = time.perf_counter()
        status, text = self._once(method, path, form)
        self.took.append((time.perf_counter() - began) * 1000)
        self.page = lxml.html.document_fromstring(text)
        if status != 200:
            raise SystemExit(f"{method} {self.path} answered {status}: {self.words()[:600]}")

    def _once(self, method: str, path: str, form: list[tuple[str, str]] | None) -> tuple[int, bytes]:
        """Status and content where the redirects end."""
        for _ in range(10):
            headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
            if form is not None:
                headers |= {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
            self.connection.request(method, path, urlencode(form) if form is not None else None, headers)
            answer = self.connection.getresponse()
            text = answer.read()
            for each in answer.headers.get_all("Set-Cookie") or ():
                self.cookies.update({name: found.value for name, found in SimpleCookie(each).items()})
            self.path = path
            if answer.status not in REDIRECTS:
                return answer.status, text
            where = urlsplit(urljoin(path, answer.headers["Location"]))
            method, form, path = "GET", None, where.path + (f"?{where.query}" if where.query else "")
        raise SystemExit(f"{path} leads on and on.")


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


def filled_in(form: Any, prefers: Callable[[str, list[str]], list[str]]) -> dict[str, Any]:
    """An answer to each question of a form that has none: of choices what `prefers` takes, of numbers the least."""
    given: dict[str, Any] = {}
    for name in {each.name for each in form.inputs if each.name and "__" not in each.name}:
        inputs = [each for each in form.inputs if each.name == name]
        kind = inputs[0].get("type") or inputs[0].tag
        if kind in {"radio", "checkbox"} and not any(each.get("checked") is not None for each in inputs):
            given[name] = prefers(name, [each.get("value") or "on" for each in inputs])
        elif kind in {"number", "range"} and not inputs[0].get("value"):
            given[name] = inputs[0].get("min") or "1"
    return given


# What people do -------------------------------------------------------------------------------------------------------
class Enrolling:
    """Brings everybody from screening to randomised, stage by stage, and keeps how long each step took."""

    def __init__(self, trial: Trial, port: int, browsers: int) -> None:
        self.trial, self.port, self.browsers = trial, port, browsers
        self.kinds = {each.code: each.kind for each in trial.world.protocol.criteria}
        self.sites = [site.code for site in trial.world.sites]
        self.sessions: dict[str, dict[str, str]] = {}
        self.steps: dict[str, list[list[float]]] = defaultdict(list)
        """By step, for each person the milliseconds of each request."""
        self.seconds = 0.0
        self.lock = threading.Lock()

    def run(self) -> None:
        """All of it, and the figures."""
        coordinators = {site.code: self.trial.world.coordinator(site) for site in self.trial.world.sites}
        numbers = range(self.trial.people)
        self._sign_in([*coordinators.values()])
        self._each("screen", numbers, lambda n: self._screen(n, coordinators[self._site(n)].code))
        self.trial.pass_days(1)
        people = self.trial.participants()
        self._each("sign in and read", people, self._read)
        self._each("consent", people, self._consent)
        self._each("sign as the informing one", people, lambda who: self._countersign(who, coordinators))
        self.trial.pass_days(1)
        self._each("answer the baseline", people, self._answer)
        self.trial.pass_days(3)
        by_physio = self._caseloads()
        self._sign_in(sorted(set(by_physio.values()), key=lambda account: account.code))
        self._each("hold the first visit", people, lambda who: self._visit(who, by_physio[who[0]].code))
        self._each("decide", people, lambda who: self._decide(who, coordinators))
        self._each("randomise", people, lambda who: self._randomise(who, coordinators))
        self._print()

    def _site(self, number: int) -> str:
        return self.sites[number % len(self.sites)]

    def _each(self, step: str, whom: Any, do: Callable[[Any], Browser]) -> None:
        """Do a step for everybody, so many at once."""

        def one(who: Any) -> None:
            browser = do(who)
            with self.lock:
                self.steps[step].append(list(browser.took))
            browser.connection.close()

        began = time.monotonic()
        with ThreadPoolExecutor(self.browsers) as pool:
            list(pool.map(one, whom))
        self.seconds += time.monotonic() - began

    def _staff(self, code: str) -> Browser:
        return Browser(self.port, self.sessions[code])

    def _sign_in(self, accounts: list[Any]) -> None:
        """Sign members of staff in: password and one-time code."""
        from tests.journeys.conftest import prepare_sign_in

        for account in accounts:
            secret = prepare_sign_in(account)
            self.sessions[account.code] = {}
            browser = self._staff(account.code)
            browser.open("/en/sign-in/")
            browser.send("password", ("way", "password"), email=account.email, password=PASSWORD)
            browser.send("code", code=pyotp.TOTP(secret).now())

    def _screen(self, number: int, coordinator: str) -> Browser:
        browser = self._staff(coordinator)
        browser.open("/en/trial/screening/new/")
        browser.send(
            "pain_places", **self._self_check(browser), name=f"Made Up {number}", email=f"person{number}@example.org",
            phone="070-174 06 99", source="phone", language="en", site=self._site(number),
        )  # fmt: skip
        self._find(browser)
        browser.open(browser.path + "invite/")
        browser.send("sex", sex="woman")
        return browser

    def _self_check(self, browser: Browser) -> dict[str, Any]:
        """Answers that speak for an assessment, to the questions that the form asks."""
        from tests.worlds import WIDE

        names = next(form for form in browser.page.forms if "pain_places" in form.fields).fields
        asked = {name: name.removeprefix("criterion_") for name in names if name.startswith("criterion_")}
        speaks_for = {name: "yes" if self.kinds[code] == "include" else "no" for name, code in asked.items()}
        return {"age": "45", "pain_months": "60", "pain_places": list(WIDE), **speaks_for}

    def _find(self, browser: Browser) -> None:
        """Every criterion that a clinician decides on this page, so that it passes."""
        form = next(each for each in browser.page.forms if any(name.startswith("verdict_") for name in each.fields))
        names = [name for name in form.fields if name.startswith("verdict_")]
        found = {name: "yes" if self.kinds[name.removeprefix("verdict_")] == "include" else "no" for name in names}
        browser.send(names[0], **found)

    def _person(self, who: tuple[str, str]) -> Browser:
        return Browser(self.port, self.sessions[who[0]])

    def _read(self, who: tuple[str, str]) -> Browser:
        self.sessions[who[0]] = {}
        browser = self._person(who)
        browser.open("/en/sign-in/")
        browser.send("password", ("way", "password"), email=who[1], password=PASSWORD)
        browser.open("/en/consent/")
        pages = {href for href in browser.page.xpath("//main//a/@href") if "page=" in href}
        for href in sorted(pages):
            browser.open(urljoin(browser.path, href))
        return browser

    def _consent(self, who: tuple[str, str]) -> Browser:
        browser = self._person(who)
        browser.open("/en/consent/sign/")
        browser.send("agrees", agrees="on", name="Made Up")
        return browser

    def _countersign(self, who: tuple[str, str], coordinators: Mapping[str, Any]) -> Browser:
        browser = self._staff(coordinators[who[0].rpartition("-")[0]].code)
        browser.open(f"/en/trial/participants/{who[0]}/consent/")
        browser.send("mode", mode="telephone", name="Made Up Coordinator")
        return browser

    def _answer(self, who: tuple[str, str]) -> Browser:
        """Every page of the baseline's questionnaires, as they follow each other, and Send."""
        browser = self._person(who)
        browser.open("/en/q/baseline/")
        start = next(href for href in browser.page.xpath("//main//a/@href") if "/q/baseline/" in href)
        browser.open(urljoin(browser.path, start))
        for _ in range(MOST_PAGES):
            if urlsplit(browser.path).path.endswith("/review/"):
                break
            form = browser.page.xpath("//main//form")[-1]
            version = next(name for name in form.fields if name.endswith("__version"))
            browser.send(version, ("then", "next"), **filled_in(form, self._least))
        browser.send("csrfmiddlewaretoken", among="//main//form")
        return browser

    def _least(self, name: str, values: list[str]) -> list[str]:
        """The first choice, which is the mildest in most instruments; of the pain map places that make widespread pain."""
        from tests.worlds import WIDE

        return [each for each in values if each in WIDE] or values[:1]

    def _visit(self, who: tuple[str, str], physio: str) -> Browser:
        browser = self._staff(physio)
        code = who[0]
        browser.open(f"/en/physio/{code}/visit/1/")
        browser.send("easy_minutes", easy_minutes="40", resources_social="A neighbour walks along")
        browser.send("what", ("rest", ""), among="//form[.//input[@name='what'][@value='flags']]")
        browser.send("what", among="//form[.//input[@name='what'][@value='capacity']]", value="11")
        browser.open(f"/en/physio/{code}/visit/1/goals/")
        browser.send("goal_type", text="Walk to the lake", goal_type="function", parent="", target_week="12")
        browser.open(f"/en/physio/{code}/visit/1/plan/")
        browser.send("kind", kind="walking", title="A calm walk", days=["1", "3", "5"], effort="medium")
        browser.open(f"/en/physio/{code}/visit/1/agree/")
        browser.send("read_aloud", read_aloud="on", app_shown="on", flare_rule="Half the time", next_time="10:30")
        return browser

    def _decide(self, who: tuple[str, str], coordinators: Mapping[str, Any]) -> Browser:
        browser = self._staff(coordinators[who[0].rpartition("-")[0]].code)
        browser.open(f"/en/trial/participants/{who[0]}/")
        self._find(browser)
        return browser

    def _randomise(self, who: tuple[str, str], coordinators: Mapping[str, Any]) -> Browser:
        browser = self._staff(coordinators[who[0].rpartition("-")[0]].code)
        browser.open(f"/en/trial/participants/{who[0]}/randomise/")
        browser.send("password", password=PASSWORD)
        return browser

    def _print(self) -> None:
        print(f"{'step':26} {'requests':>8} {'p50 ms':>8} {'p95 ms':>8} {'person p95 ms':>14}")
        for step, people in self.steps.items():
            every = [each for requests in people for each in requests]
            whole = [sum(requests) for requests in people]
            print(
                f"{step:26} {len(every) / len(people):8.1f} {median(every):8.0f} {_p95(every):8.0f} {_p95(whole):14.0f}"
            )
        requests = sum(len(each) for people in self.steps.values() for each in people)
        print(
            f"{self.trial.people} people from screening to randomised in {self.seconds:.0f} s: "
            f"{60 * self.trial.people / self.seconds:.1f} people a minute, {requests / self.seconds:.0f} requests a second"
        )

    def _caseloads(self) -> dict[str, Any]:
        """Who is each person's physiotherapist, by code."""
        from stegvis.audit.action import SYSTEM
        from stegvis.people import queries as people
        from stegvis.people.acting import acting_as
        from stegvis.people.models import Participant, Role

        with acting_as(SYSTEM):
            rows = Participant.objects.select_related("site")
            return {each.code: people.clinician_of(each, Role.PHYSIOTHERAPIST) for each in rows}


if __name__ == "__main__":
    os.environ.setdefault("STEGVIS_MODE", "test")
    sys.exit(main())

"""Journeys: a served trial in a real browser, as the people it is for.

`stage` is the example trial in a database of the test's own, standing at ten o'clock on Friday 13 November 2026 on the
demonstration's clock; `live` is its address, with the web server in a process of its own. `visitor` opens a browser window
(phone or desk); `Visitor.sign_in` goes through the real sign-in, one-time code included; `Visitor.look` is the
accessibility check, which every page visited goes through.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection, transaction
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import DjangoDbBlocker

from stegvis.audit import actions as record
from stegvis.audit import clock
from stegvis.audit import queries as record_queries
from stegvis.audit.action import SYSTEM
from stegvis.config import postgres
from stegvis.config.environment import CHECKOUT
from stegvis.demonstration.cast import PASSWORD
from stegvis.people import actions as people
from stegvis.people.acting import acting_as
from stegvis.people.errors import WrongCode
from stegvis.people.models import Account
from stegvis.programme import queries as courses
from tests import testserver
from tests.conftest import _point_django_at, _wait_until_well, free_port
from tests.ground import Ground
from tests.worlds import FRIDAY, World, as_installed

# Playwright keeps an event loop in this thread, in which Django would refuse its database; nothing here is asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

STAGE = "_stage"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES = [*WCAG, "best-practice"]
_AXE = Axe().axe_script
_VIOLATIONS = "options => axe.run(options).then(found => found.violations)"
"""What is in order stays in the browser: a list of it is far longer."""
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]


@pytest.fixture
def stage(
    installed_trial: tuple[str, World, Ground], django_db_blocker: DjangoDbBlocker, postgres_server: postgres.Server
) -> Iterator[World]:
    """The example trial, ready for its first participant; what a test does to it is committed.

    Each test has a new database, but always under the same name, so that one web server can serve them all.
    """
    template, trial, _ground = installed_trial
    name = template + STAGE
    with django_db_blocker.unblock():
        _point_django_at(postgres_server, template)  # which closes the connection that would hold the last test's
        postgres.drop_database(postgres_server, name)
        postgres.copy_database(postgres_server, template, name)
        _point_django_at(postgres_server, name)
        with clock.frozen(clock.at(FRIDAY, 10)):
            world = as_installed(trial)
            with transaction.atomic(), acting_as(SYSTEM):
                record.set_clock(offset=clock.now() - clock.wall(), by=SYSTEM)
            yield world
        _point_django_at(postgres_server, template.partition("_installed")[0])


@dataclass
class Site:
    """The served trial: its address, and its web server's process."""

    address: str
    process: "subprocess.Popen[bytes]"
    start: Callable[[], "subprocess.Popen[bytes]"]

    def kill(self) -> None:
        """`kill -9` of the web server and all its workers, then start it anew."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = self.start()

    def end(self) -> None:
        """Ask it to stop, and wait until it has."""
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(timeout=20)


def served(environment: dict[str, str]) -> Site:
    """A web server on a database."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "stegvis", "serve", "--port", str(port), "--workers", "1"]

    def start() -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(command, env=environment, cwd=CHECKOUT, start_new_session=True)
        _wait_until_well(address, process)
        return process

    return Site(address, start(), start)


@pytest.fixture(scope="session")
def sites() -> Iterator[dict[str, Site]]:
    """The web servers of this run, by the name of their database."""
    running: dict[str, Site] = {}
    yield running
    for site in running.values():
        site.end()


@pytest.fixture
def live(stage: World, sites: dict[str, Site], postgres_server: postgres.Server) -> Iterator[Site]:
    """The trial as served: a stage by the one web server, a database of a test's own by one of its own."""
    name = connection.settings_dict["NAME"]
    if name not in sites:
        sites[name] = served(testserver.process_environment(postgres_server, name))
    yield sites[name]
    if not name.endswith(STAGE):
        sites.pop(name).end()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium: one for all journeys of a run, since a process drives browsers from one loop only."""
    found = next(path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """Somebody at a browser window."""

    page: Page
    address: str
    language: str = "en"
    scriptless: bool = False

    def go(self, path: str) -> None:
        """Open an address of the trial in the visitor's language."""
        self.page.goto(f"{self.address}/{self.language}{path}")

    def sign_in(self, account: Account, then: str = "") -> None:
        """By password, and for staff by the one-time code of their app."""
        secret = prepare_sign_in(account)
        self.go("/sign-in/" + (f"?next=/{self.language}{then}" if then else ""))
        self.page.locator("input[name=email]").fill(account.email)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.locator("button[value=password]").click()
        if secret:
            self.page.locator("input[name=code]").fill(pyotp.TOTP(secret).now())
            self.page.locator("main button[type=submit], main button:not([type])").first.click()
        self.page.wait_for_load_state()

    def look(self, rules: list[str] = RULES) -> None:
        """The accessibility check of the page as it stands, also where its scripts do not run: no violation of these rules."""
        with self.scripts_for_us():
            self.page.evaluate(_AXE)
            found: Any = self.page.evaluate(_VIOLATIONS, {"runOnly": rules, "resultTypes": ["violations"]})
        violations = [f"{each['id']}: {each['nodes'][0]['html']}" for each in found]
        assert not violations, f"{self.page.url}\n" + "\n".join(violations)

    @contextmanager
    def scripts_for_us(self) -> Iterator[None]:
        """In a window without scripts let ours run for a while; the page's own were passed over when it was read."""
        if not self.scriptless:
            yield
            return
        browser = self.page.context.new_cdp_session(self.page)
        # Said twice, since the browser passes over what this connection has not changed.
        for disabled in (True, False):
            browser.send("Emulation.setScriptExecutionDisabled", {"value": disabled})
        yield
        browser.send("Emulation.setScriptExecutionDisabled", {"value": True})


def lose_connection(page: Page) -> None:
    """The device has no connection, and neither have its service workers: they are told a moment after its windows are."""
    page.context.set_offline(True)
    for worker in page.context.service_workers:
        worker.evaluate(_UNTIL_NOTHING_ANSWERS)


_UNTIL_NOTHING_ANSWERS = """async () => {
  for (;;) {
    try { await fetch("/health", { cache: "no-store" }); } catch { return; }
    await new Promise((done) => setTimeout(done, 20));
  }
}"""


def prepare_sign_in(account: Account) -> str:
    """Give an account its password and, when it is staff, an authenticator; returns the authenticator's secret."""
    with transaction.atomic(), acting_as(SYSTEM):
        people.set_password(account=account, password=PASSWORD, by=SYSTEM)
        if not account.is_staff_member:
            return ""
        secret = people.start_second_factor(account=account, by=SYSTEM)
        _confirm(account, secret)
        return secret


def _confirm(account: Account, secret: str) -> None:
    """With the code before the present one, so that the browser's is still unused; anew when it has just run out."""
    try:
        code = pyotp.TOTP(secret).at(int(time.time()) - 30)
        people.check_second_factor(account=account, code=code, by=SYSTEM)
    except WrongCode:
        people.check_second_factor(account=account, code=pyotp.TOTP(secret).at(int(time.time()) - 30), by=SYSTEM)


@pytest.fixture
def visitor(live: Site, chromium: Browser) -> Iterator[Callable[..., Visitor]]:
    """Opens windows: `visitor()` is a phone, `visitor(DESK)` a desk; more options go to the browser."""
    contexts = []

    def open_window(viewport: dict[str, int] | None = None, **options: Any) -> Visitor:
        context = chromium.new_context(viewport=viewport or PHONE, bypass_csp=True, **options)  # type: ignore[arg-type]
        contexts.append(context)
        return Visitor(context.new_page(), live.address, scriptless=options.get("java_script_enabled") is False)

    yield open_window
    for context in contexts:
        context.close()


def a_minute_later() -> None:
    """The trial's clock goes on, past the last moment to take a reply back."""
    with transaction.atomic(), acting_as(SYSTEM):
        record.set_clock(offset=record_queries.stored_offset() + courses.REACHES_AFTER, by=SYSTEM)

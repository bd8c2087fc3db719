"""When the largest thing on a page of questions has been drawn (LCP), on a phone with a slow mobile connection.

    python -m bench.loading

Lighthouse's slow 4G (1.6 Mbit/s down, 0.75 up, 150 ms a round trip) and a processor four times slower, with nothing in the
cache. The site is served by one process without a proxy, and its files are not compressed, which a live one's are.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.pages import _server

MILLISECONDS = 2500
"""The most that any page may take."""
PAGES = ("pain-intensity/pain-intensity/", "pain-map/pain-map/", "phq-9/phq9-1/", "review/")
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
LARGEST = """() => new Promise(done => {
  new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
    .observe({ type: "largest-contentful-paint", buffered: true });
})"""


def main() -> int:
    """Measure, print a line each, and fail where a page takes too long."""
    with _server() as server, _served(server) as (address, account):
        found = dict(_measured(address, account))
    for page, taken in found.items():
        print(f"{page:32} {taken:6.0f} ms (at most {MILLISECONDS})")
    return 1 if max(found.values()) > MILLISECONDS else 0


@contextmanager
def _served(server: Any) -> Iterator[tuple[str, Any]]:
    """The example trial as served, with somebody whose questions are open."""
    from django.db import transaction

    from stegvis.audit import actions as record
    from stegvis.audit import clock
    from stegvis.audit.action import SYSTEM
    from stegvis.people.acting import acting_as
    from tests import testserver
    from tests.conftest import _wait_until_well, free_port
    from tests.worlds import FRIDAY, installed

    with clock.frozen(clock.at(FRIDAY, 10)):
        person = installed().allocated(on=FRIDAY.replace(month=5))
        with transaction.atomic(), acting_as(SYSTEM):
            record.set_clock(offset=clock.now() - clock.wall(), by=SYSTEM)
        port = free_port()
        command = [sys.executable, "-m", "stegvis", "serve", "--port", str(port), "--workers", "1"]
        process = subprocess.Popen(
            command, env=testserver.process_environment(server, "bench"), start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        address = f"http://127.0.0.1:{port}"
        _wait_until_well(address, process)
        try:
            yield address, person.account
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=20)


def _measured(address: str, account: Any) -> Iterator[tuple[str, float]]:
    from playwright.sync_api import sync_playwright

    from tests.journeys.conftest import ARGUMENTS, PHONE, Visitor

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        first = Visitor(browser.new_context(viewport=PHONE).new_page(), address, "sv")  # type: ignore[arg-type]
        first.sign_in(account, then="/q/six_months/")
        state = first.page.context.storage_state()
        for page in PAGES:
            context = browser.new_context(viewport=PHONE, storage_state=state)  # type: ignore[arg-type]
            visitor = Visitor(context.new_page(), address, "sv")
            devtools = context.new_cdp_session(visitor.page)
            devtools.send("Network.enable")
            devtools.send("Network.emulateNetworkConditions", SLOW)
            devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
            visitor.go(f"/q/six_months/{page}")
            visitor.page.wait_for_load_state("networkidle")
            yield page, visitor.page.evaluate(LARGEST)
            context.close()
        browser.close()


if __name__ == "__main__":
    sys.exit(main())

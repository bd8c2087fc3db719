"""Takes the pictures of README.md from a running demonstration, so that they never show what is no longer so.

    script/demo --fresh                         (in another terminal)
    .venv/bin/python docs/pictures/take.py      [address]

Needs the packages in requirements/test.txt, and Chromium as the browser journeys do. Every picture is of the default
made-up trial in English; each is reduced to 64 colours, since pictures stay in the history for ever.
"""

import io
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
PHONE, DESK = (390, 844), (1280, 900)
COLOURS = 64


def main(address: str) -> None:
    """Take all of them."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        for name, size, take in PICTURES:
            _save(name, _as_png(browser, address, size, take))
        browser.close()


def today(page: Page) -> None:
    """A participant with the programme, on a phone."""
    _be(page, "participant", "with the programme")


def homework(page: Page) -> None:
    """A therapist's newest homework to answer, beside the reply."""
    _be(page, "therapist")
    page.locator("main a[href*='/homework/']").last.click()
    page.wait_for_load_state()


def overview(page: Page) -> None:
    """Who is where, as the coordinator sees it."""
    _be(page, "coordinator")


def report(page: Page) -> None:
    """A primary outcome in the report with dummy arms."""
    _be(page, "statistician")
    page.locator("form[action*='/blinded/print/'] button").click()
    page.goto(page.url + "page/")
    page.locator(".pair").first.evaluate("pair => pair.scrollIntoView()")


PICTURES: list[tuple[str, tuple[int, int], Callable[[Page], None]]] = [
    ("today", PHONE, today),
    ("homework", DESK, homework),
    ("overview", DESK, overview),
    ("report", DESK, report),
]


def _be(page: Page, role: str, about: str = "") -> None:
    """Sign in as the first made-up person of a role, by the demonstration's own page."""
    page.goto("/en/demo/")
    page.locator("li", has_text=role.capitalize()).filter(has_text=about).locator("button").first.click()
    page.wait_for_load_state()


def _as_png(browser: Browser, address: str, size: tuple[int, int], take: Callable[[Page], None]) -> bytes:
    width, height = size
    window = browser.new_context(
        base_url=address, viewport={"width": width, "height": height}, device_scale_factor=2 if size == PHONE else 1
    )
    try:
        page = window.new_page()
        take(page)
        page.wait_for_load_state("networkidle")
        return page.screenshot()
    finally:
        window.close()


def _save(name: str, png: bytes) -> None:
    picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    path = HERE / f"{name}.png"
    picture.save(path, optimize=True)
    sys.stdout.write(f"{path.name}: {picture.width} × {picture.height}, {path.stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")

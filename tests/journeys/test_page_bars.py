"""What a participant's phone has to fetch for the pages of questions, and that nothing jumps while they load."""

import gzip

import pytest

from tests.journeys.test_participants_journeys import HALF_A_YEAR_AGO, LINE, MAP

PAGES = ("/q/six_months/", LINE, MAP, "/q/six_months/phq-9/phq9-1/", "/q/six_months/stress-now/stress-now/",
         "/q/six_months/review/")  # fmt: skip
SHIFT = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) if (!one.hadRecentInput) sum += one.value; })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 300);
})"""


@pytest.mark.journey("J3")
def test_the_pages_of_questions_are_light_and_stand_still(stage, visitor):
    person = stage.allocated(on=HALF_A_YEAR_AGO)
    phone = visitor()
    fetched: dict[str, bytes] = {}
    phone.page.on("response", lambda response: keep(fetched, response))
    phone.sign_in(person.account, then="/q/six_months/")
    for address in PAGES:
        phone.go(address)
        phone.page.wait_for_load_state("networkidle")
        assert phone.page.evaluate(SHIFT) <= 0.05, f"{address} jumps"
    assert packed(fetched, ".js") <= 30_000
    assert packed(fetched, ".css") <= 20_000
    assert sum(len(body) for address, body in fetched.items() if address.endswith(".woff2")) <= 85_000


def keep(fetched, response):
    """The content of what a page loads, by address."""
    address = response.url.partition("?")[0]
    if address.endswith((".js", ".css", ".woff2")) and response.ok:
        fetched[address] = response.body()


def packed(fetched, ending):
    """Bytes of all files of a kind, as compressed for sending."""
    return sum(len(gzip.compress(body)) for address, body in fetched.items() if address.endswith(ending))

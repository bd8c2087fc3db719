"""Every page of the wing: it opens for whom it is and for nobody else, and none tells a group of what it does not have."""

import re
from collections.abc import Callable
from uuid import uuid4

from django.test import Client

from stegvis.people.models import Participant
from tests.worlds import World

Page = Callable[..., Client]

EVERYBODY = [
    "today/",
    "q/",
    "q/baseline/",
    "q/six_months/",
    "activity/",
    "activity/log/",
    "activity/history/",
    "activity/plan/",
    "activity/plan/print/",
    "activity/devices/",
    "calendar/",
    "goals/",
    "goals/rate/",
    "goals/card/",
    "messages/",
    "messages/study/",
    "messages/physiotherapist/",
    "more/",
    "study/",
    "study/consent/",
    "study/withdraw/",
    "study/access-log/",
    "reminders/",
    "something-is-wrong/",
    "help/first/",
    "consent/done/",
]
PROGRAMME = [
    "programme/",
    "programme/start/1/",
    "programme/start/1/?length=short",
    "programme/start/send/",
    "programme/pictures/en/pictures/loop.svg",
]
TEXTS_OF_THE_TRIAL = {"study/consent/"}
"""What everybody agreed to names both groups, as it must."""

TRACES = re.compile(r"programme|internet|\btherapist|homework|module|#steps|of 14", re.IGNORECASE)


def words_of(html: str) -> str:
    """A page without what is the same for everybody: script tags and the language switch of the address."""
    return re.sub(r"<script[^>]*></script>", "", html)


def test_every_page_opens_for_its_participant(reader: Participant, page: Page) -> None:
    browser = page(reader)
    for address in [*EVERYBODY, *PROGRAMME, "messages/therapist/"]:
        response = browser.get(f"/en/{address}")
        assert response.status_code == 200, address
        assert b"MISSING VARIABLE" not in response.content, address


def test_every_page_has_the_way_to_help(control: Participant, page: Page) -> None:
    browser = page(control)
    for address in set(EVERYBODY) - {"activity/plan/print/", "goals/card/"}:
        assert 'href="/en/help/"' in browser.get(f"/en/{address}").content.decode(), address


def test_someone_without_the_programme_finds_no_trace_of_it_but_what_is_offered_afterwards(
    world: World, control: Participant, page: Page
) -> None:
    browser = page(control)
    offers = [arm.afterwards.text.in_language("en") for arm in world.protocol.arms if arm.afterwards]
    for address in set(EVERYBODY) - TEXTS_OF_THE_TRIAL:
        response = browser.get(f"/en/{address}")
        assert response.status_code == 200, address
        words = words_of(response.content.decode())
        for offer in offers:
            words = words.replace(offer, "")
        found = TRACES.search(words)
        assert found is None, f"{address} says {found}"


def test_for_someone_without_the_programme_its_addresses_do_not_exist(control: Participant, page: Page) -> None:
    browser = page(control)
    for address in [*PROGRAMME, "programme/start/answer/"]:
        assert looks(browser, address) == looks(browser, "nothing-here/"), address
    assert looks(browser, "messages/therapist/") == looks(browser, "messages/nobody/")
    for address in ["programme/start/1/", "programme/start/send/", "api/autosave/programme/start/"]:
        answer = browser.post(f"/en/{address}", {"field": "hope", "hope": "calm", "key": uuid4()})
        assert answer.status_code == 404, address


def looks(browser: Client, address: str) -> str:
    """A page that is not there, without its own address in the other language and the token of its form."""
    response = browser.get(f"/en/{address}")
    assert response.status_code == 404, address
    text = re.sub(r'href="/sv/[^"]*"', "", response.content.decode())
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", text)


def test_staff_and_strangers_do_not_come_in(world: World, page: Page) -> None:
    for address in [*EVERYBODY, *PROGRAMME]:
        assert page(world.staff("data_manager")).get(f"/en/{address}").status_code == 404, address
        signed_out = page(None).get(f"/en/{address}")
        assert signed_out.status_code == 302, address
        assert "/en/sign-in/" in signed_out["Location"], address


def test_what_writes_is_not_opened_by_a_link(reader: Participant, page: Page) -> None:
    browser = page(reader)
    for address in ["today/low-energy/", "today/log/", "activity/undo/1/", "api/autosave/programme/start/"]:
        assert browser.get(f"/en/{address}").status_code == 405, address
    assert browser.post("/en/today/").status_code == 405


def test_before_consent_every_page_leads_there(world: World, page: Page) -> None:
    browser = page(world.invited())
    for address in ["today/", "activity/", "goals/", "q/", "q/baseline/", "study/withdraw/", "programme/"]:
        response = browser.get(f"/en/{address}")
        assert response.status_code == 302, address
        assert response["Location"] == "/en/consent/", address
    for address in ["more/", "study/", "messages/study/", "something-is-wrong/"]:
        assert browser.get(f"/en/{address}").status_code == 200, address

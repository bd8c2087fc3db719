"""From an empty database to a live installation: its commands, and everything that they refuse."""

import contextlib
import http.client
import io
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import nullcontext, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.config import cli, embedded, upkeep
from stegvis.config.commands import go_live
from stegvis.config.environment import CHECKOUT
from stegvis.people import actions as people
from stegvis.people import queries as accounts
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.physiotherapy.exercises import queries as exercises
from stegvis.programme import actions as programme
from stegvis.programme import queries as releases
from stegvis.protocol import actions as protocols
from stegvis.protocol import queries as protocol_queries
from stegvis.safety import actions as safety
from stegvis.trial import readiness
from tests.conftest import FreshDatabase, free_port
from tests.studies.folders import CWP
from tests.worlds import World


@dataclass(frozen=True)
class Said:
    """What a command said, and its exit status."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Said]


@pytest.fixture
def run_apart(fresh_database: FreshDatabase) -> Run:
    """`stegvis ARGUMENTS` on this test's own database, as a process."""

    def _run(*arguments: str) -> Said:
        done = subprocess.run(
            [sys.executable, "-m", "stegvis", *arguments], env=fresh_database.environment,
            cwd="/", capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        return Said(done.returncode, done.stdout, done.stderr)

    return _run


@pytest.fixture
def run(fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same within this process, which saves its start; the database is there already, and its tables are sound."""
    monkeypatch.setattr(embedded, "in_use", nullcontext)
    monkeypatch.setattr(upkeep, "prepare_database", lambda _env: None)

    def _run(*arguments: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["stegvis", *arguments])
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
            cli.main()
        return Said(ended.value.code or 0, out.getvalue(), err.getvalue())

    return _run


@pytest.fixture
def world(example_trial: World) -> World:
    """The example trial, which is made up from end to end."""
    return example_trial


# The first administrator ------------------------------------------------------------------------------------------
def test_the_first_administrator_gets_a_link_and_a_second_is_refused(run_apart: Run):
    asked = ("create-administrator", "--email", "first@example.org", "--name", "First")

    made, again = run_apart(*asked), run_apart(*asked)
    assert made.returncode == 0, made.stderr
    assert re.search(r"http://127\.0\.0\.1:\d+/sv/sign-in/link/[\w-]{43}/", made.stdout)
    assert again.returncode == 1
    assert "There is an administrator already (AD-01)" in again.stderr
    assert accounts.administrators().get().email == "first@example.org"


def test_an_administrator_who_cannot_get_in_gets_a_new_link(run: Run):
    asked = ("create-administrator", "--email", "first@example.org", "--name", "First")
    run(*asked)
    account = accounts.administrators().get()
    people.start_second_factor(account=account, by=SYSTEM)

    assert "/sign-in/link/" in run(*asked, "--new-link").stdout
    account.refresh_from_db()
    assert account.totp_secret is None
    other = run("create-administrator", "--email", "other@example.org", "--name", "Other", "--new-link")
    assert other.returncode == 1
    assert "No administrator has this e-mail address." in other.stderr


def test_what_is_no_address_is_refused(run: Run):
    refused = run("create-administrator", "--email", "nobody", "--name", "Nobody")

    assert refused.returncode == 1
    assert "nobody is not an e-mail address." in refused.stderr


# Study and programme ----------------------------------------------------------------------------------------------
def test_a_trial_is_loaded_with_its_sites_and_again_changes_nothing(run: Run):
    first = run("study", "load", str(CWP))
    assert first.returncode == 0, first.stderr
    site = accounts.site_by_code("BJ")
    people.open_site(code="BJ", name=site.name, phone="1", safety_phone="2", by=SYSTEM)

    second = run("study", "load", str(CWP))
    assert second.stdout == first.stdout
    assert accounts.sites().count() == 4
    assert accounts.site_by_code("BJ").safety_phone == "2"


def test_a_trial_with_a_mistake_is_not_loaded(run: Run, tmp_path: Path):
    (tmp_path / "protocol.toml").write_text("[trial]\n")

    refused = run("study", "load", str(tmp_path))
    assert refused.returncode == 1
    assert "so nothing was loaded" in refused.stderr
    assert not protocol_queries.is_loaded()


def test_a_programme_is_published_and_signed_by_what_was_read(run: Run):
    run("study", "load", str(CWP))
    published = run("programme", "publish", str(CWP / "programme"))
    assert published.returncode == 0, published.stderr
    sha256 = re.search(r"sha256 (\w{64})", published.stdout)[1]

    same = run("programme", "diff", sha256[:12], str(CWP / "programme"))
    assert (same.returncode, same.stdout.strip()) == (0, "Nothing differs."), same.stderr
    assert "No release here" in run("programme", "diff", "0" * 64, sha256).stderr

    def sign(language: str, hash_read: str, profession: str) -> Said:
        who = ("--reviewer", "Asta Exempelsson", "--profession", profession)
        return run("programme", "sign", language, *who, "--sha256", hash_read)

    assert "not the one that was read" in sign("sv", "0" * 64, "psychologist").stderr
    assert "not written in fi" in sign("fi", sha256, "psychologist").stderr
    assert "surgeon is not a profession" in sign("sv", sha256, "surgeon").stderr
    assert "Still to sign in sv: physiotherapist." in sign("sv", sha256, "psychologist").stdout
    release = releases.newest_release()
    assert not releases.is_reviewed(release.pk, "sv")
    assert "Still to sign" not in sign("sv", sha256, "physiotherapist").stdout
    assert releases.is_reviewed(release.pk, "sv")
    assert not releases.is_reviewed(release.pk, "en")


def test_a_library_of_exercises_is_published_and_signed_by_what_was_read(run: Run):
    published = run("exercises", "publish", str(CWP / "plan" / "exercises"))
    assert published.returncode == 0, published.stderr
    sha256 = re.search(r"sha256 (\w{64})", published.stdout)[1]

    def sign(language: str, hash_read: str) -> Said:
        return run("exercises", "sign", language, "--reviewer", "Asta Exempelsson", "--sha256", hash_read)

    assert "No release here has this hash" in sign("sv", "0" * 64).stderr
    assert "not written in fi" in sign("fi", sha256).stderr
    assert "Signed in sv by Asta Exempelsson, physiotherapist." in sign("sv", sha256).stdout
    release = exercises.release_of(sha256)
    assert exercises.is_reviewed(release.pk, "sv")
    assert not exercises.is_reviewed(release.pk, "en")


# What hinders -----------------------------------------------------------------------------------------------------
def test_everything_that_hinders_is_said_at_once(world: World):
    said = " ".join(readiness.hindrances())

    for part in (
        "There are made-up people or sign-ins here.",
        "No administrator has set up one-time codes.",
        "These contacts in the protocol are made up: contact, sites.BJ, sites.EK, sites.LI, sites.RO.",
        "An allocation list in use was made from a typed seed",
        "The programme is not signed in Swedish by: psychologist, physiotherapist. After the review: stegvis programme sign sv",
    ):
        assert part in said


def test_each_hindrance_goes_when_it_is_mended(world: World):
    def hinders(words: str) -> bool:
        return any(words in sentence for sentence in readiness.hindrances())

    with acting_as(SYSTEM):
        administrator = world.staff(Role.ADMINISTRATOR)
        administrator.totp_confirmed_at = clock.now()
        administrator.save()
        assert not hinders("No administrator has set up one-time codes.")

        release = releases.newest_release()
        for language, name in (("sv", "Swedish"), ("en", "English")):
            for left in ("psychologist, physiotherapist", "physiotherapist"):
                assert hinders(f"The programme is not signed in {name} by: {left}.")
                programme.sign_review(
                    release=release, language=language, reviewer="A", profession=left.split(", ")[0], by=SYSTEM
                )
        assert not hinders("The programme is not signed")


def test_a_site_needs_a_safety_phone_and_somebody_on_its_rota(world: World):
    site, second = world.site, world.staff(Role.PHYSIOTHERAPIST)
    with acting_as(SYSTEM):
        safety.join_rota(site=site, account=second, by=SYSTEM)
        for account in (world.coordinator(), second):
            account.is_active = False
            account.save()
        people.open_site(code=site.code, name=site.name, phone="1", safety_phone="", by=SYSTEM)

    said = readiness.hindrances()
    assert any("Site BJ has no safety phone." in each for each in said)
    assert any("Nobody is on the safety rota of site BJ." in each for each in said)


def test_a_rota_of_one_hinders_where_two_people_close_alerts(world: World, monkeypatch):
    def alone() -> list[str]:
        return [each for each in readiness.hindrances() if "One person alone is on the safety rota" in each]

    assert len(alone()) == len(world.sites)
    with acting_as(SYSTEM):
        safety.join_rota(site=world.site, account=world.staff(Role.PHYSIOTHERAPIST), by=SYSTEM)
    assert len(alone()) == len(world.sites) - 1
    assert not any(f"site {world.site.code}," in each for each in alone())
    grades = tuple(each.model_copy(update={"closed_by_two": False}) for each in world.protocol.safety.grades)
    by_one = world.protocol.safety.model_copy(update={"grades": grades})
    protocol = world.protocol.model_copy(update={"safety": by_one})
    monkeypatch.setattr("stegvis.protocol.queries.current", lambda on=None: protocol)
    assert alone() == []


def test_an_empty_database_lacks_a_protocol(db: None):
    assert any("No protocol has been loaded." in each for each in readiness.hindrances())


# Going live -------------------------------------------------------------------------------------------------------
def live(tmp_path: Path) -> dict[str, str]:
    """Settings of a live installation."""
    return {
        "STEGVIS_MODE": "live", "STEGVIS_SECRETS": str(tmp_path / "secrets"), "STEGVIS_VAR": str(tmp_path / "var"),
        "STEGVIS_ALLOWED_HOSTS": "trial.example.org", "STEGVIS_SITE_URL": "https://trial.example.org",
        "STEGVIS_MAIL": "smtp",
    }  # fmt: skip


def test_going_live_is_refused_with_every_reason_and_nothing_is_kept(run: Run):
    run("study", "load", str(CWP))

    refused = run("go-live", "--yes")
    assert refused.returncode == 1
    assert "STEGVIS_MODE is test." in refused.stdout
    assert "No administrator has set up one-time codes." in refused.stdout
    assert "These contacts in the protocol are made up" in refused.stdout
    assert "Nobody is on the safety rota of site RO." in refused.stdout
    assert "No allocation list has a free place for: BJ, EK, LI, RO." in refused.stdout
    assert "The programme has not been published." in refused.stdout
    assert not protocol_queries.is_live()


def test_once_nothing_hinders_it_goes_live_and_stays_so(fresh_database, monkeypatch, settings):
    monkeypatch.setattr(go_live, "installation", nullcontext)
    monkeypatch.setattr(readiness, "hindrances", list)
    settings.LIVE = True
    declined = CliRunner().invoke(go_live.command, input="n\n")
    assert declined.exit_code == 1
    assert not protocol_queries.is_live()

    gone = CliRunner().invoke(go_live.command, input="y\n")
    assert gone.exit_code == 0, gone.output
    assert protocol_queries.is_live()
    assert "has gone live already" in CliRunner().invoke(go_live.command).output


@pytest.fixture
def live_settings(fresh_database: FreshDatabase, tmp_path: Path) -> dict[str, str]:
    """The environment of a live installation on this test's own database."""
    settings = {**fresh_database.environment, **live(tmp_path)}
    settings.pop("DJANGO_SETTINGS_MODULE")
    with psycopg.connect(fresh_database.owner_url) as owner:
        owner.execute("DELETE FROM installation WHERE name = 'keys'")  # the tests' own
    return settings


def test_a_live_installation_is_served_only_once_it_has_gone_live(live_settings):
    refused = subprocess.run(
        [sys.executable, "-m", "stegvis", "serve", "--port", str(free_port())],
        env=live_settings, cwd=CHECKOUT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert refused.returncode == 1
    assert "This installation has not gone live, so nobody is served yet." in refused.stderr


def test_preparing_it_is_served_to_those_who_sign_in_and_to_nobody_else(live_settings):
    port = free_port()
    command = [sys.executable, "-m", "stegvis", "serve", "--preparing", "--port", str(port), "--workers", "1"]
    with subprocess.Popen(command, env=live_settings, cwd=CHECKOUT, stdout=subprocess.DEVNULL) as server:
        try:
            wait_until_well(f"http://127.0.0.1:{port}", server, host="trial.example.org")
            assert status_of(port, "/en/sign-in/") == 200
            assert status_of(port, "/en/join/") == 503
        finally:
            server.terminate()


def status_of(port: int, path: str) -> int:
    """What the server answers to its proxy."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", path, headers={"Host": "trial.example.org", "X-Forwarded-Proto": "https"})
        return connection.getresponse().status


def wait_until_well(address: str, server: "subprocess.Popen[bytes]", host: str) -> None:
    asked = urllib.request.Request(f"{address}/health", headers={"Host": host})
    for _ in range(600):
        assert server.poll() is None, "the server ended before it answered"
        with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(asked, timeout=5):
            return
        time.sleep(0.05)
    raise AssertionError(f"{address} did not answer")


# Before it has gone live ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["", "join/", "information/", "trial/", "today/"])
def test_while_it_is_prepared_nobody_comes_in(path, world: World, client, settings):
    settings.LIVE = True

    answer = client.get(f"/en/{path}", secure=True)
    assert answer.status_code == 503
    assert "This place is being made ready for a study." in answer.content.decode()


@pytest.mark.parametrize("path", ["sign-in/", "help/", "admin-console/"])
def test_while_it_is_prepared_administrators_do(path, world: World, client, settings):
    settings.LIVE = True

    assert client.get(f"/en/{path}", secure=True).status_code in {200, 302}


def test_gone_live_it_is_open(world: World, client, settings):
    settings.LIVE = True
    protocols.go_live(by=SYSTEM)

    assert client.get("/en/join/", secure=True).status_code == 200

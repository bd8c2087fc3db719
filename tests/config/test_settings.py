"""Django's settings as each kind of installation gets them."""

import json
import os
import subprocess
import sys

import pytest
from django.test import Client

from stegvis.config.environment import CHECKOUT

LIVE = {
    "STEGVIS_MODE": "live",
    "DATABASE_URL": "postgresql://stegvis_app:geheim@127.0.0.1:1/stegvis?sslmode=require",
    "STEGVIS_ALLOWED_HOSTS": "trial.example.org",
    "STEGVIS_MAIL": "smtp",
    "STEGVIS_SITE_URL": "https://trial.example.org",
}


def _settings(*names: str, **environment: str) -> dict[str, object]:
    script = (
        "import json, sys\nfrom stegvis.config import settings\n"
        "print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}, default=str))"
    )
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("STEGVIS_", "DATABASE_"))}
    done = subprocess.run(
        [sys.executable, "-c", script, *names],
        env={**bare, "PYTHONPATH": str(CHECKOUT / "src"), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


def test_a_live_installation_is_strict_and_a_demonstration_works_without_tls(tmp_path):
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "DEBUG", "ALLOWED_HOSTS")
    keys = str(tmp_path / "keys")

    live = _settings(*names, **LIVE, STEGVIS_SECRETS=keys, STEGVIS_VAR=str(tmp_path))
    demo = _settings(*names, STEGVIS_VAR=str(tmp_path))

    assert list(live.values()) == [True, True, True, False, ["trial.example.org"]]
    assert list(demo.values()) == [False, False, False, False, ["127.0.0.1", "localhost", "[::1]"]]


def test_the_applications_address_is_understood(tmp_path):
    found = _settings("DATABASES", **LIVE, STEGVIS_SECRETS=str(tmp_path / "keys"))["DATABASES"]["default"]

    assert (found["HOST"], found["PORT"], found["NAME"], found["USER"]) == ("127.0.0.1", "1", "stegvis", "stegvis_app")
    assert found["OPTIONS"]["sslmode"] == "require"


def test_passwords_are_kept_by_argon2(tmp_path):
    hashers = _settings("PASSWORD_HASHERS", STEGVIS_VAR=str(tmp_path))["PASSWORD_HASHERS"]

    assert hashers[0].endswith("Argon2PasswordHasher")


@pytest.fixture
def answer(db):
    return Client().get("/health")


def test_an_answer_tells_the_browser_to_load_nothing_from_elsewhere(answer):
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))

    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_an_answer_stays_in_no_cache_and_in_no_frame(answer):
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]


def test_a_site_answers_only_to_its_own_name(db):
    assert Client().get("/health", headers={"host": "evil.example.org"}).status_code == 400
    assert Client().get("/health", headers={"host": "localhost"}).status_code == 200

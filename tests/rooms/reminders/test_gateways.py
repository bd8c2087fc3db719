"""Text messages: the provider's HTTP interface against a server of our own, the file outbox, and telephone numbers."""

import threading
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest

from stegvis.reminders.gateways import Elks, FileOutbox, NotTaken, gateway, number

TO, TEXT = "+46701740699", "Your place is kept: https://x.example/ö"
REPORT_TO = "https://x.example/reports/text-message/abc/"


class Provider(BaseHTTPRequestHandler):
    """Stands for the provider: keeps what was posted and answers as told."""

    status, answer = 200, b'{"id": "s1", "status": "created"}'

    def do_POST(self):
        """One message."""
        length = int(self.headers["Content-Length"])
        self.server.posted.append((self.path, dict(self.headers), self.rfile.read(length).decode()))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *_args):
        """Say nothing."""


@pytest.fixture
def provider():
    """A provider on this machine."""
    server = HTTPServer(("127.0.0.1", 0), Provider)
    server.posted, server.status, server.answer = [], Provider.status, Provider.answer
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def elks(server):
    return Elks(f"http://127.0.0.1:{server.server_port}/a1/sms", "u1", "geheim", "Stegvis")


def test_a_message_is_posted_as_the_provider_wants_it(provider):
    elks(provider).send(TO, TEXT, REPORT_TO)
    ((path, headers, body),) = provider.posted
    assert path == "/a1/sms"
    assert headers["Authorization"] == f"Basic {b64encode(b'u1:geheim').decode()}"
    assert parse_qs(body) == {"from": ["Stegvis"], "to": [TO], "message": [TEXT], "whendelivered": [REPORT_TO]}


@pytest.mark.parametrize(
    ("status", "answer", "why"),
    [
        (401, b"", "the provider answered 401"),
        (500, b"", "the provider answered 500"),
        (200, b"<html>", "cannot be read"),
        (200, b"[]", "has no id"),
    ],
)
def test_what_is_not_taken_is_said_without_number_words_or_password(provider, status, answer, why):
    provider.status, provider.answer = status, answer
    with pytest.raises(NotTaken, match=why) as refused:
        elks(provider).send(TO, TEXT, REPORT_TO)
    assert not [secret for secret in (TO, TEXT, "geheim") if secret in str(refused.value)]


def test_a_provider_that_is_away_is_told_apart(provider):
    away = elks(provider)
    provider.shutdown()
    provider.server_close()
    with pytest.raises(NotTaken, match="cannot be reached"):
        away.send(TO, TEXT, REPORT_TO)


def test_the_password_is_not_shown():
    assert "geheim" not in repr(Elks("https://x", "u1", "geheim", "S"))


def test_the_file_outbox_keeps_one_file_a_message(tmp_path):
    for _ in range(2):
        FileOutbox(tmp_path / "sms").send(TO, TEXT, REPORT_TO)
    files = sorted((tmp_path / "sms").iterdir())
    assert [each.read_text() for each in files] == [f"{TO}\n\n{TEXT}\n"] * 2


@pytest.mark.parametrize(("chosen", "kind"), [("file", FileOutbox), ("46elks", Elks), ("off", type(None))])
def test_the_setting_names_the_gateway(settings, chosen, kind):
    settings.SMS = chosen
    assert isinstance(gateway(), kind)


@pytest.mark.parametrize(
    ("phone", "found"),
    [
        ("070-174 06 99", "+46701740699"),
        ("+46 70 174 06 99", "+46701740699"),
        ("0047 412 34 567", "+4741234567"),
        ("(08) 123 456 78", "+46812345678"),
        ("ring inte", None),
        ("12345", None),
        ("", None),
    ],
)
def test_numbers_become_what_providers_want_and_others_none(phone, found):
    assert number(phone) == found

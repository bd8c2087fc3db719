"""Logs keep no personal data."""

import logging
import stat

import pytest

from stegvis.config.logs import PrivateFormatter, mask, private_file

NAME = "Anna Berg"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("letter to anna.berg@example.org", "letter to …@…"),
        ("Not Found: /sv/sign-in/c2VjcmV0LXNlY3JldC1zZWNyZXQ", "Not Found: /sv/sign-in/…"),
        ("GET /sv/search?name=Anna+Berg HTTP/1.1", "GET /sv/search?… HTTP/1.1"),
        ("Not Found: /sv/participants/SV-017", "Not Found: /sv/participants/SV-017"),
    ],
)
def test_a_line_names_nobody(said, kept):
    assert mask(said) == kept


def test_a_traceback_keeps_its_places_and_not_what_was_refused():
    def save(name: str) -> None:
        raise ValueError(f"duplicate key: (name)=({name})")

    try:
        save(NAME)
    except ValueError as error:
        record = logging.LogRecord(
            "web", logging.ERROR, __file__, 1, "A page failed", (), (type(error), error, error.__traceback__)
        )
    line = PrivateFormatter().format(record)

    assert NAME not in line
    assert "in save" in line
    assert "ValueError" in line


def test_the_log_is_readable_by_its_owner_only(tmp_path):
    handler = private_file(tmp_path / "log" / "stegvis.log")
    handler.emit(logging.LogRecord("web", logging.ERROR, __file__, 1, "A page failed", (), None))
    handler.close()

    assert stat.S_IMODE((tmp_path / "log" / "stegvis.log").stat().st_mode) == 0o600

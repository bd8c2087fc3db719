"""What is brought up to date before work begins, and noticed when it is not."""

import gettext
import os

import psycopg
import pytest

from stegvis.config import upkeep
from stegvis.config.upkeep import UpkeepRefused

PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "goal"
msgstr "mål"

msgid "%(n)s day"
msgid_plural "%(n)s days"
msgstr[0] "%(n)s dag"
msgstr[1] "%(n)s dagar"

#, fuzzy
msgid "unsure"
msgstr "osäker"
"""


@pytest.fixture
def locale(tmp_path):
    folder = tmp_path / "sv" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO, encoding="utf-8")
    return tmp_path


def test_catalogues_are_compiled_without_msgfmt(locale):
    (compiled,) = upkeep.compile_catalogues(locale)

    with compiled.open("rb") as file:
        swedish = gettext.GNUTranslations(file)
    assert swedish.gettext("goal") == "mål"
    assert swedish.ngettext("%(n)s day", "%(n)s days", 2) == "%(n)s dagar"
    assert swedish.gettext("unsure") == "unsure"


def test_a_catalogue_is_compiled_again_only_when_it_changed(locale):
    source = locale / "sv" / "LC_MESSAGES" / "django.po"
    upkeep.compile_catalogues(locale)
    assert upkeep.compile_catalogues(locale) == []

    stamp = source.stat().st_mtime_ns + 10**9
    source.write_text(PO.replace("mål", "delmål"), encoding="utf-8")
    os.utime(source, ns=(stamp, stamp))
    assert len(upkeep.compile_catalogues(locale)) == 1


def test_static_files_are_collected_again_only_when_they_changed(tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    target.mkdir()
    (source / "a.css").write_text("a {}")
    assert not upkeep.static_is_current(target)

    (target / ".collected").write_text(upkeep.static_fingerprint(source))
    assert upkeep.static_fingerprint(source) == (target / ".collected").read_text()

    (source / "a.css").write_text("b {}")
    assert upkeep.static_fingerprint(source) != (target / ".collected").read_text()


def test_a_database_knows_which_tables_and_keys_it_has(fresh_database):
    assert upkeep.tables_are_current(fresh_database.url)
    known = upkeep.keys_fingerprint_of(fresh_database.url)
    assert known

    upkeep.check_keys(fresh_database.url, known)
    with pytest.raises(UpkeepRefused, match=r"not those that this database was filled with.*backup"):
        upkeep.check_keys(fresh_database.url, "0" * 16)


def test_what_a_database_knows_of_itself_only_its_owner_writes(fresh_database):
    upkeep.remember(fresh_database.owner_url, "colour", "blue")
    upkeep.remember(fresh_database.owner_url, "colour", "green")
    assert upkeep.recall(fresh_database.url, "colour") == "green"

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        upkeep.remember(fresh_database.url, "colour", "red")


def test_pages_are_not_served_on_tables_of_another_version(fresh_database, stegvis):
    with psycopg.connect(fresh_database.owner_url) as owner:
        owner.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
        owner.execute("DROP TABLE django_session")
    upkeep.remember(fresh_database.owner_url, "tables", "an earlier version")
    settings = {"STEGVIS_MODE": "test", "DATABASE_URL": fresh_database.url}

    refused = stegvis("worker", "--once", **settings)
    assert (refused.returncode, refused.stderr) == (
        1,
        "The database's tables are not those of this version. Run: stegvis migrate\n",
    )

    migrated = stegvis("migrate", **settings, STEGVIS_OWNER_DATABASE_URL=fresh_database.owner_url)
    assert migrated.returncode == 0, migrated.stderr
    assert stegvis("worker", "--once", **settings).returncode == 0


def test_tables_are_changed_by_their_owner_only(stegvis):
    refused = stegvis("migrate", STEGVIS_MODE="test", DATABASE_URL="postgresql://stegvis_app@127.0.0.1:1/stegvis")

    assert refused.returncode == 1
    assert "STEGVIS_OWNER_DATABASE_URL" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_database_that_does_not_answer_is_said_so(stegvis):
    refused = stegvis("worker", STEGVIS_MODE="test", DATABASE_URL="postgresql://stegvis_app@127.0.0.1:1/stegvis")

    assert refused.returncode == 1
    assert refused.stderr.startswith("The database cannot be reached: connection failed: connection to server at")
    assert "Traceback" not in refused.stderr

"""Settings: each wrong one is refused by name with an example, next to one that is right."""

import pytest

from stegvis.config.environment import CHECKOUT, Environment, WrongSettings, read

LIVE = {
    "STEGVIS_MODE": "live",
    "DATABASE_URL": "postgresql://stegvis_app:geheim@db.example.org/stegvis",
    "STEGVIS_SECRETS": "/etc/stegvis/secrets",
    "STEGVIS_ALLOWED_HOSTS": "trial.example.org",
    "STEGVIS_MAIL": "smtp",
    "STEGVIS_SITE_URL": "https://trial.example.org",
}


def _refusal() -> str:
    with pytest.raises(WrongSettings) as refused:
        read()
    return str(refused.value)


def test_nothing_needs_to_be_set_to_try_it_out(no_settings):
    assert read().mode == "demo"
    assert read().database_is_embedded


@pytest.mark.parametrize(
    ("name", "wrong", "sentence", "right"),
    [
        ("STEGVIS_MODE", "prod", "must be demo, live or test", "demo"),
        ("STEGVIS_PORT", "eighty", "must be a whole number from 1 to 65535", "8001"),
        ("STEGVIS_PORT", "70000", "must be a whole number from 1 to 65535", "65535"),
        ("STEGVIS_WEB_WORKERS", "0", "must be a whole number from 1 to 64", "1"),
        ("STEGVIS_STUDY", "/no/such/folder", "is not a directory that exists", "/tmp"),
        ("STEGVIS_VAR", "/etc/passwd", "is a file, but must be a directory", "/tmp/stegvis-var"),
        ("STEGVIS_PG_BIN", "/tmp", "holds no program named postgres", None),
        ("STEGVIS_ALLOWED_HOSTS", "*", "must be plain names", "a.example.org, b.example.org"),
        ("STEGVIS_ALLOWED_HOSTS", ",", "is empty", "a.example.org"),
        ("STEGVIS_MAIL", "pigeon", "must be file (an outbox folder), console or smtp", "console"),
        ("STEGVIS_STAFF_IDLE_MINUTES", "4", "must be from 5 to 480 minutes", "5"),
        ("STEGVIS_LOG_LEVEL", "loud", "must be DEBUG, INFO, WARNING or ERROR", "DEBUG"),
        ("DATABASE_URL", "mysql://u@h/d", "does not start with postgresql://", "postgresql://u@h/d"),
        ("DATABASE_URL", "postgresql://h", "lacks a role and a database name", "postgresql:///d?host=/run&user=u"),
        ("DATABASE_URL", "postgresql://u@h/d?colour=red", "cannot be read", "postgresql://u@h/d?sslmode=require"),
        ("STEGVIS_OWNER_DATABASE_URL", "postgresql://h/d", "lacks a role", "postgresql://u@h/d"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_name_and_an_example(no_settings, name, wrong, sentence, right):
    no_settings.setenv(name, wrong)
    said = _refusal()
    assert name in said
    assert sentence in said
    assert f"For example: {name}=" in said

    no_settings.delenv(name) if right is None else no_settings.setenv(name, right)
    assert isinstance(read(), Environment)


def test_all_wrong_settings_are_named_at_once(no_settings):
    no_settings.setenv("STEGVIS_PORT", "eighty")
    no_settings.setenv("STEGVIS_MAIL", "pigeon")

    said = _refusal()

    assert said.startswith("Stegvis cannot start: 2 settings are wrong.")
    assert "STEGVIS_PORT" in said
    assert "STEGVIS_MAIL" in said


def test_a_misspelt_setting_does_not_pass_unseen(no_settings):
    no_settings.setenv("STEGVIS_PROT", "8000")

    assert "STEGVIS_PROT is not a setting: did you mean STEGVIS_PORT?" in _refusal()


def test_a_refusal_never_repeats_a_password(no_settings):
    no_settings.setenv("DATABASE_URL", "postgresql://stegvis_app:geheim@db.example.org/stegvis?colour=red")
    said = _refusal()

    assert "geheim" not in said
    assert "db.example.org/stegvis?" not in said


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("DATABASE_URL", "needs a database server of its own"),
        ("STEGVIS_SECRETS", "keeps its keys outside the program's folder"),
        ("STEGVIS_ALLOWED_HOSTS", "answers only to its own name"),
        ("STEGVIS_MAIL", "must be smtp in a live installation"),
        ("STEGVIS_SITE_URL", "must begin with https://"),
    ],
)
def test_a_live_installation_leaves_nothing_to_chance(no_settings, missing, sentence):
    for name, value in LIVE.items():
        no_settings.setenv(name, value)
    assert read().mode == "live"

    no_settings.delenv(missing)
    assert sentence in _refusal()


def test_a_live_installation_keeps_its_keys_out_of_the_checkout(no_settings):
    for name, value in LIVE.items():
        no_settings.setenv(name, value)
    no_settings.setenv("STEGVIS_SECRETS", "var/secrets")
    no_settings.chdir(CHECKOUT)

    assert "lies inside the program's folder" in _refusal()


def test_wrong_settings_end_the_program_with_status_2_and_no_traceback(stegvis, tmp_path):
    wrong = stegvis("doctor", STEGVIS_PORT="eighty", STEGVIS_VAR=str(tmp_path))

    assert wrong.returncode == 2
    assert 'STEGVIS_PORT="eighty" must be a whole number' in wrong.stderr
    assert "Traceback" not in wrong.stderr


# Text messages --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "wrong", "sentence", "right"),
    [
        ("STEGVIS_SMS", "pigeon", "must be off, file (an outbox folder) or 46elks", "46elks"),
        ("STEGVIS_SMS_ADDRESS", "ftp://x.example", "must begin with https://", "https://x.example/sms"),
        ("STEGVIS_SMS_FROM", "A name that is too long", "3 to 11 letters and digits", "+46701740605"),
    ],
)
def test_a_wrong_setting_of_text_messages_is_refused_by_name(no_settings, monkeypatch, name, wrong, sentence, right):
    monkeypatch.setenv(name, wrong)
    assert name in _refusal()
    assert sentence in _refusal()
    monkeypatch.setenv(name, right)
    assert read()


def test_a_live_installation_sends_no_text_messages_into_a_file(no_settings, monkeypatch):
    for name, value in LIVE.items():
        monkeypatch.setenv(name, value)
    assert read().sms == "off"
    monkeypatch.setenv("STEGVIS_SMS", "file")
    assert "must be off or 46elks in a live installation" in _refusal()

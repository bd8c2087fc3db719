"""The installation's keys: made once, closed to others, never half replaced."""

import stat

import pytest

from stegvis.config import secretfiles
from stegvis.config.secretfiles import SecretsRefused, read_or_make


def test_the_first_start_makes_keys_that_only_the_owner_can_read(tmp_path):
    made = read_or_make(tmp_path / "keys")

    assert len(made.field_key) == len(made.lookup_key) == 32
    assert made.field_key != made.lookup_key
    assert read_or_make(tmp_path / "keys") == made
    assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "keys").iterdir()} == {0o600}
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_a_lost_key_is_not_replaced_since_that_would_lose_what_it_encrypted(tmp_path):
    read_or_make(tmp_path)
    (tmp_path / "field-encryption.key").unlink()

    with pytest.raises(SecretsRefused, match=r"lacks field-encryption\.key.*restore"):
        read_or_make(tmp_path)
    assert not (tmp_path / "field-encryption.key").exists()


def test_a_key_that_others_can_read_is_refused(tmp_path):
    read_or_make(tmp_path)
    (tmp_path / "lookup.key").chmod(0o644)

    with pytest.raises(SecretsRefused, match="chmod 600"):
        read_or_make(tmp_path)

    (tmp_path / "lookup.key").chmod(0o600)
    assert read_or_make(tmp_path)


@pytest.mark.parametrize("damage", ["", "zz" * 32, "ab" * 31])
def test_a_damaged_key_is_refused(tmp_path, damage):
    read_or_make(tmp_path)
    (tmp_path / "lookup.key").write_text(damage)

    with pytest.raises(SecretsRefused, match="damaged"):
        read_or_make(tmp_path)


def test_keys_show_themselves_nowhere(tmp_path):
    keys = read_or_make(tmp_path)

    assert keys.signing not in repr(keys)
    assert keys.field_key.hex() not in keys.fingerprint
    assert keys.fingerprint != secretfiles.for_tests().fingerprint


def test_settings_refuse_half_a_set_of_keys_in_a_sentence(stegvis, tmp_path):
    read_or_make(tmp_path / "secrets")
    (tmp_path / "secrets" / "lookup.key").unlink()

    refused = stegvis("migrate", STEGVIS_VAR=str(tmp_path), DATABASE_URL="postgresql://a@127.0.0.1:1/b",
                      STEGVIS_OWNER_DATABASE_URL="postgresql://a@127.0.0.1:1/b")  # fmt: skip

    assert refused.returncode == 2
    assert "lacks lookup.key" in refused.stderr
    assert "Traceback" not in refused.stderr

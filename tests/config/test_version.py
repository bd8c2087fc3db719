"""Which code this is, from git's own files."""

from pathlib import Path

from stegvis.config.version import code_version

COMMIT = "2f" * 20


def _repository(git: Path) -> None:
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "refs" / "heads" / "main").write_text(f"{COMMIT}\n")


def test_a_checkout_is_its_commit_and_a_detached_one_too(tmp_path):
    _repository(tmp_path / ".git")
    assert code_version(tmp_path) == COMMIT

    (tmp_path / ".git" / "HEAD").write_text("3a" * 20)
    assert code_version(tmp_path) == "3a" * 20


def test_a_worktree_is_its_commit(tmp_path):
    own = tmp_path / "main" / ".git" / "worktrees" / "beside"
    _repository(tmp_path / "main" / ".git")
    own.mkdir(parents=True)
    (own / "HEAD").write_text("ref: refs/heads/main\n")
    (own / "commondir").write_text("../..\n")
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside" / ".git").write_text(f"gitdir: {own}\n")

    assert code_version(tmp_path / "beside") == COMMIT


def test_what_is_no_checkout_has_no_commit(tmp_path):
    assert code_version(tmp_path) in {"unknown", "v0.1.0"}

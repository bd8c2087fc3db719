"""Which code this is: the commit of the checkout, read from git's own files, or the package's version without one."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def code_version(checkout: Path) -> str:
    """The commit that the checkout stands at, in hex; `v` and the package's version when it is no checkout."""
    try:
        git, shared = _directories(checkout / ".git")
        head = (git / "HEAD").read_text().strip()
        if not head.startswith("ref: "):
            return head
        name = head.removeprefix("ref: ")
        loose = shared / name
        return loose.read_text().strip() if loose.exists() else _packed(shared, name)
    except OSError:
        return _packaged()


def _directories(git: Path) -> tuple[Path, Path]:
    """Git's directory of this checkout, and the one it shares with others: two where it is a worktree (gitlayout(5))."""
    if git.is_dir():
        return git, git
    own = git.parent / git.read_text().strip().removeprefix("gitdir: ")
    return own, own / (own / "commondir").read_text().strip()


def _packed(git: Path, name: str) -> str:
    for line in (git / "packed-refs").read_text().splitlines():
        commit, _, ref = line.partition(" ")
        if ref == name:
            return commit
    return _packaged()


def _packaged() -> str:
    try:
        return f"v{version('stegvis')}"
    except PackageNotFoundError:
        return "unknown"

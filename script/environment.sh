# Sourced by script/demo and script/test, from the top of the checkout: makes .venv and keeps it as the lock says.
# Every step is skipped when it is done and repeated when it was interrupted: the stamp of a step is written last.

unset PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME # compiled code makes later starts faster; the rest may mislead .venv

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

is_usable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if command -v "$candidate" >/dev/null 2>&1 && is_usable "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    # pyenv keeps versions that no name on the path leads to.
    for candidate in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[1-9]*/bin/python; do
        if is_usable "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    fail "Stegvis needs Python 3.11 or newer, and none was found. On Debian or Ubuntu: apt-get install python3 python3-venv"
}

# A bare Debian's python3 has no ensurepip; python3-venv brings it.
install_ensurepip() {
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "Installing Debian's python3-venv …"
        { apt-get install -y -qq python3-venv || { apt-get update -qq && apt-get install -y -qq python3-venv; }; } >/dev/null 2>&1 && return
    fi
    fail "This Python ($1) cannot make virtual environments: its module ensurepip is missing. On Debian or Ubuntu, as root: apt-get install python3-venv"
}

# Programs in .venv carry the place where they were installed: in a checkout that was moved or copied they find nothing.
is_moved() {
    for told in .venv/lib/python*/site-packages/stegvis.pth; do
        [ -f "$told" ] && [ "$(cat "$told")" != "$(pwd -P)/src" ] && return 0
    done
    return 1
}

# Whether .venv is as the lock says: its stamp was written last, so that nothing in it is half done.
is_as_in() {
    [ -x .venv/bin/python ] && cmp -s "$1" ".venv/.installed-$(basename "$1")" && ! is_moved && is_usable .venv/bin/python
}

make_venv() {
    if [ -x .venv/bin/python ] && ! is_moved && is_usable .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1; then
        return
    fi
    python=$(find_python) || exit 1
    "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 || install_ensurepip "$python"
    say "Making .venv with $("$python" --version) …"
    "$python" -m venv --clear .venv || fail "The virtual environment .venv could not be made; the lines above say why. Mend that and run the command again."
}

# install LOCK: the packages with the hashes in LOCK, and this package by a path file.
install() {
    stamp=".venv/.installed-$(basename "$1")"
    if ! cmp -s "$1" "$stamp"; then
        say "Installing the packages in $1 (the first time this takes about a minute) …"
        rm -f "$stamp"
        # The lock alone decides: not a user folder, nor constraints that a machine sets for everybody.
        PIP_USER=0 PIP_CONSTRAINT=/dev/null .venv/bin/python -m pip install -qq --disable-pip-version-check \
            --no-input --progress-bar off --no-deps --require-hashes -r "$1" ||
            fail "The packages could not be installed; the lines above say why (no network, a full disk?). Mend that and run the command again."
        install_ourselves
        cp "$1" "$stamp"
    fi
}

install_ourselves() {
    .venv/bin/python - <<'PYTHON'
import pathlib, sys, sysconfig

here = pathlib.Path.cwd()
pathlib.Path(sysconfig.get_path("purelib"), "stegvis.pth").write_text(f"{here / 'src'}\n")
command = here / ".venv" / "bin" / "stegvis"
command.write_text('#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/python" -m stegvis "$@"\n')
command.chmod(0o755)
PYTHON
}

prepare() {
    is_as_in "$1" && return # asking pip as well would cost each start a third of a second
    make_venv
    install "$1"
}

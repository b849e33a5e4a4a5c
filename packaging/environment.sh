#!/bin/sh
# Make or bring up to date a virtual environment with everything: environment.sh FOLDER
#
# Variables: PYTHON       interpreter to make it with (default: the first of python3, python3.14 ... that is >= 3.11)
#            TORCH_INDEX  package index to take PyTorch from, for example one with CPU-only wheels
set -eu

folder=$1
cd "$(dirname "$0")/.."
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore

say() { printf '%s\n' "$*"; }
stop() { say "$*" >&2; exit 1; }
new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
        if command -v "$name" >/dev/null 2>&1 && new_enough "$name"; then
            command -v "$name"
            return
        fi
    done
}

can_apt() { [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ] && command -v apt-get >/dev/null 2>&1; }

# Quiet unless it fails: what was wanted is said before, and what went wrong after.
apt() {
    say "+ apt-get install $*"
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp)
    apt-get --quiet=2 update </dev/null >"$log" 2>&1 &&
        apt-get --quiet=2 install --no-install-recommends --yes "$@" </dev/null >>"$log" 2>&1 ||
        cat "$log" >&2
    rm -f "$log"
}

if ! [ -x "$folder/bin/python" ] || ! new_enough "$folder/bin/python" ||
    ! "$folder/bin/python" -m pip --version >/dev/null 2>&1; then
    python=$(find_python)
    if [ -z "$python" ] && [ -z "${PYTHON:-}" ] && can_apt; then
        apt python3 python3-venv
        python=$(find_python)
    fi
    [ -n "$python" ] ||
        stop "GAN Studio needs Python 3.11 or newer, and ${PYTHON:-python3} is older or missing: install one, or say PYTHON=/path/to/python3 make ..."
    # Debian and Ubuntu keep a part of the standard library, ensurepip, in a package of its own.
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        package=python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv
        if can_apt; then apt "$package"; fi
        "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
            stop "$python cannot make virtual environments; on Debian and Ubuntu this helps: sudo apt-get install $package"
    fi
    say "Making $folder with $("$python" --version) ..."
    "$python" -m venv --clear "$folder"
fi

# A terminal sees pip's progress bars; a log sees one line a step.
quiet=--quiet
[ -t 1 ] && quiet=
install() { "$folder/bin/python" -m pip install $quiet --constraint packaging/constraints.txt "$@" </dev/null; }

say "Installing PyTorch (the largest part) ..."
if [ -n "${TORCH_INDEX:-}" ]; then
    install --index-url "$TORCH_INDEX" torch
else
    install torch
fi
say "Installing GAN Studio and everything else ..."
install --editable ".[test]"
# pip compiles what it copies, not what it links to: the first start would do that, or every one where it may not write.
"$folder/bin/python" -m compileall -q ganstudio
"$folder/bin/python" packaging/system_libraries.py
say "The environment in $folder is ready."

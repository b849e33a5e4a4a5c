from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ganstudio import doctor, system_libraries
from ganstudio.system_libraries import Missing, find_missing, install_command, missing_in, package_manager

LDD = """\
/venv/PySide6/QtGui.abi3.so:
\tlinux-vdso.so.1 (0x00007ffd4a5f2000)
\tlibEGL.so.1 => not found
\tlibfontconfig.so.1 => /lib/x86_64-linux-gnu/libfontconfig.so.1 (0x00007f1c2a000000)
\tlibQt6Core.so.6 => /venv/PySide6/Qt/lib/libQt6Core.so.6 (0x00007f1c29000000)
/venv/PySide6/Qt/plugins/platforms/libqxcb.so:
\tlibxcb-cursor.so.0 => not found
\tlibEGL.so.1 => not found
\t/lib64/ld-linux-x86-64.so.2 (0x00007f1c2b000000)
"""

DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n'
MINT = 'NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n'
FEDORA = 'NAME="Fedora Linux"\nID=fedora\n'
ROCKY = 'NAME="Rocky Linux"\nID="rocky"\nID_LIKE="rhel centos fedora"\n'
ARCH = 'NAME="Arch Linux"\nID=arch\n'
TUMBLEWEED = 'ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n'


def test_missing_libraries_are_read_from_ldd() -> None:
    assert missing_in(LDD) == {"libEGL.so.1", "libxcb-cursor.so.0"}
    assert missing_in("") == set()


@pytest.mark.parametrize(
    ("os_release", "manager"),
    [
        (DEBIAN, "apt"),
        (MINT, "apt"),
        (FEDORA, "dnf"),
        (ROCKY, "dnf"),
        (ARCH, "pacman"),
        (TUMBLEWEED, "zypper"),
        ("ID=plan9\n", ""),
        ("", ""),
    ],
)
def test_package_manager_of_a_system(os_release: str, manager: str) -> None:
    assert package_manager(os_release) == manager


def test_install_commands() -> None:
    names = ["libEGL.so.1", "libglib-2.0.so.0", "libgthread-2.0.so.0", "libxcb-randr.so.0"]
    assert install_command(names, "apt") == (
        ["apt-get", "install", "--no-install-recommends", "--yes", "libegl1", "libglib2.0-0", "libxcb-randr0"]
    )
    assert install_command(names, "pacman") == ["pacman", "-S", "--needed", "glib2", "libglvnd", "libxcb"]
    assert install_command(["libEGL.so.1"], "dnf") == ["dnf", "install", "libEGL.so.1()(64bit)"]
    assert install_command(["libEGL.so.1"], "") is None
    assert install_command([], "apt") is None
    assert install_command(["libnobody-knows.so.9"], "apt") is None


def test_shell_command_is_quoted_and_has_sudo_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_libraries, "_is_root", lambda: False)
    assert (
        system_libraries.shown(["dnf", "install", "libEGL.so.1()(64bit)"]) == "sudo dnf install 'libEGL.so.1()(64bit)'"
    )
    monkeypatch.setattr(system_libraries, "_is_root", lambda: True)
    assert system_libraries.shown(["apt-get", "install", "libegl1"]) == "apt-get install libegl1"


@pytest.mark.parametrize(
    ("missing", "environment", "blocked"),
    [
        (Missing(), {}, False),
        (Missing(essential=("libEGL.so.1",)), {}, True),
        (Missing(x11=("libxcb-cursor.so.0",)), {}, False),
        (Missing(x11=("libxcb-cursor.so.0",)), {"DISPLAY": ":0"}, True),
        (Missing(x11=("libxcb-cursor.so.0",)), {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, False),
        (Missing(wayland=("libwayland-cursor.so.0",)), {"WAYLAND_DISPLAY": "wayland-0"}, True),
    ],
)
def test_only_what_keeps_the_window_from_running_blocks(
    missing: Missing, environment: dict[str, str], blocked: bool
) -> None:
    assert missing.blocks(environment) is blocked


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ldd is Linux's")
def test_each_group_of_files_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QtGui.abi3.so", "Qt/plugins/platforms/libqxcb.so"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    programs = tmp_path / "bin"
    programs.mkdir()
    ldd = programs / "ldd"
    ldd.write_text(
        '#!/bin/sh\ncase "$*" in *libqxcb*) printf "\\tlibxcb-cursor.so.0 => not found\\n";;'
        ' *) printf "\\tlibEGL.so.1 => not found\\n";; esac\n'
    )
    ldd.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    assert find_missing(tmp_path) == Missing(essential=("libEGL.so.1",), x11=("libxcb-cursor.so.0",))


@pytest.mark.parametrize("root", [True, False])
def test_as_root_on_debian_it_installs_and_elsewhere_it_says_how(
    root: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [Missing(essential=("libEGL.so.1",))] + [Missing()] * root
    steps: list[list[str]] = []

    def run(step: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        steps.append(step)
        return subprocess.CompletedProcess(step, 0, "", "")

    monkeypatch.setattr(system_libraries, "find_missing", lambda: found.pop(0))
    monkeypatch.setattr(system_libraries, "package_manager", lambda: "apt")
    monkeypatch.setattr(system_libraries, "_is_root", lambda: root)
    monkeypatch.setattr(system_libraries.subprocess, "run", run)
    assert system_libraries.main() == (0 if root else 1)
    assert [step[0] for step in steps] == ["apt-get"] * 2 * root
    said = capsys.readouterr().out
    assert ("sudo apt-get install --no-install-recommends --yes libegl1" in said) is not root


def test_every_library_that_this_qt_wants_has_a_package() -> None:
    """The table is complete for what the installed PySide6 takes from the system."""
    folder = system_libraries._pyside_folder()
    if folder is None or not sys.platform.startswith("linux"):
        pytest.skip("no PySide6 from a Linux wheel")
    files = [folder / name for name in (*system_libraries.ESSENTIAL, *system_libraries.X11, *system_libraries.WAYLAND)]
    assert all(file.is_file() for file in files), "PySide6 keeps its files elsewhere now"
    wanted = from_the_system(files)
    assert {"libEGL.so.1", "libxcb-cursor.so.0", "libwayland-cursor.so.0"} <= wanted
    every_glibc = {"libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libgcc_s.so.1"}
    assert wanted <= {*system_libraries.DEBIAN, *every_glibc}


def from_the_system(files: list[Path]) -> set[str]:
    """Return the libraries that these files, and those of Qt that they need, ask the system for."""
    output = subprocess.run(["ldd", *files], capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}).stdout
    found = dict(line.strip().split(" => ") for line in output.splitlines() if " => " in line)
    ours = {name: path.split(" (")[0] for name, path in found.items() if "site-packages" in path}
    # Names of needed libraries stand in a file as text; what only libraries of the system need is not there.
    binaries = [Path(path).read_bytes() for path in [*map(str, files), *ours.values()] if "libicu" not in path]
    return {
        name
        for name in found.keys() - ours.keys()
        if not name.startswith("/") and any(name.encode() + b"\0" in binary for binary in binaries)
    }


def test_report_on_this_installation() -> None:
    found = doctor.report()
    assert json.loads(json.dumps(found)) == found
    assert found["problems"] == []
    assert found["versions"]["python"]
    assert found["versions"]["torch"]
    assert found["qt"]["platform"] == os.environ["QT_QPA_PLATFORM"]
    assert found["devices"]["cpu_threads"] >= 1
    shown = doctor.text(found)
    assert "No problems found." in shown
    assert found["versions"]["PySide6-Essentials"] in shown


def test_broken_libraries_are_problems_and_not_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_TORCH", "raise ImportError('libcudart.so.12: cannot open shared object file')")
    monkeypatch.setattr(
        doctor, "_QT", "import os, sys; print('qt.qpa.xcb: could not connect', file=sys.stderr, flush=True); os.abort()"
    )
    missing = Missing(essential=("libEGL.so.1",))
    monkeypatch.setattr(system_libraries, "find_missing", lambda: missing)
    monkeypatch.setattr(system_libraries, "package_manager", lambda: "apt")
    found = doctor.report()
    torch, qt, libraries = found["problems"]
    assert "libcudart.so.12" in torch
    assert "qt.qpa.xcb: could not connect" in qt
    assert "libEGL.so.1" in libraries
    assert "libegl1" in found["install_command"]
    shown = doctor.text(found)
    assert "does not start" in shown
    assert "libegl1" in shown


@pytest.mark.parametrize("output", ["", "not JSON", "[1]"])
def test_an_answer_that_is_none(output: str) -> None:
    answer, complaint = doctor._understand(0, output, "")
    assert answer is None
    assert complaint.startswith("answered")

"""Which of the system's shared libraries Qt wants and does not find, and the one command that gets them.

Wheels of PySide6 bring Qt, but not what every Linux desktop has: OpenGL, fontconfig, the X11 and Wayland
clients. This file needs nothing but the standard library and runs on its own, since it is wanted
exactly when nothing else can be imported.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Missing", "find_missing", "has_display", "install_command", "main", "missing_in", "package_manager"]

ESSENTIAL = (
    "QtCore.abi3.so",
    "QtGui.abi3.so",
    "QtWidgets.abi3.so",
    "QtSvg.abi3.so",
    "QtTest.abi3.so",
    "Qt/plugins/platforms/libqoffscreen.so",
    "Qt/plugins/imageformats/libqjpeg.so",
    "Qt/plugins/imageformats/libqsvg.so",
)
"""Without these there is no window at all, not even one that is only drawn into a file."""

X11 = ("Qt/plugins/platforms/libqxcb.so", "Qt/plugins/xcbglintegrations/libqxcb-glx-integration.so")
WAYLAND = (
    "Qt/plugins/platforms/libqwayland.so",
    "Qt/plugins/wayland-shell-integration/libxdg-shell.so",
    "Qt/plugins/wayland-graphics-integration-client/libqt-plugin-wayland-egl.so",
    "Qt/plugins/wayland-decoration-client/libadwaita.so",
)

DEBIAN = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libICE.so.6": "libice6",
    "libOpenGL.so.0": "libopengl0",
    "libSM.so.6": "libsm6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libXext.so.6": "libxext6",
    "libXrender.so.1": "libxrender1",
    "libatomic.so.1": "libatomic1",
    "libbrotlidec.so.1": "libbrotli1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libdrm.so.2": "libdrm2",
    "libexpat.so.1": "libexpat1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libpng16.so.16": "libpng16-16",
    "libstdc++.so.6": "libstdc++6",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xinput.so.0": "libxcb-xinput0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
"""Where Debian and Ubuntu keep a library. Newer releases rename some (libglib2.0-0t64) and provide the old name."""

ARCH = {
    "libEGL.so.1": "libglvnd",
    "libGL.so.1": "libglvnd",
    "libGLX.so.0": "libglvnd",
    "libOpenGL.so.0": "libglvnd",
    "libX11-xcb.so.1": "libx11",
    "libX11.so.6": "libx11",
    "libdbus-1.so.3": "dbus",
    "libfontconfig.so.1": "fontconfig",
    "libfreetype.so.6": "freetype2",
    "libglib-2.0.so.0": "glib2",
    "libgthread-2.0.so.0": "glib2",
    "libwayland-client.so.0": "wayland",
    "libwayland-cursor.so.0": "wayland",
    "libwayland-egl.so.1": "wayland",
    "libxcb-cursor.so.0": "xcb-util-cursor",
    "libxcb-icccm.so.4": "xcb-util-wm",
    "libxcb-image.so.0": "xcb-util-image",
    "libxcb-keysyms.so.1": "xcb-util-keysyms",
    "libxcb-render-util.so.0": "xcb-util-renderutil",
    "libxcb-util.so.1": "xcb-util",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11",
    "libxkbcommon.so.0": "libxkbcommon",
    "libz.so.1": "zlib",
    "libzstd.so.1": "zstd",
}


@dataclass(frozen=True)
class Missing:
    """Names of shared libraries that were not found, by what they are wanted for."""

    essential: tuple[str, ...] = ()
    x11: tuple[str, ...] = ()
    wayland: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every name once, sorted."""
        return tuple(sorted({*self.essential, *self.x11, *self.wayland}))

    def blocks(self, environment: Mapping[str, str]) -> bool:
        """Return whether the window could not run in a session with these environment variables."""
        if self.essential:
            return True
        usable = [
            not missing
            for variable, missing in (("DISPLAY", self.x11), ("WAYLAND_DISPLAY", self.wayland))
            if environment.get(variable)
        ]
        # Without a display there is only drawing into files, which needs the essential ones alone.
        return bool(usable) and not any(usable)


def missing_in(ldd_output: str) -> set[str]:
    """Return the names of the libraries that `ldd` did not find.

    Parameters
    ----------
    ldd_output
        What ``ldd FILE...`` printed.
    """
    return set(re.findall(r"^\s*(\S+) => not found", ldd_output, flags=re.MULTILINE))


def find_missing(pyside: Path | None = None) -> Missing:
    """Return what the installed PySide6 does not find. Empty where there is nothing to look for.

    Parameters
    ----------
    pyside
        Folder of the PySide6 package; looked up when not given.
    """
    if not sys.platform.startswith("linux") or shutil.which("ldd") is None:
        return Missing()
    pyside = pyside or _pyside_folder()
    if pyside is None:
        return Missing()
    return Missing(*(_missing_for(pyside, files) for files in (ESSENTIAL, X11, WAYLAND)))


def package_manager(os_release: str | None = None) -> str:
    """Return "apt", "dnf", "zypper", "pacman" or "" for this system.

    Parameters
    ----------
    os_release
        Text of ``/etc/os-release``; read when not given.
    """
    if os_release is None:
        try:
            os_release = Path("/etc/os-release").read_text(encoding="utf-8")
        except OSError:
            return ""
    fields = dict(line.split("=", 1) for line in os_release.splitlines() if "=" in line)
    family = " ".join(fields.get(name, "").strip("\"'") for name in ("ID", "ID_LIKE")).lower().split()
    for manager, names in (
        ("apt", {"debian", "ubuntu"}),
        ("dnf", {"fedora", "rhel", "centos"}),
        ("zypper", {"suse", "opensuse"}),
        ("pacman", {"arch"}),
    ):
        if names & set(family):
            return manager
    return ""


def install_command(names: Iterable[str], manager: str) -> list[str] | None:
    """Return the command that installs these libraries, without `sudo`, or None if it is not known.

    Parameters
    ----------
    names
        Names of shared libraries such as "libEGL.so.1".
    manager
        What `package_manager` returned.
    """
    names = sorted(set(names))
    if not names or not manager:
        return None
    if manager == "apt":
        packages = sorted({DEBIAN[name] for name in names if name in DEBIAN})
        return ["apt-get", "install", "--no-install-recommends", "--yes", *packages] if packages else None
    if manager == "pacman":
        known = {name: ARCH.get(name, "libxcb" if name.startswith("libxcb") else "") for name in names}
        packages = sorted({package for package in known.values() if package})
        return ["pacman", "-S", "--needed", *packages] if packages else None
    # RPM packages provide the libraries' own names, so no table can be out of date.
    suffix = "()(64bit)" if sys.maxsize > 2**32 else ""
    return [manager, "install", *(name + suffix for name in names)]


def has_display(environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether a window would be seen by somebody."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def main() -> int:
    """Install what is missing as root on Debian and Ubuntu; elsewhere print the one command that does.

    Returns
    -------
    int
        0 if the window can run, 1 if it can not.
    """
    missing = find_missing()
    if not missing.all:
        return 0
    manager = package_manager()
    command = install_command(missing.all, manager)
    print(f"Qt does not find {len(missing.all)} system libraries: {', '.join(missing.all)}", flush=True)
    if command and manager == "apt" and _is_root():
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for step in (["apt-get", "--quiet=2", "update"], [command[0], "--quiet=2", *command[1:]]):
            print("+", " ".join(step), flush=True)
            # Standard input stays out of it: a question nobody can answer would stop a build for ever.
            done = subprocess.run(
                step, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
            )
            if done.returncode:
                print((done.stdout + done.stderr).strip(), flush=True)
                break
        missing = find_missing()
        if missing.all:
            print(f"Still not found: {', '.join(missing.all)}", flush=True)
    elif command:
        print("This gets them:\n    " + shown(command), flush=True)
    else:
        print("Install the packages of your system that have them.", flush=True)
    return int(missing.blocks(os.environ))


def shown(command: list[str]) -> str:
    """Return a command as a person types it, with `sudo` unless they are root."""
    quoted = [f"'{part}'" if "(" in part else part for part in command]
    return " ".join(quoted if _is_root() else ["sudo", *quoted])


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


def _pyside_folder() -> Path | None:
    specification = importlib.util.find_spec("PySide6")
    if specification is None or specification.origin is None:
        return None
    return Path(specification.origin).parent


def _missing_for(pyside: Path, files: Iterable[str]) -> tuple[str, ...]:
    present = [str(pyside / name) for name in files if (pyside / name).is_file()]
    if not present:
        return ()
    environment = {**os.environ, "LC_ALL": "C"}  # the words "not found" are translated otherwise
    output = subprocess.run(["ldd", *present], env=environment, capture_output=True, text=True, check=False).stdout
    return tuple(sorted(missing_in(output)))


if __name__ == "__main__":
    sys.exit(main())

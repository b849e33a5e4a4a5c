"""Comparisons that are shipped: one TOML file each in `assets/presets`.

Those that begin trained have their runs' states in an ``.npz`` file of the same name, see `ganstudio.states`.
A preset is an ordinary file of `ganstudio.files.load`, so copying one is the way to make one's own.
"""

from __future__ import annotations

from pathlib import Path

from ganstudio import files, states
from ganstudio.experiment import Comparison
from ganstudio.messages import Arrays
from ganstudio.resources import asset

__all__ = ["STARTUP", "load", "names", "starts", "thumbnail"]

STARTUP = "startup"
"""The one that the window opens with."""


def names() -> list[str]:
    """Return the names of all presets, the start-up one first and the others in alphabetical order."""
    found = (path.stem for path in asset("presets").glob("*.toml"))
    return sorted(found, key=lambda name: (name != STARTUP, name))


def thumbnail(name: str) -> Path | None:
    """Return the picture of what a preset's panes show after its steps, side by side; None where there is none.

    `packaging/make_thumbnails.py` makes them.
    """
    path = asset("presets") / f"{name}.png"
    return path if path.exists() else None


def load(name: str) -> Comparison:
    """Read a preset.

    Raises
    ------
    FileError
        If there is no such preset.
    """
    return files.load(asset("presets") / f"{name}.toml")


def starts(name: str) -> tuple[Arrays | None, ...]:
    """Return the states that a preset's runs begin with, one for each; () if they begin at step 0.

    Raises
    ------
    FileError
        If there is no such preset.
    """
    comparison = load(name)
    path = asset("presets") / f"{name}.npz"
    return states.unpack_all(path.read_bytes(), len(comparison.experiments)) if path.exists() else ()

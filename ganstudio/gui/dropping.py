"""What a file that is dropped or opened is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ganstudio import carrying

__all__ = ["DATA", "KINDS", "MODEL_SUFFIXES", "kind_of"]

MODEL_SUFFIXES = (".safetensors", ".pt", ".pth", ".bin", ".ckpt", ".tar")
"""Of files with trained networks in them."""

DATA = "data"
"""What every other file is taken for: points, a picture, or something that has to be refused in words."""


def _is_experiment(path: Path) -> bool:
    return path.suffix.lower() == ".toml"


def _is_carrier(path: Path) -> bool:
    return carrying.carries(path)


def _is_sheet(path: Path) -> bool:
    from ganstudio.sheets import picture  # not before the window's first paint

    return picture.carries(path)


def _is_model(path: Path) -> bool:
    return path.suffix.lower() in MODEL_SUFFIXES


KINDS: dict[str, Callable[[Path], bool]] = {
    "experiment": _is_experiment,
    "carrier": _is_carrier,
    "sheet": _is_sheet,
    "model": _is_model,
}
"""Name -> whether a file is of this kind; the first that says so has it. The file need not exist or be whole."""


def kind_of(path: str | Path) -> str:
    """Return the name of a file's kind."""
    return next((name for name, fits in KINDS.items() if fits(Path(path))), DATA)

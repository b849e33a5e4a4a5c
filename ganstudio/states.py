"""A run's whole state as bytes and back: plain arrays in NumPy's own format, never a pickle.

The positions of the random streams are written, their generators' states are not: PyTorch would take whatever it is
given for one, and the positions are enough to find them again.
"""

from __future__ import annotations

import io
import zipfile

import numpy as np

from ganstudio.messages import Arrays

__all__ = ["StateError", "pack", "unpack"]

LARGEST = 256 * 2**20
"""Bytes that the arrays of one file may take."""
LATEST = 10_000_000
"""Step, and position of a stream, beyond which a file is not believed: going there would take hours."""
MOST_ARRAYS = 2000
KINDS = "biuf"
"""Booleans, whole numbers and floating-point numbers."""


class StateError(ValueError):
    """Bytes that are no state; says in one line what is wrong with them."""


def pack(state: Arrays) -> bytes:
    """Return a state as the bytes of an ``.npz`` file."""
    content = io.BytesIO()
    kept = {name: value for name, value in state.items() if not name.endswith(".generators")}
    np.savez_compressed(content, **kept)  # type: ignore[arg-type]
    return content.getvalue()


def unpack(content: bytes) -> Arrays:
    """Return the state in the bytes of an ``.npz`` file.

    Raises
    ------
    StateError
        If it is damaged, too large, holds anything but arrays of numbers, or is of no run.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sizes = [entry.file_size for entry in archive.infolist()]
        if len(sizes) > MOST_ARRAYS or sum(sizes) > LARGEST:
            raise StateError(f"too large: at most {LARGEST // 2**20} MB in {MOST_ARRAYS:,} arrays are allowed")
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            state = {name: np.array(arrays[name]) for name in arrays.files}
    except StateError:
        raise
    except Exception as error:  # zipfile, zlib and NumPy raise whatever the damage makes them
        raise StateError(f"damaged: {error}") from None
    _check(state)
    return state


def _check(state: Arrays) -> None:
    for name, value in state.items():
        if value.dtype.kind not in KINDS:
            raise StateError(f"{name}: only arrays of numbers are allowed, this is {value.dtype}")
        if value.dtype.kind == "f" and not np.isfinite(value).all():
            raise StateError(f"{name}: not all numbers are finite")
        is_clock = name == "step" or name.endswith(".position")
        if is_clock and not (value.ndim == 0 and value.dtype.kind in "iu" and 0 <= int(value) <= LATEST):
            raise StateError(f"{name}: a whole number from 0 to {LATEST:,} is allowed")
    missing = [name for name in ("step", "averaged", "generator.parameters") if name not in state]
    if missing:
        raise StateError(f"{missing[0]}: missing; this is no state of a run")

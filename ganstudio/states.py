"""A run's whole state as bytes and back: plain arrays in NumPy's own format, never a pickle.

The positions of the random streams are written, their generators' states are not: PyTorch would take whatever it is
given for one, and the positions are enough to find them again.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import numpy as np

from ganstudio.messages import Arrays

__all__ = ["StateError", "pack", "pack_all", "unpack", "unpack_all"]

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
    return _packed(state)


def pack_all(states: Sequence[Arrays | None]) -> bytes:
    """Return the states of several runs as the bytes of one ``.npz`` file: "0.step" is the first one's step."""
    return _packed(
        {f"{index}.{name}": value for index, state in enumerate(states) for name, value in (state or {}).items()}
    )


def _packed(arrays: Arrays) -> bytes:
    content = io.BytesIO()
    kept = {name: value for name, value in arrays.items() if not name.endswith(".generators")}
    np.savez_compressed(content, **kept)  # type: ignore[arg-type]
    return content.getvalue()


def unpack(content: bytes) -> Arrays:
    """Return the state in the bytes of an ``.npz`` file.

    Raises
    ------
    StateError
        If it is damaged, too large, holds anything but arrays of numbers, or is of no run.
    """
    state = _read(content)
    _check(state)
    return state


def unpack_all(content: bytes, count: int) -> tuple[Arrays | None, ...]:
    """Return the states of `count` runs in the bytes of an ``.npz`` file, None for those that it has nothing of.

    Raises
    ------
    StateError
        As `unpack`, naming the run, or if there are states of other runs.
    """
    states: list[Arrays] = [{} for _ in range(count)]
    for name, value in _read(content).items():
        index, _, own = name.partition(".")
        if index not in map(str, range(count)):
            raise StateError(f"{name}: of no run; names of arrays begin with 0. to {count - 1}. here")
        states[int(index)][own] = value
    for number, state in enumerate(states):
        if state:
            _check(state, f"{number}.")
    return tuple(state or None for state in states)


def _read(content: bytes) -> Arrays:
    """Return the arrays in the bytes of an ``.npz`` file, whatever they are."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sizes = [entry.file_size for entry in archive.infolist()]
        if len(sizes) > MOST_ARRAYS or sum(sizes) > LARGEST:
            raise StateError(f"too large: at most {LARGEST // 2**20} MB in {MOST_ARRAYS:,} arrays are allowed")
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return {name: np.array(arrays[name]) for name in arrays.files}
    except StateError:
        raise
    except Exception as error:  # zipfile, zlib and NumPy raise whatever the damage makes them
        raise StateError(f"damaged: {error}") from None


def _check(state: Arrays, prefix: str = "") -> None:
    """Refuse arrays that no run has.

    Parameters
    ----------
    prefix
        What stands before their names in the file.
    """
    for own, value in state.items():
        name = prefix + own
        if value.dtype.kind not in KINDS:
            raise StateError(f"{name}: only arrays of numbers are allowed, this is {value.dtype}")
        if value.dtype.kind == "f" and not np.isfinite(value).all():
            raise StateError(f"{name}: not all numbers are finite")
        is_clock = own == "step" or name.endswith(".position")
        if is_clock and not (value.ndim == 0 and value.dtype.kind in "iu" and 0 <= int(value) <= LATEST):
            raise StateError(f"{name}: a whole number from 0 to {LATEST:,} is allowed")
    missing = [name for name in ("step", "averaged", "generator.parameters") if name not in state]
    if missing:
        raise StateError(f"{prefix}{missing[0]}: missing; this is no state of a run")

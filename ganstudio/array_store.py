"""Arrays that are costly to compute, kept on disk: what cannot be read or written is computed again.

Plain arrays in uncompressed NPZ files, never pickled.
"""

from __future__ import annotations

import contextlib
import os
import uuid
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["ArrayStore"]


@dataclass(frozen=True)
class ArrayStore:
    """A folder of sets of arrays.

    Attributes
    ----------
    folder
        Made when it is needed.
    most
        How many sets are kept; the one that was not used for longest goes first.
    """

    folder: Path
    most: int

    def recall(self, key: str) -> dict[str, NDArray[Any]] | None:
        """Return the arrays that were kept under a key, a digest of all that they depend on; None if there are none."""
        path = self._file(key)
        try:
            # Opened here: np.load leaves a broken file open.
            with open(path, "rb") as file, np.load(file, allow_pickle=False) as kept:
                arrays = {name: kept[name] for name in kept.files}
            os.utime(path)
        except (OSError, ValueError, KeyError, EOFError, TypeError, AttributeError, zipfile.BadZipFile):
            return None
        return arrays

    def remember(self, key: str, **arrays: NDArray[Any]) -> None:
        """Keep arrays under a key if the disk has room."""
        temporary = self.folder / f".{uuid.uuid4().hex}.part"
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                with open(temporary, "xb") as file:
                    np.savez(file, allow_pickle=False, **arrays)
                os.replace(temporary, self._file(key))
            finally:
                temporary.unlink(missing_ok=True)
            kept = sorted(self.folder.glob("*.npz"), key=lambda one: one.stat().st_mtime, reverse=True)
            for old in kept[self.most :]:
                old.unlink()

    def _file(self, key: str) -> Path:
        return self.folder / f"{key}.npz"

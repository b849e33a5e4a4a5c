"""What a checkpoint holds: tensors by dotted name in the file's order, and the plain values beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Contents", "Statistics"]

Value = str | int | float | bool


@dataclass(frozen=True)
class Statistics:
    """Of the finite numbers of a tensor; None where there are none."""

    minimum: float | None
    maximum: float | None
    mean: float | None
    deviation: float | None
    not_numbers: int
    """NaN."""
    infinite: int


@dataclass(frozen=True)
class Contents:
    """A checkpoint that was read.

    Attributes
    ----------
    path
        Of the file.
    kind
        "PyTorch (zip)", "PyTorch (before 1.6)" or "safetensors".
    tensors
        By name, where keys of nested dictionaries are joined with dots; half and double precision as float32. Weights
        that a layer computes from others (spectral and weight normalisation) stand beside them as "weight~0",
        "weight~1" (divided by the largest singular value along that axis) or "weight~n".
    dtypes
        What each tensor was in the file.
    values
        Texts and numbers beside them: hyperparameters, counts of epochs.
    ordered
        Whether the order of the tensors is that of a program; safetensors files are sorted by name.
    notes
        What was left out or changed.
    """

    path: Path
    kind: str
    tensors: Mapping[str, NDArray[Any]]
    dtypes: Mapping[str, str]
    values: Mapping[str, Value]
    ordered: bool
    notes: tuple[str, ...] = ()

    def statistics(self, name: str) -> Statistics:
        """Return the statistics of one tensor."""
        array = np.asarray(self.tensors[name], dtype=np.float64)
        finite = array[np.isfinite(array)]
        wrong = int(np.isnan(array).sum()), int(np.isinf(array).sum())
        if not finite.size:
            return Statistics(None, None, None, None, *wrong)
        return Statistics(float(finite.min()), float(finite.max()), float(finite.mean()), float(finite.std()), *wrong)

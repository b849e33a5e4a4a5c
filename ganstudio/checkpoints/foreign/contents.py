"""What a checkpoint holds: tensors by dotted name in the file's order, and the plain values beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganstudio.checkpoints.statistics import Statistics, statistics

__all__ = ["Contents"]

Value = str | int | float | bool


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
        return statistics(np.asarray(self.tensors[name]))

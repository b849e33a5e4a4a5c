"""What can be refused before PyTorch is started, which takes seconds: its list of contents tells the shapes.

Whatever passes here is read by `reading.read`, in a process of its own, and checked again.
"""

from __future__ import annotations

import mmap
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ganstudio.checkpoints.errors import CheckpointError, UnfitError
from ganstudio.checkpoints.foreign.finding import Found, found
from ganstudio.checkpoints.foreign.inferring import ChainProblemError, ChoiceError
from ganstudio.checkpoints.foreign.modules import HasShape
from ganstudio.checkpoints.foreign.outlines import listed
from ganstudio.checkpoints.foreign.pickles import TensorOutline
from ganstudio.checkpoints.foreign.reading import is_computed
from ganstudio.checkpoints.foreign.sniffing import Look, looked_into
from ganstudio.checkpoints.regular_file import opened
from ganstudio.settings import name_shown

__all__ = ["PART", "found_among", "not_finite", "refuse_early"]

PART: Final = "part"
"""Among choices: the name of the network that is taken."""

FLOATS: Final[Mapping[str, str]] = {"Float": "<f4", "Double": "<f8", "Half": "<f2", "BFloat16": "<u2"}
"""How the numbers of PyTorch's storages lie in a file."""
EXPONENT: Final = 0x7F80
"""All bits of a bfloat16's exponent, which are set in NaN and in infinity."""


def refuse_early(path: str | Path, choices: Mapping[str, Any] | None = None) -> None:
    """Refuse one of PyTorch's files in which `read_foreign` would find no generator, or one that is not finite.

    Raises
    ------
    CheckpointError
        As `read_foreign`.
    """
    look = looked_into(path)
    if look.kind == "safetensors":  # is read without PyTorch anyway
        return
    tensors, values = listed(look.tree)
    if is_computed(tensors):  # weights that a layer makes of others are known when PyTorch has read those
        return
    which = found_among(Path(path), tensors, choices, ordered=True, values=values)
    with opened(path) as (file, size):
        if not size:
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            for theirs in which.guess.sources.values():
                if not _is_finite(content, tensors[theirs], look):
                    raise UnfitError(path, not_finite(theirs))


def _is_finite(content: mmap.mmap, tensor: TensorOutline, look: Look) -> bool:
    """Whether all numbers of a tensor are finite as float32, as far as they can be told without PyTorch."""
    storage = tensor.storage
    begin = look.places.get(storage.key)
    if storage.kind not in FLOATS or begin is None or begin + storage.size > len(content) or not tensor.numbers:
        return True
    flat: NDArray[Any] = np.frombuffer(content, FLOATS[storage.kind], storage.numbers, begin)
    steps = tuple(step * flat.itemsize for step in tensor.strides)
    # `checked_outline` has made sure that no number is beyond the end.
    view = np.lib.stride_tricks.as_strided(flat[tensor.offset :], tensor.shape, steps, writeable=False)
    try:
        if storage.kind == "BFloat16":
            return not bool(np.any((view & EXPONENT) == EXPONENT))
        with np.errstate(over="ignore"):
            return bool(np.isfinite(view.astype(np.float32, copy=False)).all())
    finally:
        del view, flat  # otherwise the file could not be unmapped


def found_among(
    path: Path,
    tensors: Mapping[str, HasShape],
    choices: Mapping[str, Any] | None,
    *,
    ordered: bool,
    values: Mapping[str, object],
) -> Found:
    """Return the generator among tensors of which nothing but the shapes need be known.

    Parameters
    ----------
    tensors, ordered, values
        As in `inferring.infer`.

    Raises
    ------
    UnfitError
        If there is none.
    CheckpointError
        If a choice is not allowed.
    """
    answers = {key: str(value) for key, value in (choices or {}).items()}
    part = answers.pop(PART, None)
    try:
        return found(tensors, part, answers, ordered=ordered, values=values)
    except ChainProblemError as problem:
        raise UnfitError(path, problem) from None
    except ChoiceError as problem:
        raise CheckpointError(path, problem) from None


def not_finite(name: str) -> str:
    """Return what is wrong with a tensor that is not finite."""
    return f"{name_shown(name)} has values that are not finite (NaN, infinity)"

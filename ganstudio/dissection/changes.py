"""What is done to feature maps, as changes of layers' outputs (`ganstudio.nets.layers.Change`)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganstudio.architecture import Architecture
from ganstudio.checkpoints.generator import Generator
from ganstudio.checkpoints.inputs import Given, count
from ganstudio.dissection.edits import Edit
from ganstudio.image_messages import Removed
from ganstudio.nets.layers import Change

__all__ = ["edited_samples", "edits_change", "without"]


def without(removed: Removed) -> Change | None:
    """Return the change of layers' outputs that zeroes feature maps; None if there are none."""
    maps = {layer: list(numbers) for layer, numbers in removed if numbers}
    if not maps:
        return None

    def zeroed(index: int, x: Tensor) -> Tensor:
        if index not in maps:
            return x
        x = x.clone()
        x[:, maps[index]] = 0.0
        return x

    return zeroed


def edits_change(edits: Sequence[Edit], architecture: Architecture) -> Change | None:
    """Return the change that makes edits one after the other, as strokes were painted; None if there are none.

    It is for one evaluation of all samples, at once or in batches one after the other: where an edit has cells for each
    sample, it counts which are theirs.

    Raises
    ------
    ValueError
        If an edit's layer, units, cells or levels are none that this generator has.
    """
    by_layer: dict[int, list[tuple[list[int], Tensor, Tensor]]] = {}
    shapes = architecture.shapes()
    for edit in edits:
        _check(edit, shapes)
        levels = torch.tensor(edit.levels if edit.levels is not None else (0.0,) * len(edit.units))
        cells = torch.from_numpy(np.ascontiguousarray(edit.cells, bool))
        where = cells[:, None] if cells.ndim == 3 else cells[None, None]
        by_layer.setdefault(edit.layer, []).append((list(edit.units), where, levels[None, :, None, None]))
    if not by_layer:
        return None
    seen = dict.fromkeys(by_layer, 0)

    def painted(index: int, x: Tensor) -> Tensor:
        if index not in by_layer:
            return x
        batch = slice(seen[index], seen[index] + len(x))
        seen[index] = batch.stop
        x = x.clone()
        for units, where, levels in by_layer[index]:
            own = where if len(where) == 1 else where[batch]
            x[:, units] = torch.where(own.to(x.device), levels.to(x), x[:, units])
        return x

    return painted


def edited_samples(
    generator: Generator, given: Given, edits: Sequence[Edit], removed: Removed = ()
) -> NDArray[np.float32]:
    """Return what a generator gives with edits, (n, channels, height, width).

    Parameters
    ----------
    edits
        Made one after the other.
    removed
        Maps that are zeroed everywhere, after all edits.

    Raises
    ------
    ValueError
        If an edit does not fit the generator or the number of samples.
    """
    n = count(given)
    for edit in edits:
        if edit.cells.ndim == 3 and len(edit.cells) != n:
            raise ValueError(f"an edit has cells for {len(edit.cells)} samples; there are {n}")
    return generator.sample(given, both(edits_change(edits, generator.architecture), without(removed)))


def both(first: Change | None, second: Change | None) -> Change | None:
    """Return the change that is one and then the other."""
    if first is None or second is None:
        return first or second
    return lambda index, x: second(index, first(index, x))


def _check(edit: Edit, shapes: list[tuple[int, ...]]) -> None:
    shape = shapes[edit.layer + 1] if 0 <= edit.layer < len(shapes) - 1 else ()
    if len(shape) != 3:
        raise ValueError(f"layer {edit.layer} has no feature maps")
    if any(not 0 <= unit < shape[0] for unit in edit.units):
        raise ValueError(f"layer {edit.layer} has units 0 to {shape[0] - 1}")
    if edit.cells.ndim not in (2, 3) or edit.cells.shape[-2:] != shape[1:]:
        raise ValueError(f"cells of shape {edit.cells.shape}: layer {edit.layer} has a grid of {shape[1]} x {shape[2]}")
    if edit.levels is not None and (len(edit.levels) != len(edit.units) or not np.isfinite(edit.levels).all()):
        raise ValueError(f"{len(edit.units)} units need as many finite levels")

"""What a stage's tensors are, as a small table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ganstudio.gui.walk.charts import LayerNorms
from ganstudio.gui.walk.picture import written
from ganstudio.messages import Arrays

__all__ = ["Table", "layer_norms", "norms_table", "tensors_table", "terms_table"]


@dataclass(frozen=True)
class Table:
    """Headings and rows of text; the first column is left-aligned."""

    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def tensors_table(arrays: Arrays, names: Iterable[tuple[str, str]]) -> Table:
    """Return shape, least, mean and largest value of tensors.

    Parameters
    ----------
    names
        (key in `arrays`, what it is called) each; what is not there is left out.
    """
    rows = []
    for key, sign in names:
        if (values := arrays.get(key)) is None or not values.size:
            continue
        shape = f"({', '.join(map(str, values.shape))}{',' if values.ndim == 1 else ''})"
        numbers = (values.min(), values.mean(), values.max())
        rows.append((sign, shape, *(written(float(number)) for number in numbers)))
    return Table(("tensor", "shape", "min", "mean", "max"), tuple(rows))


def terms_table(arrays: Arrays, names: Iterable[str]) -> Table:
    """Return the terms of a loss; a loss of one term needs no table."""
    known = [name for name in names if f"loss.{name}" in arrays]
    rows = tuple((name.removesuffix(" (G)"), written(float(arrays[f"loss.{name}"]))) for name in known)
    return Table(("term", "value"), rows) if len(rows) > 1 else Table()


def norms_table(layers: Iterable[LayerNorms]) -> Table:
    """Return the norms of each layer's gradient and update."""
    rows = tuple((layer.name, written(layer.gradient), written(layer.update)) for layer in layers)
    return Table(("layer", "gradient", "update"), rows)


def layer_norms(arrays: Arrays, *, of: str = "") -> tuple[LayerNorms, ...]:
    """Return the norms of all weights of each layer together, in the order of the layers.

    Parameters
    ----------
    arrays
        "gradient.LAYER.WHAT" and "update.LAYER.WHAT" of a `Walked`.
    of
        "encoder." takes the encoder's out of the generator's arrays, "" those that are not the encoder's.
    """
    squares: dict[str, list[float]] = {}
    for column, kind in enumerate(("gradient.", "update.")):
        for key, value in arrays.items():
            name = key.removeprefix(kind)
            if name == key or (name.startswith("encoder.") != bool(of)):
                continue
            layer = name.removeprefix(of).rpartition(".")[0]
            squares.setdefault(layer, [0.0, 0.0])[column] += float(np.float64(value) ** 2)
    return tuple(
        LayerNorms(_layer_title(layer), gradient**0.5, update**0.5) for layer, (gradient, update) in squares.items()
    )


def _layer_title(layer: str) -> str:
    """Return "1" for "0", and "e1" for "encoder.0" of a critic that is made of several networks."""
    part, _, number = layer.rpartition(".")
    return f"{part[:1]}{int(number) + 1}" if number.isdigit() else layer

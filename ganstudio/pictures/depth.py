"""A critic from input to output: how its gradient grows or fades layer by layer, and how its weights are spread."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ganstudio.palette import LIGHT, Palette
from ganstudio.pictures.figures import HEAD, headed, inches
from ganstudio.pictures.style import figure, styled, tidy

__all__ = ["depth"]

Float = NDArray[np.float64]

LEAST = 1e-30
"""Norms below are drawn here: in single precision they are 0 a little further down."""
BINS = 61


def depth(norms: Mapping[str, Float], weights: Mapping[str, Float], note: str = "", palette: Palette = LIGHT) -> Figure:
    """Draw figure 1 of the WGAN-GP paper for some critics.

    Parameters
    ----------
    norms
        Name -> norm of the gradient of the critic's loss in each hidden layer, first to last, (layers,).
    weights
        Name -> the critic's weights (n,), each drawn over its own range.
    note
        Written under the title of the left part.
    """
    side, left, bottom, gap = 3.4, 0.65, 0.6, 0.25
    rows = len(weights)
    names = (palette.generated, palette.real, palette.critic, palette.penalty, palette.generator, palette.warning)
    colours = dict(zip(norms, names * (1 + rows // len(names)), strict=False))
    with styled():
        picture = figure(2 * left + 2 * side + 2 * gap, bottom + side + HEAD, palette)
        axes = inches(picture, left, bottom, side, side)
        headed(axes, "Gradient norm by critic layer", note, palette)
        for name, values in norms.items():
            layers = np.arange(1, len(values) + 1)
            axes.plot(
                layers, np.log10(np.maximum(values, LEAST)), color=colours[name], marker="o", markersize=3, label=name
            )
        axes.set_xlabel("hidden layer, input to output", color=palette.muted, fontsize=8)
        axes.set_ylabel("log10 of the norm", color=palette.muted, fontsize=8)
        axes.grid(axis="y", color=palette.border, linewidth=0.6)
        axes.legend(frameon=False, labelcolor=palette.text)
        tidy(axes, palette)
        height = (side - gap * (rows - 1)) / rows
        for row, (name, values) in enumerate(weights.items()):
            place = inches(picture, 2 * left + side + gap, bottom + (rows - 1 - row) * (height + gap), side, height)
            if row == 0:
                headed(place, "Critic weights", "each histogram over its own range", palette)
            reach = max(float(np.abs(values).max()), 1e-12)
            place.hist(values, bins=BINS, range=(-reach, reach), color=colours[name], label=name)
            place.set_yticks([])
            place.set_xticks([-reach, 0.0, reach], [f"\N{MINUS SIGN}{reach:.3g}", "0", f"{reach:.3g}"])
            place.legend(frameon=False, labelcolor=palette.text, handlelength=0.0, handletextpad=0.0)
            tidy(place, palette)
    return picture

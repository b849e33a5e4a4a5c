"""How steep the critic is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np

from ganstudio.experiment import Experiment
from ganstudio.layers.base import Float, Layer, Look, Scene, no_critic, nodes
from ganstudio.layers.marks import Mark, Surface

__all__ = ["Slope"]

HIGHEST = 98.0
"""Percentile at which the colours end."""


class Slope(Layer):
    """|grad T| all over the plane: 0 is where a generator learns nothing, 1 what a gradient penalty wants."""

    title: ClassVar[str] = "|\u2207T|"
    hint: ClassVar[str] = (
        "How steep the critic is: the size of the gradient of its output T. Where it is 0, samples there teach the "
        "generator nothing; a gradient penalty wants it near 1 (WGAN-GP) or near 0 (R1) in places."
    )
    fills: ClassVar[bool] = True
    height: ClassVar[float] = 1.0

    def lacks(self, experiment: Experiment) -> str:
        """Want a critic."""
        return no_critic(experiment)

    def probe(self, look: Look) -> dict[str, Float]:
        """Ask for the slopes on a grid."""
        slopes = look.slopes(nodes(look.window, look.resolution))
        sizes = np.hypot(slopes[..., 0], slopes[..., 1])
        return {"sizes": sizes.reshape(len(sizes), look.resolution, look.resolution)}

    def draw(self, values: Mapping[str, Float], scene: Scene) -> Sequence[Mark]:
        """Return the sizes as colours from 0 up."""
        sizes = values["sizes"]
        known = sizes[np.isfinite(sizes)]
        highest = float(np.percentile(known, HIGHEST)) if known.size else 0.0
        return [Surface(sizes, scene.window, 0.0, highest or 1.0, "sequential", "|\u2207T|")]

"""Where samples came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np

from ganstudio.layers.base import Float, Layer, Look, Scene
from ganstudio.layers.marks import Lines, Mark

__all__ = ["Trails"]

COUNT = 24
LENGTH = 24
"""Kept steps that a trail goes back."""


class Trails(Layer):
    """The ways of some samples, each from a latent of its own, over the last kept steps."""

    title: ClassVar[str] = "Trails"
    hint: ClassVar[str] = (
        "The ways of 24 samples over the last 24 steps of the timeline, each from the same latent all the time: they "
        "show who circles, jumps between modes, or stands still."
    )
    height: ClassVar[float] = 25.0

    def probe(self, look: Look) -> dict[str, Float]:
        """Ask where samples were and are."""
        trails = look.trails(COUNT, LENGTH)
        return {"trails": np.concatenate([trails, look.samples(COUNT)[:, None]], axis=1)}

    def draw(self, values: Mapping[str, Float], scene: Scene) -> Sequence[Mark]:
        """Return a line a sample."""
        return [Lines(values["trails"].swapaxes(0, 1).astype(np.float64), "generated")]

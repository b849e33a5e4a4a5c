"""Where the critic's output rises, at generated samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np

from ganstudio.experiment import Experiment
from ganstudio.layers import marks
from ganstudio.layers.base import Float, Layer, Look, Scene, no_critic

__all__ = ["Arrows"]

COUNT = 64
REACH = 0.09
"""Length of the longest arrow as a share of the window's side."""
LONGEST = 95.0
"""Percentile of the gradients that the longest arrow stands for; a single steep spot must not make all others dots."""


class Arrows(Layer):
    """The gradient of T at generated samples: which way each would be called more real."""

    title: ClassVar[str] = "Arrows"
    hint: ClassVar[str] = (
        "At generated samples, the direction in which the critic's output T rises, and how steeply: where most "
        "generators are pushed. The legend says what the longest arrow stands for."
    )
    height: ClassVar[float] = 32.0

    def lacks(self, experiment: Experiment) -> str:
        """Want a critic."""
        return no_critic(experiment)

    def probe(self, look: Look) -> dict[str, Float]:
        """Ask for samples and the slopes at them."""
        samples = look.samples(COUNT)
        return {"samples": samples, "slopes": look.slopes(samples)}

    def draw(self, values: Mapping[str, Float], scene: Scene) -> Sequence[marks.Mark]:
        """Return arrows as long as the slopes are steep, the steepest few cut to the same length."""
        samples, slopes = values["samples"], values["slopes"]
        known = np.isfinite(samples).all(-1) & np.isfinite(slopes).all(-1)
        samples, slopes = samples[known].astype(np.float64), slopes[known].astype(np.float64)
        sizes = np.hypot(slopes[:, 0], slopes[:, 1])
        longest = float(np.percentile(sizes, LONGEST)) if len(sizes) else 0.0
        if longest <= 0.0:
            return [marks.Arrows(np.empty((0, 2)), np.empty((0, 2)), "text", "arrows: |\u2207T| = 0")]
        left, right, _, _ = scene.window
        unit = REACH * (right - left) / longest
        vectors = slopes * unit * np.minimum(1.0, longest / np.maximum(sizes, 1e-300))[:, None]
        return [marks.Arrows(samples, vectors, "text", f"longest arrow: |\u2207T| = {longest:.3g}")]

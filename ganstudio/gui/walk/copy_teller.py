"""The beginning of an autoencoder's step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ganstudio.gui.walk.generator_teller import GeneratorTeller
from ganstudio.gui.walk.picture import written
from ganstudio.gui.walk.plane_picture import Dots
from ganstudio.gui.walk.tables import tensors_table
from ganstudio.gui.walk.teller import X_TILDE, Scene, mean

__all__ = ["CopyTeller"]


class CopyTeller(GeneratorTeller):
    """Tells of it, stop by stop."""

    def scenes(self) -> dict[str, Callable[[], Scene]]:
        """Return what tells of each stop."""
        return {**super().scenes(), "samples": self.samples, "encode": self.encode, "generate": self.generate}

    def samples(self) -> Scene:
        """Tell of the real samples that are drawn."""
        arrays = self.arrays
        real = self._draw.plane(Dots(arrays["real"], "real"), words=self.tr("Real samples of this step"))
        caption = self.tr(
            "{0} real samples x are drawn from the data. There is no critic: the method learns to copy them."
        ).format(len(arrays["real"]))
        return Scene(self.tr("Samples"), caption, real, {"real": real}, tensors_table(arrays, (("real", "x"),)))

    def encode(self) -> Scene:
        """Tell of how they are encoded."""
        arrays = self.arrays
        codes = self._draw.latents(arrays["latents"], "real")
        caption = self.tr(
            "The encoder gives each x a mean and a deviation for every coordinate of its latent; z is drawn from that "
            "normal distribution. The latents have a mean length of {0}."
        ).format(written(mean(np.linalg.norm(arrays["latents"], axis=1))))
        table = tensors_table(arrays, (("real", "x"), ("encoded", "mean of z"), ("latents", "z")))
        return Scene(self.tr("Encoder"), caption, codes, {"latents": codes}, table)

    def generate(self) -> Scene:
        """Tell of how they are decoded again."""
        arrays = self.arrays
        both = self._both(arrays, self.tr("Real samples and their copies"))
        missed = np.linalg.norm(arrays["fake"] - arrays["real"], axis=1)
        caption = self.tr(
            "The generator decodes each z into a copy {0} of the sample that it came from. The copies lie {1} away on "
            "average."
        ).format(X_TILDE, written(mean(missed)))
        fake = self._fake(arrays, self.tr("Copies of the real samples"))
        table = tensors_table(arrays, (("latents", "z"), ("fake", f"{X_TILDE} = G(z)"), ("real", "x")))
        return Scene(self.tr("Generator"), caption, both, {"fake": fake}, table)

"""The variational autoencoder, a baseline that is no GAN: Kingma and Welling 2013, arXiv 1312.6114, equation (10).

With an encoder that gives mean and log variance of each latent coordinate: E[||x - G(z)||^2] / (2 s^2) plus
KL(q(z | x) || N(0, 1)) = 1/2 sum(mu^2 + exp(log variance) - 1 - log variance).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from ganstudio.objectives.base import Objective
from ganstudio.settings import setting

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Variational"]


class Variational(Objective):
    """No critic: the generator is a decoder and learns together with an encoder."""

    title = "Variational"
    critic: ClassVar[Literal["none"]] = "none"
    name: Literal["variational"] = "variational"
    deviation: float = setting(
        0.1,
        "Noise s",
        "Standard deviation of the data around the decoder's output, in units of the plane. 0.03 to 0.2 is sane: about "
        "the width of a mode.",
        gt=0.0,
        le=100.0,
        logarithmic=True,
    )

    def reconstruction(self, x: Tensor, copy: Tensor) -> Tensor:
        """Return E[||x - G(z)||^2] / (2 s^2), (R,)."""
        return (x - copy).square().sum(-1).mean(-1) / (2 * self.deviation**2)

    def divergence(self, mean: Tensor, log_variance: Tensor) -> Tensor:
        """Return KL(q(z | x) || N(0, 1)) in nats, (R,)."""
        return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(-1).mean(-1)

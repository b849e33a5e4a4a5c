"""EBGAN: Zhao, Mathieu and LeCun 2016, arXiv 1609.03126, equations (1) and (2).

e(v) = mean (v - AE(v))^2. Critic E[e(x)] + E[max(0, m - e(x~))], generator E[e(x~)].
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ganstudio.objectives.autoencoder import AutoencoderObjective
from ganstudio.objectives.base import Critic
from ganstudio.settings import setting

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["EBGAN"]


class EBGAN(AutoencoderObjective):
    """Generated samples are pushed out of the valley until their energy has reached the margin."""

    title = "Energy-based"
    name: Literal["ebgan"] = "ebgan"
    margin: float = setting(
        0.5,
        "Margin m",
        "Energy beyond which the critic lets generated samples be, in squared units of the plane.",
        gt=0.0,
        le=1000.0,
    )

    def energy(self, critic: Critic, samples: Tensor) -> Tensor:
        """Return the mean over coordinates of (v - AE(v))^2, (R, batch)."""
        return (samples - critic(samples)).square().mean(-1)

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return E[e(x)] + E[max(0, m - e(x~))], (R,)."""
        return self.energy(critic, real).mean(-1) + (self.margin - self.energy(critic, fake)).relu().mean(-1)

    def generator_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return E[e(x~)], (R,)."""
        return self.energy(critic, fake).mean(-1)

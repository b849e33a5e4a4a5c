"""LS-GAN, the loss-sensitive GAN: Qi 2017, arXiv 1701.06264, equations (4), (6) and (7); GLS-GAN in section 6.

The critic is a loss L >= 0 that is small for real samples, here softplus(-T) so that a high T means real as ever.
Critic gamma E[L(x)] + E[C(Delta(x, x~) + L(x) - L(x~))], generator E[L(x~)], with C(a) = max(a, s a): s = 0 is
LS-GAN, s = 1 without the softplus WGAN. Delta = tau ||x - x~||_1 is a constant of each pair.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from ganstudio.field import FieldMeaning
from ganstudio.objectives.base import AdversarialObjective, Critic
from ganstudio.objectives.functions import softplus
from ganstudio.settings import setting

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["LossSensitive"]


class LossSensitive(AdversarialObjective):
    """A generated sample that is worse than a real one by its distance is left alone."""

    title = "Loss-sensitive"
    teaches_encoder: ClassVar[bool] = True
    name: Literal["loss_sensitive"] = "loss_sensitive"
    real_weight: float = setting(
        0.0,
        "Real weight \u03b3",
        "Weight of E[L(x)] itself: 1 in the paper, 0 in its code.",
        ge=0.0,
        le=1000.0,
        expert=True,
    )
    margin_scale: float = setting(
        1.0,
        "Margin scale \u03c4",
        "By how much a generated sample should be worse than the real one of its pair, for each unit of their L1 "
        "distance. 1 on the plane.",
        ge=0.0,
        le=1000.0,
    )
    slope: float = setting(
        0.0,
        "Slope s",
        "What is left of the pull on a generated sample beyond its margin: 0 for LS-GAN; GLS-GAN has some.",
        ge=0.0,
        le=1.0,
    )

    @property
    def field_meaning(self) -> FieldMeaning:
        """Minus the loss, so that high means real here, too."""
        return FieldMeaning("score", "median L \u2212 L", centre=0.0)

    def loss(self, t: Tensor) -> Tensor:
        """Return L for T = t."""
        return softplus(-t)

    def margin(self, real: Tensor, fake: Tensor) -> Tensor:
        """Return Delta of each pair, (R, batch)."""
        return self.margin_scale * (real - fake).detach().abs().sum(-1)

    def cost(self, losses_real: Tensor, losses_fake: Tensor, margin: Tensor) -> Tensor:
        """Return gamma E[L(x)] + E[C(Delta + L(x) - L(x~))], (R,)."""
        excess = margin + losses_real - losses_fake
        leaky = excess.relu() if self.slope == 0 else excess.maximum(self.slope * excess)
        return self.real_weight * losses_real.mean(-1) + leaky.mean(-1)

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return `cost` of a batch, (R,)."""
        r, f = critic.both(real, fake)
        return self.cost(self.loss(r), self.loss(f), self.margin(real, fake))

    def generator_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return E[L(x~)], (R,)."""
        return self.loss(critic(fake)).mean(-1)

    def encoder_loss(self, critic: Critic, real: Tensor) -> Tensor:
        """Return E[L] with T mirrored: what moves real pairs towards generated ones, (R,)."""
        return self.loss(-critic(real)).mean(-1)

    def score(self, critic: Critic, samples: Tensor) -> Tensor:
        """Return minus the loss, (R, batch)."""
        return -self.loss(critic(samples))

"""Turing-test GANs: Su 2018, arXiv 1810.10948.

The ordered pair of a real and a generated sample is one variable. "Real" is (x, x~), "fake" is (x~, x), and a pair
critic T(a, b) = D(E(a) - E(b)), raw, tells which: any loss of single samples becomes one of pairs.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar, Literal

from array_api_compat import array_namespace

from ganstudio.objectives.base import AdversarialObjective, Critic

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["TuringTest"]


class TuringTest(AdversarialObjective):
    """Losses of t_rf = T(x, x~) and t_fr = T(x~, x). A subclass says which."""

    critic: ClassVar[Literal["pair"]] = "pair"
    teaches_encoder: ClassVar[bool] = True

    @abstractmethod
    def critic_terms(self, t_rf: Tensor, t_fr: Tensor) -> Tensor:
        """Return the critic's loss of each pair."""

    @abstractmethod
    def generator_terms(self, t_rf: Tensor, t_fr: Tensor) -> Tensor:
        """Return the generator's loss of each pair."""

    def inputs(self, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        """Return the pairs (x, x~) and (x~, x), each (R, batch, 2 features)."""
        xp = array_namespace(real)
        return xp.concat([real, fake], axis=-1), xp.concat([fake, real], axis=-1)

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return the mean over the batch of the critic's terms, (R,)."""
        return self.critic_terms(*critic.both(*self.inputs(real, fake))).mean(-1)

    def generator_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return the mean over the batch of the generator's terms, (R,); both kinds of pair hold its samples."""
        return self.generator_terms(*critic.both(*self.inputs(real, fake))).mean(-1)

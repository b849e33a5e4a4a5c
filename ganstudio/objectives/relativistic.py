"""Relativistic losses: Jolicoeur-Martineau 2018, arXiv 1807.00734, sections 4.1 and 4.2.

A critic says how much more real a real sample is than a generated one. With a function phi that is small where its
argument is large: paired, critic E[phi(T(x) - T(x~))] and generator E[phi(T(x~) - T(x))]; against the average,
a = T(x) - E[T(x~)] and b = T(x~) - E[T(x)], critic E[phi(a)] + E[phi(-b)] and generator E[phi(-a)] + E[phi(b)].
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from ganstudio.objectives.base import AdversarialObjective, Critic
from ganstudio.settings import setting

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Paired", "RelativisticAverage"]


class Paired(AdversarialObjective):
    """Each real sample against the generated one of the same number; a constant in T means nothing."""

    teaches_encoder: ClassVar[bool] = True
    all_pairs: bool = setting(
        False,
        "All pairs",
        "Compare every real sample of the batch with every generated one: the same expectation with less noise.",
        expert=True,
    )

    @abstractmethod
    def phi(self, t: Tensor) -> Tensor:
        """Return the critic's loss of a pair whose real sample has t more than the generated one."""

    def generator_phi(self, t: Tensor) -> Tensor:
        """Return the generator's loss of a pair whose generated sample has t more than the real one."""
        return self.phi(t)

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return E[phi(T(x) - T(x~))], (R,)."""
        return self.phi(self._difference(critic, real, fake)).flatten(1).mean(-1)

    def generator_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return E[phi(T(x~) - T(x))], (R,)."""
        return self.generator_phi(-self._difference(critic, real, fake)).flatten(1).mean(-1)

    def _difference(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return T(x) - T(x~), (R, batch) or (R, batch, batch) for all pairs."""
        r, f = critic.both(real, fake)
        return r.unsqueeze(-1) - f.unsqueeze(-2) if self.all_pairs else r - f


class RelativisticAverage(AdversarialObjective):
    """Each sample against the average of the others. The averages are not constants: gradients pass through them."""

    teaches_encoder: ClassVar[bool] = True
    half: bool = setting(
        False, "Halve both", "Multiply both losses by 1/2, as the author's code does. It only rescales.", expert=True
    )

    @abstractmethod
    def phi(self, t: Tensor) -> Tensor:
        """Return the critic's loss of a real sample that has t more than the average generated one."""

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return E[phi(a)] + E[phi(-b)], (R,)."""
        a, b = self._differences(critic, real, fake)
        return self._scale * (self.phi(a).mean(-1) + self.phi(-b).mean(-1))

    def generator_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return E[phi(-a)] + E[phi(b)], (R,)."""
        a, b = self._differences(critic, real, fake)
        return self._scale * (self.phi(-a).mean(-1) + self.phi(b).mean(-1))

    def _differences(self, critic: Critic, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        """Return T(x) - E[T(x~)] and T(x~) - E[T(x)], each (R, batch)."""
        r, f = critic.both(real, fake)
        return r - f.mean(-1, keepdim=True), f - r.mean(-1, keepdim=True)

    @property
    def _scale(self) -> float:
        return 0.5 if self.half else 1.0

"""BEGAN: Berthelot, Schumm and Metz 2017, arXiv 1703.10717, section 3.4.

L(v) = mean |v - AE(v)|. Critic E[L(x)] - k E[L(x~)], generator E[L(x~)], and after both
k <- clip(k + lambda (gamma E[L(x)] - E[L(x~)]), 0, 1), from k = 0. Without that balance it does not work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from ganstudio.objectives.autoencoder import AutoencoderObjective
from ganstudio.objectives.base import Critic, Rule
from ganstudio.settings import setting

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["BEGAN"]


class BEGAN(AutoencoderObjective):
    """gamma = E[L(x~)] / E[L(x)] at the balance: small for sharp samples, large for various ones."""

    title = "Boundary equilibrium"
    name: Literal["began"] = "began"
    diversity: float = setting(
        0.5,
        "Diversity \u03b3",
        "Energy of generated samples over that of real ones at the balance. Smaller is sharper, larger more various; "
        "0.3 to 0.75 is usual.",
        gt=0.0,
        le=1.0,
    )
    gain: float = setting(
        0.001,
        "Balance gain \u03bb",
        "How fast the balance k follows. The paper's 0.001.",
        gt=0.0,
        le=1.0,
        logarithmic=True,
        expert=True,
    )

    def energy(self, critic: Critic, samples: Tensor) -> Tensor:
        """Return the mean over coordinates of |v - AE(v)|, (R, batch)."""
        return (samples - critic(samples)).abs().mean(-1)

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return E[L(x)] - k E[L(x~)] at the start, where k = 0, (R,)."""
        return _Balanced(self).critic_loss(critic, real, fake)

    def generator_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return E[L(x~)], (R,)."""
        return self.energy(critic, fake).mean(-1)

    def begin(self, seeds: Sequence[int]) -> Rule:
        """Return the losses with a balance of their own for each seed."""
        return _Balanced(self)

    def balanced(self, k: Tensor | float, energy_real: Tensor, energy_fake: Tensor) -> Tensor:
        """Return the next k."""
        return (k + self.gain * (self.diversity * energy_real - energy_fake)).clamp(0.0, 1.0)

    def convergence(self, energy_real: Tensor, energy_fake: Tensor) -> Tensor:
        """Return the paper's measure of convergence M = E[L(x)] + |gamma E[L(x)] - E[L(x~)]|."""
        return energy_real + (self.diversity * energy_real - energy_fake).abs()


class _Balanced:
    """BEGAN's losses and its balance variable k."""

    def __init__(self, objective: BEGAN) -> None:
        self._objective = objective
        self._k: Tensor | float = 0.0
        self._energy_real: Tensor | None = None
        self._report: dict[str, Tensor] = {}

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        energy_real, energy_fake = self._objective.energies(critic, real, fake)
        self._energy_real = energy_real.detach()
        return energy_real - self._k * energy_fake

    def generator_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        loss = self._objective.generator_loss(critic, real, fake)
        energy_fake = loss.detach()
        # A generator step before any critic step finds no balance to keep.
        energy_real = energy_fake if self._energy_real is None else self._energy_real
        self._k = self._objective.balanced(self._k, energy_real, energy_fake)
        self._report = {"balance k": self._k, "convergence M": self._objective.convergence(energy_real, energy_fake)}
        return loss

    def report(self) -> dict[str, Tensor]:
        return self._report

    def memory(self) -> dict[str, Any]:
        known = {"k": self._k, "energy_real": self._energy_real}
        return {name: value for name, value in known.items() if value is not None and not isinstance(value, float)}

    def remember(self, memory: Mapping[str, Tensor]) -> None:
        self._k = memory.get("k", 0.0)
        self._energy_real = memory.get("energy_real")

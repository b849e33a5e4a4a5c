"""The Wasserstein loss: Arjovsky, Chintala and Bottou 2017, arXiv 1701.07875, equations (2) and (3).

Critic E[T(x~)] - E[T(x)], generator -E[T(x~)]; T is linear and a constraint keeps it Lipschitz.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ganstudio.objectives.base import Pointwise

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Wasserstein"]


class Wasserstein(Pointwise):
    """Minus the critic's loss estimates K times the Wasserstein-1 distance, K the Lipschitz bound."""

    title = "Wasserstein"
    name: Literal["wasserstein"] = "wasserstein"

    def real_term(self, r: Tensor) -> Tensor:
        """Return -r."""
        return -r

    def fake_term(self, f: Tensor) -> Tensor:
        """Return f."""
        return f

    def generator_term(self, f: Tensor) -> Tensor:
        """Return -f."""
        return -f

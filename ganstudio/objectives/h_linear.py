"""The standard critic with h(t) = -t: Su 2018, arXiv 1810.10948, after Nowozin et al. 2016, arXiv 1606.00709.

Critic -E[log sigma(T(x))] - E[log(1 - sigma(T(x~)))], generator -E[T(x~)]. Of the three h it is the only one for
which training with a frozen critic follows the gradient of the divergence that its value is, KL(q || p).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ganstudio.objectives.functions import h_linear
from ganstudio.objectives.standard import StandardCritic

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["HLinear"]


class HLinear(StandardCritic):
    """The generator's gradient in T is 1 for every sample, whatever the critic says."""

    title = "Linear h"
    name: Literal["h_linear"] = "h_linear"

    def generator_term(self, f: Tensor) -> Tensor:
        """Return -f."""
        return h_linear(f)

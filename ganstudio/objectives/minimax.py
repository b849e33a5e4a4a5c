"""The minimax loss of the first GAN: Goodfellow et al. 2014, arXiv 1406.2661, equation (1).

With D = sigma(T): critic -E[log D(x)] - E[log(1 - D(x~))], generator E[log(1 - D(x~))].
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ganstudio.objectives.functions import h_minimax
from ganstudio.objectives.standard import StandardCritic
from ganstudio.settings import setting

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Minimax"]


class Minimax(StandardCritic):
    """The two-player game itself, which saturates while the critic is ahead."""

    title = "Minimax"
    name: Literal["minimax"] = "minimax"
    half: bool = setting(
        False, "Halve both", "Multiply both losses by 1/2, as some texts do. It only rescales.", expert=True
    )

    def real_term(self, r: Tensor) -> Tensor:
        """Return -log sigma(r)."""
        return self._scale * super().real_term(r)

    def fake_term(self, f: Tensor) -> Tensor:
        """Return -log(1 - sigma(f))."""
        return self._scale * super().fake_term(f)

    def generator_term(self, f: Tensor) -> Tensor:
        """Return log(1 - sigma(f))."""
        return self._scale * h_minimax(f)

    @property
    def _scale(self) -> float:
        return 0.5 if self.half else 1.0

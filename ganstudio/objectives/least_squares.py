"""The least-squares losses of LSGAN: Mao et al. 2016, arXiv 1611.04076, equation (2).

Critic (1/2) E[(T(x) - b)^2] + (1/2) E[(T(x~) - a)^2], generator (1/2) E[(T(x~) - c)^2]; T is linear.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ganstudio.field import FieldMeaning
from ganstudio.objectives.base import Pointwise
from ganstudio.settings import setting

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["LeastSquares"]


class LeastSquares(Pointwise):
    """Targets a, b, c are (0, 1, 1) or, for Pearson's divergence, (-1, 1, 0)."""

    title = "Least squares"
    name: Literal["least_squares"] = "least_squares"
    fake_target: float = setting(
        0.0,
        "Fake target a",
        "Value that the critic should give generated samples: 0, or -1 for Pearson's.",
        expert=True,
    )
    real_target: float = setting(
        1.0, "Real target b", "Value that the critic should give real samples: 1.", expert=True
    )
    generator_target: float = setting(
        1.0,
        "Generator target c",
        "Value that the generator wants its samples to be given: 1, or 0 for Pearson's.",
        expert=True,
    )

    @property
    def field_meaning(self) -> FieldMeaning:
        """T itself, which lies between both targets at the optimum (b p + a q) / (p + q), but not on the way."""
        return FieldMeaning("value", "T", centre=self.neutral, least=abs(self.real_target - self.fake_target) / 2)

    @property
    def neutral(self) -> float:
        """(a + b) / 2."""
        return (self.fake_target + self.real_target) / 2

    def real_term(self, r: Tensor) -> Tensor:
        """Return (r - b)^2 / 2."""
        return 0.5 * (r - self.real_target).square()

    def fake_term(self, f: Tensor) -> Tensor:
        """Return (f - a)^2 / 2."""
        return 0.5 * (f - self.fake_target).square()

    def generator_term(self, f: Tensor) -> Tensor:
        """Return (f - c)^2 / 2."""
        return 0.5 * (f - self.generator_target).square()

"""The hinge loss: Lim and Ye 2017, arXiv 1705.02894; Tran et al. 2017, arXiv 1702.08896.

Critic E[max(0, 1 - T(x))] + E[max(0, 1 + T(x~))], generator -E[T(x~)], without a margin; T is linear.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ganstudio.field import FieldMeaning
from ganstudio.objectives.base import Pointwise

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Hinge"]


class Hinge(Pointwise):
    """The critic learns the sign of p - q; its loss at the equilibrium is 2."""

    title = "Hinge"
    name: Literal["hinge"] = "hinge"

    @property
    def field_meaning(self) -> FieldMeaning:
        """T itself, sign(p - q) at the optimum: beyond the margins of +-1 the loss does not care."""
        return FieldMeaning("value", "T", centre=0.0, reach=1.5)

    def real_term(self, r: Tensor) -> Tensor:
        """Return max(0, 1 - r)."""
        return (1 - r).relu()

    def fake_term(self, f: Tensor) -> Tensor:
        """Return max(0, 1 + f)."""
        return (1 + f).relu()

    def generator_term(self, f: Tensor) -> Tensor:
        """Return -f."""
        return -f

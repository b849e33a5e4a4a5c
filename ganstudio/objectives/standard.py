"""The critic of the standard GAN: Goodfellow et al. 2014, arXiv 1406.2661, equation (1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ganstudio.field import FieldMeaning
from ganstudio.objectives.base import Pointwise
from ganstudio.objectives.functions import softplus
from ganstudio.settings import setting

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["StandardCritic", "h_setting"]


def h_setting() -> Any:
    """Declare which h a generator minimises the expectation of."""
    return setting(
        "non_saturating",
        "Generator's h",
        "The generator minimises E[h(T)]: -log sigma(t) does not saturate, log(1 - sigma(t)) does, -t is linear.",
        choices={
            "non_saturating": "\u2212log \u03c3(t)",
            "minimax": "log(1 \u2212 \u03c3(t))",
            "linear": "\u2212t",
        },
        expert=True,
    )


class StandardCritic(Pointwise):
    """-E[log sigma(T(x))] - E[log(1 - sigma(T(x~)))]; T is a logit, log p/q at the optimum."""

    smoothing: float = setting(
        0.0,
        "Label smoothing",
        "One-sided (Salimans et al. 2016): real samples are labelled real with probability 1 minus this. "
        "0 is the paper's GAN, 0.1 is usual.",
        ge=0.0,
        lt=0.5,
        expert=True,
    )

    @property
    def field_meaning(self) -> FieldMeaning:
        """The probability of being real; p / (p + q) at the optimum."""
        return FieldMeaning("probability", "\u03c3(T)", centre=0.5, reach=0.5)

    def real_term(self, r: Tensor) -> Tensor:
        """Return -log sigma(r), with smoothing s the cross entropy to the target 1 - s."""
        if self.smoothing == 0:
            return softplus(-r)
        return (1 - self.smoothing) * softplus(-r) + self.smoothing * softplus(r)

    def fake_term(self, f: Tensor) -> Tensor:
        """Return -log(1 - sigma(f))."""
        return softplus(f)

"""f-GAN: Nowozin, Cseke and Tomioka 2016, arXiv 1606.00709, equations (6) and (7), tables 1 and 2.

With the output activation g and the convex conjugate f* of a divergence's f: critic -E[g(T(x))] + E[f*(g(T(x~)))],
whose minimum is -D_f(p || q); generator -E[f*(g(T(x~)))], or -E[g(T(x~))] as in their section 3.2.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ganstudio.field import FieldMeaning
from ganstudio.objectives.base import Pointwise
from ganstudio.objectives.functions import softplus
from ganstudio.settings import setting

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["DIVERGENCES", "FDivergence"]


@dataclass(frozen=True)
class Divergence:
    """One f.

    Attributes
    ----------
    activation
        g, which takes any T into the domain of f*.
    conjugate
        f* after g, simplified so that nothing overflows that need not.
    threshold
        T where p = q: f'(1) = g(T).
    """

    activation: Callable[[Tensor], Tensor]
    conjugate: Callable[[Tensor], Tensor]
    threshold: float


DIVERGENCES = {
    # f(u) = u log u, f*(t) = exp(t - 1)
    "kl": Divergence(lambda v: v, lambda v: (v - 1).exp(), 1.0),
    # f(u) = -log u, f*(t) = -1 - log(-t), g(v) = -exp(-v)
    "reverse_kl": Divergence(lambda v: -(-v).exp(), lambda v: v - 1, 0.0),
    # f(u) = (u - 1)^2, f*(t) = t^2 / 4 + t
    "pearson": Divergence(lambda v: v, lambda v: v.square() / 4 + v, 0.0),
    # f(u) = (sqrt u - 1)^2, f*(t) = t / (1 - t), g(v) = 1 - exp(-v)
    "hellinger": Divergence(lambda v: 1 - (-v).exp(), lambda v: v.exp() - 1, 0.0),
    # f(u) = -(u + 1) log((1 + u) / 2) + u log u, f*(t) = -log(2 - exp t), g(v) = log 2 - log(1 + exp(-v))
    "jensen_shannon": Divergence(lambda v: math.log(2) - softplus(-v), lambda v: softplus(v) - math.log(2), 0.0),
}


class FDivergence(Pointwise):
    """The variational bound of an f-divergence of the data from the generator."""

    title = "f-divergence"
    name: Literal["f_divergence"] = "f_divergence"
    divergence: Literal["kl", "reverse_kl", "pearson", "hellinger", "jensen_shannon"] = setting(
        "kl",
        "Divergence",
        "Which f-divergence of the data p from the generator's q the critic bounds from below. KL(p || q) wants every "
        "mode covered, reverse KL is content with some. Jensen-Shannon is 2 JSD, as in the paper.",
        choices={
            "kl": "KL(p\u2016q)",
            "reverse_kl": "Reverse KL(q\u2016p)",
            "pearson": "Pearson \u03c7\u00b2",
            "hellinger": "Squared Hellinger",
            "jensen_shannon": "Jensen-Shannon",
        },
    )
    alternative: bool = setting(
        False,
        "Alternative loss",
        "The generator maximises E[g(T(x~))], as in the paper's section 3.2, in place of minimising the bound itself, "
        "which may saturate while the critic is ahead.",
        expert=True,
    )

    @property
    def field_meaning(self) -> FieldMeaning:
        """T itself, and where p = q."""
        return FieldMeaning("value", "T", centre=self.neutral)

    @property
    def neutral(self) -> float:
        """f'(1), before the activation."""
        return DIVERGENCES[self.divergence].threshold

    def real_term(self, r: Tensor) -> Tensor:
        """Return -g(r)."""
        return -DIVERGENCES[self.divergence].activation(r)

    def fake_term(self, f: Tensor) -> Tensor:
        """Return f*(g(f))."""
        return DIVERGENCES[self.divergence].conjugate(f)

    def generator_term(self, f: Tensor) -> Tensor:
        """Return -g(f) or -f*(g(f))."""
        return self.real_term(f) if self.alternative else -self.fake_term(f)

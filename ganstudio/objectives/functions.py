"""What losses are made of, with the methods of the tensors that they are given.

Never log(sigmoid(t)) nor log(1 - sigmoid(t)): both overflow where softplus does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["H_FUNCTIONS", "h_linear", "h_minimax", "h_non_saturating", "log_one_minus_sigmoid", "softplus"]


EXACT = 40.0
"""From here on log(1 + exp(t)) is t, to the last digit of a double."""


def softplus(t: Tensor) -> Tensor:
    """Return log(1 + exp(t)) = -log(1 - sigma(t)); softplus(-t) is -log sigma(t)."""
    if hasattr(type(t), "softplus"):  # no tensor, but one of the symbols of which scripts are written
        return t.softplus()  # type: ignore[attr-defined, no-any-return]
    import torch.nn.functional as F  # here, since the window reads what objectives there are without torch

    return F.softplus(t, threshold=EXACT)


def log_one_minus_sigmoid(t: Tensor) -> Tensor:
    """Return log(1 - sigma(t))."""
    return -softplus(t)


# The generator's E[h(T(x~))] of the standard GAN. With T = log p/q it is the divergence E_q[f(p/q)], f(t) = h(log t).


def h_linear(t: Tensor) -> Tensor:
    """Return -t: KL(q || p), since f(t) = -log t."""
    return -t


def h_non_saturating(t: Tensor) -> Tensor:
    """Return -log sigma(t): f(t) = log(1 + 1/t)."""
    return softplus(-t)


def h_minimax(t: Tensor) -> Tensor:
    """Return log(1 - sigma(t)): f(t) = -log(1 + t)."""
    return log_one_minus_sigmoid(t)


H_FUNCTIONS = {"linear": h_linear, "non_saturating": h_non_saturating, "minimax": h_minimax}

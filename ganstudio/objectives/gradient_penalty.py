"""The gradient penalty: Gulrajani et al. 2017, arXiv 1704.00028, equation (3)."""

from __future__ import annotations

import torch
from torch import Tensor

from ganstudio.nets.protocols import Critic

__all__ = ["between", "gradient_penalty"]


def between(real: Tensor, fake: Tensor, share: Tensor) -> Tensor:
    """Return x^ = e x + (1 - e) x~, points on the lines between pairs.

    Parameters
    ----------
    real, fake : Tensor (R, batch, features)
    share : Tensor (R, batch, 1)
        e, one for each sample, uniform on [0, 1].
    """
    return torch.lerp(fake, real, share)


def gradient_penalty(critic: Critic, points: Tensor, *, one_sided: bool = False) -> Tensor:
    """Return E[(||grad T(x^)|| - 1)^2], or E[max(0, ||grad T(x^)|| - 1)^2] if one-sided, (R,).

    The norm is over all input dimensions of one sample; 1e-12 under the root keeps its gradient finite.
    """
    squares = critic.input_gradient(points).flatten(2).square().sum(-1)
    excess = (squares + 1e-12).sqrt() - 1
    if one_sided:
        excess = excess.relu()
    return excess.square().mean(-1)

"""Gradient penalties: where a critic's slope is looked at, and what it should be there.

Between pairs: Gulrajani et al. 2017, arXiv 1704.00028, equation (3). Around real samples: Kodali et al. 2017, arXiv
1705.07215 (DRAGAN). On real (R1) or generated samples (R2), centred on 0: Mescheder et al. 2018, arXiv 1801.04406.
"""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["around", "around_released", "between", "centred_on_one", "centred_on_zero"]


def between(real: Tensor, fake: Tensor, share: Tensor) -> Tensor:
    """Return x^ = e x + (1 - e) x~, points on the lines between pairs.

    Parameters
    ----------
    real, fake : Tensor (R, batch, features)
    share : Tensor (R, batch, 1)
        e, one for each sample, uniform on [0, 1].
    """
    return torch.lerp(fake, real, share)


def batch_deviation(samples: Tensor) -> Tensor:
    """Return the population standard deviation over all numbers of a run's batch, (R, 1, 1), as DRAGAN's code has."""
    return samples.flatten(1).std(1, correction=0)[:, None, None]


def around(real: Tensor, normal: Tensor, spread: Tensor) -> Tensor:
    """Return x^ = x + c u with u normal: DRAGAN as in the paper.

    Parameters
    ----------
    real, normal : Tensor (R, batch, features)
    spread : Tensor (R, 1, 1)
        c; half the standard deviation of the real batch is usual.
    """
    return real + spread * normal


def around_released(real: Tensor, uniform: Tensor, share: Tensor, deviation: Tensor) -> Tensor:
    """Return x^ = x + a (std / 2) u: DRAGAN as in the released code, whose noise never points down or left.

    Parameters
    ----------
    real, uniform : Tensor (R, batch, features)
        u, uniform on [0, 1] for each number.
    share : Tensor (R, batch, 1)
        a, uniform on [0, 1] for each sample.
    deviation : Tensor (R, 1, 1)
        Standard deviation of the whole real batch.
    """
    return real + share * (0.5 * deviation * uniform)


def centred_on_one(gradient: Tensor, *, one_sided: bool = False) -> Tensor:
    """Return (||grad T|| - 1)^2, or max(0, ||grad T|| - 1)^2 if one-sided, of each sample, (R, batch).

    The norm is over all input dimensions of one sample; 1e-12 under the root keeps its gradient finite.
    """
    excess = (gradient.square().sum(-1) + 1e-12).sqrt() - 1
    if one_sided:
        excess = excess.relu()
    return excess.square()


def centred_on_zero(gradient: Tensor) -> Tensor:
    """Return ||grad T||^2 / 2 of each sample, (R, batch)."""
    return 0.5 * gradient.square().sum(-1)

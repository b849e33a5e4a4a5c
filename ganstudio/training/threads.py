"""How many threads a process that trains toy networks uses: one."""

from __future__ import annotations

import threadpoolctl
import torch

__all__ = ["use_one_thread"]


def use_one_thread() -> None:
    """Let torch and NumPy's BLAS work in the calling thread only.

    Their matrices are so small that a second thread gains nothing; on two cores that are busy otherwise, waiting for it
    made a product of 48 x 2500 by 2500 x 48 numbers take 80 ms in place of 0.4.
    """
    torch.set_num_threads(1)
    threadpoolctl.threadpool_limits(limits=1, user_api="blas")

"""How many cores there are for this process."""

from __future__ import annotations

import os
from collections.abc import Callable

__all__ = ["available_cores"]


def available_cores() -> int:
    """Return how many cores this process may use: where the system can restrict it, those that it is left."""
    affinity: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1

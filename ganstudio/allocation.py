"""What becomes of memory that tensors have left."""

from __future__ import annotations

import ctypes
import sys

__all__ = ["keep_freed_memory"]

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Names of settings, from <malloc.h>."""

KEPT_BYTES = 2**26
"""How much free memory at the end of the heap stays with the process."""

HEAP_BYTES = 2**25
"""Tensors up to this size come from the heap; more is not allowed."""


def keep_freed_memory() -> None:
    """Let glibc keep the memory that one step has left for the next one; elsewhere do nothing.

    By itself it hands back what is free at the end of the heap beyond two or three tensors. A step then gets megabytes
    anew from the system, page by page: of sixteen runs of 64 units that took a tenth of the time.
    """
    if sys.platform != "linux":
        return
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries have none
    if set_option is not None:
        set_option(_MMAP_THRESHOLD, HEAP_BYTES)
        set_option(_TRIM_THRESHOLD, KEPT_BYTES)

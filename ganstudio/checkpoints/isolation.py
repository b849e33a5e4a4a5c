"""What a process is started with that reads what somebody else wrote: no environment, no folder, one thread."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

__all__ = ["environment", "places"]

PASSED_ON: Final = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "WINDIR", "PATH")


def places() -> list[str]:
    """Return where this process finds modules, without what depends on the folder it was started in."""
    here = {"", ".", os.getcwd()}  # noqa: PTH109 - compared with plain text
    return [place for place in sys.path if place not in here and Path(place).is_absolute()]


def environment(folder: str | Path) -> dict[str, str]:
    """Return the environment of a process that may write into one folder."""
    known = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return known | threads | {"TMPDIR": str(folder), "TEMP": str(folder), "HOME": str(folder)}

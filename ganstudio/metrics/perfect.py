"""What a perfect sampler scores: the line beside which a metric means something.

Finite samples of the data themselves are not at distance 0 from the data. The line is made by drawing
real samples and measuring them as if they were generated, and kept on disk, because it takes a second.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs

from ganstudio.data.base import Distribution
from ganstudio.files import write_whole
from ganstudio.metrics.table import METRICS, measure

__all__ = ["VERSION", "perfect_sampler"]

VERSION = 1
"""To be raised with every change to a metric or to a distribution's `push`: older cached lines are then void."""

_SEED = 20_170_331
"""Of its own: a line from the reference samples themselves would be too good."""


def perfect_sampler(distribution: Distribution, count: int = 2500, repeats: int = 16) -> dict[str, tuple[float, float]]:
    """Return what `count` samples of the distribution itself score.

    Parameters
    ----------
    distribution
        What they are drawn from and measured against.
    count
        Samples in one measurement.
    repeats
        Measurements, at least 2.

    Returns
    -------
    dict
        Metric -> mean and standard deviation of one measurement. Every metric that applies, in the table's order.
    """
    return dict(_line(distribution, count, repeats))


@lru_cache(maxsize=64)
def _line(distribution: Distribution, count: int, repeats: int) -> dict[str, tuple[float, float]]:
    if repeats < 2:
        raise ValueError(f"repeats: {repeats} is not allowed; a standard deviation needs at least 2")
    key = {"version": VERSION, "data": distribution.model_dump(mode="json"), "count": count, "repeats": repeats}
    digest = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()
    file = _folder() / f"perfect-{digest[:32]}.json"
    line = _read(file)
    if line is None or list(line) != [name for name, metric in METRICS.items() if metric.applies(distribution)]:
        line = _draw(distribution, count, repeats)
        # Without a cache it only takes a second more next time.
        with contextlib.suppress(OSError, ValueError):
            file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(file, json.dumps(line))
    return line


def _draw(distribution: Distribution, count: int, repeats: int) -> dict[str, tuple[float, float]]:
    rng = np.random.default_rng(_SEED)
    scores = [measure(distribution.sample(count, rng), distribution) for _ in range(repeats)]
    columns = {name: np.array([score[name] for score in scores]) for name in scores[0]}
    return {name: (float(values.mean()), float(values.std(ddof=1))) for name, values in columns.items()}


def _folder() -> Path:
    return Path(os.environ.get("GANSTUDIO_CACHE") or platformdirs.user_cache_path("ganstudio", appauthor=False))


def _read(file: Path) -> dict[str, tuple[float, float]] | None:
    """Return the line in a file, or None if there is none that can be used."""
    try:
        line: Any = json.loads(file.read_text(encoding="utf-8"))
        return {str(name): (float(mean), float(deviation)) for name, (mean, deviation) in line.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return None

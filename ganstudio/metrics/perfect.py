"""What a perfect sampler scores: the line beside which a metric means something.

Finite samples of the data themselves are not at distance 0 from the data. The line is made by drawing
real samples and measuring them as if they were generated, and kept on disk, because it takes a second.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs

from ganstudio.data.base import Distribution
from ganstudio.files import write_whole
from ganstudio.metrics.table import measure, usual

__all__ = ["VERSION", "perfect_sampler", "perfect_sampler_turns"]

VERSION = 1
"""To be raised with every change to a metric or to a distribution's `push`: older cached lines are then void."""

_SEED = 20_170_331
"""Of its own: a line from the reference samples themselves would be too good."""

_KEPT = 64
_Question = tuple[Distribution, int, int, tuple[str, ...]]
_lines: dict[_Question, dict[str, tuple[float, float]]] = {}
"""The lines of this process, the oldest first."""


def perfect_sampler(
    distribution: Distribution, count: int = 2500, repeats: int = 16, names: Iterable[str] | None = None
) -> dict[str, tuple[float, float]]:
    """Return what `count` samples of the distribution itself score.

    Parameters
    ----------
    distribution
        What they are drawn from and measured against.
    count
        Samples in one measurement.
    repeats
        Measurements, at least 2.
    names
        Keys of `METRICS`. None means all that apply and are not optional.

    Returns
    -------
    dict
        Metric -> mean and standard deviation of one measurement, in the order of the table or of `names`.
    """
    return next(line for line in perfect_sampler_turns(distribution, count, repeats, names) if line is not None)


def perfect_sampler_turns(
    distribution: Distribution, count: int = 2500, repeats: int = 16, names: Iterable[str] | None = None
) -> Iterator[dict[str, tuple[float, float]] | None]:
    """Do what `perfect_sampler` does in turns of about 20 ms, for a loop that has other things to do as well.

    Yields
    ------
    dict or None
        None at the end of every turn, and the line at the end of the last: of the first, if it is kept already.
    """
    if repeats < 2:
        raise ValueError(f"repeats: {repeats} is not allowed; a standard deviation needs at least 2")
    chosen = usual(distribution) if names is None else tuple(names)
    return _turns(distribution, count, repeats, chosen)


def _turns(
    distribution: Distribution, count: int, repeats: int, names: tuple[str, ...]
) -> Iterator[dict[str, tuple[float, float]] | None]:
    question = (distribution, count, repeats, names)
    if question not in _lines:
        file = _file(*question)
        line = _read(file)
        kept = line is not None and tuple(line) == names
        for line in [line] if kept else _draw(*question):  # noqa: B020 - of either kind
            if question in _lines:
                break  # another run on the same data was faster
            if line is None:
                yield None
                continue
            _keep(question, line)
            if not kept:
                # Without a cache it only takes a second more next time.
                with contextlib.suppress(OSError, ValueError):
                    file.parent.mkdir(parents=True, exist_ok=True)
                    write_whole(file, json.dumps(line))
    yield dict(_lines[question])


def _draw(
    distribution: Distribution, count: int, repeats: int, names: tuple[str, ...]
) -> Iterator[dict[str, tuple[float, float]] | None]:
    """Draw and measure in turns; the last yields the line."""
    rng = np.random.default_rng(_SEED)
    scores = []
    for repeat in range(repeats):
        samples = distribution.sample(count, rng)
        # What a metric prepares for a distribution can take longer than a measurement, so each has a first turn alone.
        for name in names if repeat == 0 else ():
            yield None
            measure(samples, distribution, [name])
        yield None
        scores.append(measure(samples, distribution, names))
    columns = {name: np.array([score[name] for score in scores]) for name in names}
    yield {name: (float(values.mean()), float(values.std(ddof=1))) for name, values in columns.items()}


def _keep(question: _Question, line: dict[str, tuple[float, float]]) -> None:
    if len(_lines) >= _KEPT:
        del _lines[next(iter(_lines))]
    _lines[question] = line


def _file(distribution: Distribution, count: int, repeats: int, names: tuple[str, ...]) -> Path:
    """Return where a line is kept."""
    data = distribution.model_dump(mode="json")
    key = {"version": VERSION, "data": data, "count": count, "repeats": repeats, "names": names}
    return _folder() / f"perfect-{hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:32]}.json"


def _folder() -> Path:
    return Path(os.environ.get("GANSTUDIO_CACHE") or platformdirs.user_cache_path("ganstudio", appauthor=False))


def _read(file: Path) -> dict[str, tuple[float, float]] | None:
    """Return the line in a file, or None if there is none that can be used."""
    try:
        line: Any = json.loads(file.read_text(encoding="utf-8"))
        return {str(name): (float(mean), float(deviation)) for name, (mean, deviation) in line.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return None

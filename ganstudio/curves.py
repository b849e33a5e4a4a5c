"""Everything a run has told of its losses and metrics, at full precision, as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ganstudio.messages import Losses, Reading
from ganstudio.metrics import METRICS

__all__ = ["Curves", "table"]

Columns = Mapping[str, NDArray[np.floating]]
LIMIT = 16 * 2**20
"""Bytes that the losses of one run may take; beyond, every second step is let go."""
MERGED = 256
"""Blocks that are put together into one, since thirty a second come."""
UNITS = {"%": "fraction", "units": "plane units"}
"""Of metrics whose values are written otherwise than they are computed."""


@dataclass(frozen=True)
class Table:
    """Curves at one moment: blocks of losses, readings, and every how many steps losses were kept."""

    blocks: tuple[Losses, ...]
    readings: tuple[Reading, ...]
    every: int


@dataclass
class Curves:
    """Keeps what snapshots tell, all seeds of it, within a limit of memory.

    Attributes
    ----------
    every
        1 while all steps are kept; otherwise only those that it divides.
    """

    every: int = 1
    _blocks: list[Losses] = field(default_factory=list)
    _recent: list[Losses] = field(default_factory=list)
    _readings: list[Reading] = field(default_factory=list)

    def clear(self) -> None:
        """Forget everything (a new run)."""
        self.every = 1
        self._blocks, self._recent, self._readings = [], [], []

    def add(self, losses: Losses, readings: tuple[Reading, ...]) -> None:
        """Add what a snapshot tells; steps ascend from call to call."""
        self._readings.extend(readings)
        if len(losses.step):
            self._recent.append(_thinned(losses, self.every))
        if len(self._recent) >= MERGED:
            self._blocks += _merged(self._recent)
            self._recent = []
            while sum(map(_size, self._blocks)) > LIMIT:
                self.every *= 2
                self._blocks = [_thinned(block, self.every) for block in self._blocks]

    def taken(self) -> Table:
        """Return what there is now; later additions do not change it."""
        return Table((*self._blocks, *self._recent), tuple(self._readings), self.every)


def table(curves: Table, first_seed: int) -> str:
    """Return CSV: a row a step and seed, a column a loss term and a metric; what was not measured is empty.

    Parameters
    ----------
    first_seed
        Seed of the first run; the others follow it.

    Notes
    -----
    Numbers are the shortest that read back to the same single-precision loss or double-precision metric. Metrics have
    their units in the header; losses are in nats where they are logarithms and have no unit otherwise.
    """
    terms = list(dict.fromkeys(name for block in curves.blocks for name in block.terms))
    metrics = list(dict.fromkeys(name for reading in curves.readings for name in reading.values))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["step", "seed", *terms, *map(_headed, metrics)])
    for step, losses, reading in _rows(curves):
        columns = [losses.get(name) for name in terms] + [reading.get(name) for name in metrics]
        runs = max(len(column) for column in columns if column is not None)
        for run in range(runs):
            cells = ["" if column is None else _number(column[run]) for column in columns]
            writer.writerow([step, first_seed + run, *cells])
    return text.getvalue()


def _rows(curves: Table) -> Iterator[tuple[int, Columns, Columns]]:
    """Yield every step that there is something of, ascending, with its losses (R,) and its metrics (R,) by name."""
    readings = {reading.step: reading.values for reading in curves.readings}  # the last one of a step
    waiting = sorted(readings, reverse=True)
    for block in curves.blocks:
        for column, step in enumerate(block.step.tolist()):
            while waiting and waiting[-1] < step:
                before = waiting.pop()
                yield before, {}, readings[before]
            if waiting and waiting[-1] == step:
                waiting.pop()
            yield step, {name: values[:, column] for name, values in block.terms.items()}, readings.get(step, {})
    for step in reversed(waiting):
        yield step, {}, readings[step]


def _headed(metric: str) -> str:
    """Return a metric's name with its unit: "reverse_kl (nats)"."""
    unit = METRICS[metric].unit if metric in METRICS else ""
    return f"{metric} ({UNITS.get(unit, unit)})" if unit else metric


def _number(value: np.floating) -> str:
    """Return the shortest text that reads back to the same number; nothing for what is not one."""
    return "" if np.isnan(value) else str(value)


def _thinned(losses: Losses, every: int) -> Losses:
    if every == 1:
        return losses
    kept: NDArray[np.bool_] = losses.step % every == 0
    return Losses(losses.step[kept], {name: values[:, kept] for name, values in losses.terms.items()})


def _merged(blocks: list[Losses]) -> list[Losses]:
    """Return the blocks put together, as many as there are different sets of terms in a row."""
    result: list[Losses] = []
    group: list[Losses] = []
    for block in blocks:
        if group and set(block.terms) != set(group[0].terms):
            result.append(_joined(group))
            group = []
        group.append(block)
    return [*result, _joined(group)] if group else result


def _joined(blocks: list[Losses]) -> Losses:
    steps = np.concatenate([block.step for block in blocks])
    names = blocks[0].terms
    return Losses(steps, {name: np.concatenate([block.terms[name] for block in blocks], axis=-1) for name in names})


def _size(block: Losses) -> int:
    return block.step.nbytes + sum(values.nbytes for values in block.terms.values())

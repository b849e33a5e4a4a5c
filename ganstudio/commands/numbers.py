"""What a trainer's numbers are called in tables and summaries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ganstudio.data import Distribution
    from ganstudio.experiment import Experiment
    from ganstudio.training import Trainer

__all__ = ["applicable", "measured", "metric_columns", "middle_of", "modes_total", "summary", "train_until"]

CHUNK = 20
"""Generator steps between two moves of the progress bar."""


def train_until(trainer: Trainer, goal: int) -> Iterator[int]:
    """Train until a generator step, yielding now and then how many steps were done."""
    while trainer.step < goal:
        before = trainer.step
        trainer.train(min(CHUNK, goal - before))
        yield trainer.step - before


def metric_columns(extra: Sequence[str] = ()) -> list[str]:
    """Return the columns of the usual metrics and of extra ones, with `modes_total` behind `modes`."""
    from ganstudio.metrics import METRICS

    names = [name for name, metric in METRICS.items() if not metric.optional or name in extra]
    return [column for name in names for column in ((name, "modes_total") if name == "modes" else (name,))]


def modes_total(experiment: Experiment) -> int | None:
    """Return how many modes the data have, None where that means nothing."""
    modes = experiment.data.modes()
    return None if modes is None else int((modes.weights > 0).sum())


def measured(trainer: Trainer, extra: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return a row for each seed: step, seed, every usual metric that the data allow, and extra ones."""
    from ganstudio import metrics

    experiment = trainer.experiment
    values = trainer.measure()
    samples = trainer.samples() if extra else None
    rows = []
    for run in range(experiment.runs):
        row: dict[str, Any] = {"step": trainer.step, "seed": experiment.seed + run}
        row["modes_total"] = modes_total(experiment)
        for name, metric in values.items():
            row[name] = int(metric[run]) if name == "modes" else float(metric[run])
        if samples is not None:
            row |= metrics.measure(samples[run], experiment.data, applicable(extra, experiment.data))
        rows.append(row)
    return rows


def applicable(extra: Sequence[str], data: Distribution) -> tuple[str, ...]:
    """Return the extra metrics that mean something for these data."""
    from ganstudio.metrics import METRICS

    return tuple(name for name in extra if METRICS[name].applies(data))


def middle_of(rows: Sequence[Mapping[str, Any]], name: str) -> float:
    """Return the median of one metric over the rows."""
    return float(median(row[name] for row in rows))


def summary(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return in one short line how good one run is, or the median of several."""

    def middle(name: str) -> float:
        return middle_of(rows, name)

    total = rows[0]["modes_total"]
    if total is None:
        return f"sliced W₂ {middle('sliced_w2'):.3g}"
    return f"{middle('modes'):g} of {total} modes · {100.0 * middle('high_quality'):.1f} % high quality"

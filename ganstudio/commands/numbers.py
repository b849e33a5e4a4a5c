"""What a trainer's numbers are called in tables and summaries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ganstudio.experiment import Experiment
    from ganstudio.training import Trainer

__all__ = ["measured", "metric_columns", "modes_total", "summary", "train_until"]

CHUNK = 20
"""Generator steps between two moves of the progress bar."""


def train_until(trainer: Trainer, goal: int) -> Iterator[int]:
    """Train until a generator step, yielding now and then how many steps were done."""
    while trainer.step < goal:
        before = trainer.step
        trainer.train(min(CHUNK, goal - before))
        yield trainer.step - before


def metric_columns() -> list[str]:
    """Return the columns of metrics, with `modes_total` behind `modes`."""
    from ganstudio.metrics import METRICS

    return [column for name in METRICS for column in ((name, "modes_total") if name == "modes" else (name,))]


def modes_total(experiment: Experiment) -> int | None:
    """Return how many modes the data have, None where that means nothing."""
    modes = experiment.data.modes()
    return None if modes is None else int((modes.weights > 0).sum())


def measured(trainer: Trainer) -> list[dict[str, Any]]:
    """Return a row for each seed: step, seed and every metric that the data allow."""
    experiment = trainer.experiment
    values = trainer.measure()
    rows = []
    for run in range(experiment.runs):
        row: dict[str, Any] = {"step": trainer.step, "seed": experiment.seed + run}
        row["modes_total"] = modes_total(experiment)
        for name, metric in values.items():
            row[name] = int(metric[run]) if name == "modes" else float(metric[run])
        rows.append(row)
    return rows


def summary(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return in one short line how good one run is, or the median of several."""

    def middle(name: str) -> float:
        return float(median(row[name] for row in rows))

    total = rows[0]["modes_total"]
    if total is None:
        return f"sliced W₂ {middle('sliced_w2'):.3g}"
    return f"{middle('modes'):g} of {total} modes · {100.0 * middle('high_quality'):.1f} % high quality"

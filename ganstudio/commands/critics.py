"""How gradients fare in the critics of a run, layer by layer, and how their weights are spread: a picture, a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ganstudio.commands import output

if TYPE_CHECKING:
    from ganstudio.training import Trainer

__all__ = ["contents"]

COLUMNS = ["experiment", "seed", "layer", "gradient_norm", "largest_weight", "share_at_bound"]
AT_BOUND = 0.999
"""Weights of at least so much of the largest one count as being at the bound."""


def contents(trainers: Mapping[str, Trainer]) -> dict[str, bytes | str]:
    """Return critic.csv and critic.png of trained experiments by name; nothing if no critic can be looked into."""
    depths = {name: trainer.depth() for name, trainer in trainers.items()}
    known = {name: depth for name, depth in depths.items() if depth is not None and depth.norms.shape[1]}
    if not known:
        return {}
    from ganstudio import pictures

    rows = [row for name, depth in known.items() for row in _rows(name, trainers[name], depth)]
    steps = {f"step {trainers[name].step:,}" for name in known}
    picture = pictures.depth(
        {trainers[name].experiment.title: depth.norms[0] for name, depth in known.items()},
        {trainers[name].experiment.title: depth.weights[0] for name, depth in known.items()},
        steps.pop() if len(steps) == 1 else "",
    )
    return {"critic.csv": output.csv_text(COLUMNS, rows), "critic.png": pictures.png(picture)}


def _rows(name: str, trainer: Trainer, depth: Any) -> Sequence[dict[str, Any]]:
    """Return a row for each seed and hidden layer, first to last."""
    rows = []
    for run, (norms, weights) in enumerate(zip(depth.norms, abs(depth.weights), strict=True)):
        largest = float(weights.max())
        common = {
            "experiment": name,
            "seed": trainer.experiment.seed + run,
            "largest_weight": largest,
            "share_at_bound": float((weights >= AT_BOUND * largest).mean()),
        }
        rows += [{**common, "layer": layer, "gradient_norm": float(norm)} for layer, norm in enumerate(norms, start=1)]
    return rows

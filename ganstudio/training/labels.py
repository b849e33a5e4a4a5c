"""The few samples whose class is known, for semi-supervised learning."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ganstudio.experiment import Experiment
from ganstudio.training.pictures import source_of

__all__ = ["labelled_points"]

TRIES = 64


def labelled_points(experiment: Experiment, device: str) -> tuple[Tensor, Tensor]:
    """Return labelled samples (R, n, sample) and their classes (R, n): the first few of each class of each seed.

    A class of weight 0, or one so rare that 64 draws of a hundred samples a class do not meet it, is repeated from
    those that were met.
    """
    data, wanted = source_of(experiment), experiment.additions.semi_supervised.labels_per_class
    points, labels = [], []
    for seed in range(experiment.seed, experiment.seed + experiment.runs):
        rng = np.random.default_rng([seed, 1606])
        uniform = rng.random((TRIES * 100 * data.classes(), data.uniforms))
        classes = data.labels(uniform)
        rank = np.zeros(len(classes), dtype=int)
        for label in range(data.classes()):
            rank[classes == label] = np.arange((classes == label).sum())
        chosen = np.flatnonzero(rank < wanted)
        chosen = np.resize(chosen[np.argsort(classes[chosen], kind="stable")], wanted * data.classes())
        points.append(data.push(uniform[chosen], rng.standard_normal((len(chosen), 2))))
        labels.append(classes[chosen])
    return (
        torch.tensor(np.stack(points), dtype=torch.float32, device=device),
        torch.tensor(np.stack(labels), dtype=torch.int64, device=device),
    )

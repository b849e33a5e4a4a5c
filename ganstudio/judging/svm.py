"""A linear L2-SVM, one class against the others, by L-BFGS on all pictures at once.

liblinear, which scikit-learn has for this, keeps features as sparse rows of 16 bytes a number, 1.5 GB for all of MNIST
through a small critic, and cannot be interrupted. Here they stay as they are, and every turn is short.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

__all__ = ["WEIGHTS", "Machine", "chosen_machine", "trained_turns"]

Float = NDArray[np.float32]

WEIGHTS: Final = (1.0, 0.1, 0.01, 1e-3, 1e-4)
"""Of the regularisation, relative to the mean squared hinge; the strongest first."""
ITERATIONS: Final = 60
TOLERANCE: Final = 1e-5
"""A relative gain in five iterations at which it is as good as it gets."""
VALIDATION: Final = 5
"""A fifth of the labelled pictures chooses the regularisation."""


@dataclass(frozen=True, eq=False)
class Machine:
    """Weights (d + 1, classes), the offsets in the last row, and the weight of the regularisation."""

    weights: Tensor
    weight: float

    def classify(self, features: Float) -> NDArray[np.int64]:
        """Return the class of each row of features (n, d), the first of those with the largest score."""
        x = torch.from_numpy(features)
        return (x @ self.weights[:-1] + self.weights[-1]).argmax(1).numpy()


def loss_of(weights: Tensor, x: Tensor, targets: Tensor, weight: float) -> Tensor:
    """Return ``mean_i sum_k max(0, 1 - y_ik f_k(x_i))^2 + weight ||W||^2``; offsets are not regularised."""
    margins = 1 - targets * (x @ weights[:-1] + weights[-1])
    return F.relu(margins).square().sum(1).mean() + weight * weights[:-1].square().sum()


def trained_turns(
    x: Float, labels: NDArray[np.int64], classes: int, weight: float, start: Tensor | None = None
) -> Iterator[Machine | None]:
    """Train in turns of a few iterations; yield None but in the last.

    Parameters
    ----------
    x : array (n, d)
    labels : array (n,)
        From 0 to classes - 1.
    start
        Weights to begin with, 0 by default. The optimum does not depend on them.
    """
    features = torch.from_numpy(x)
    targets = 2.0 * F.one_hot(torch.tensor(labels), classes).float() - 1.0
    weights = torch.zeros(x.shape[1] + 1, classes) if start is None else start.clone()
    weights.requires_grad_()
    optimiser = torch.optim.LBFGS([weights], max_iter=5, history_size=10, line_search_fn="strong_wolfe")

    def closure() -> float:
        optimiser.zero_grad()
        loss = loss_of(weights, features, targets, weight)
        loss.backward()
        return float(loss.detach())

    before = np.inf
    for _ in range(0, ITERATIONS, 5):
        now = float(optimiser.step(closure))
        if before - now <= TOLERANCE * now:
            break
        before = now
        yield None
    yield Machine(weights.detach(), weight)


def chosen_machine(x: Float, labels: NDArray[np.int64], classes: int, seed: int = 0) -> Iterator[float | Machine]:
    """Choose the regularisation on a fifth of the pictures, train with it on all; yield shares, then the machine.

    Parameters
    ----------
    x : array (n, d)
        Centred, with a mean variance of about 1.
    labels : array (n,)
    seed
        Says which fifth it is.
    """
    held = np.random.default_rng(seed).permutation(len(x)) % VALIDATION == 0
    held &= len(x) >= 2 * VALIDATION  # of fewer, none can be spared
    best, accuracy = WEIGHTS[len(WEIGHTS) // 2], -1.0
    start: Tensor | None = None
    machine: Machine | None = None
    learned, known = x[~held], labels[~held]
    for place, weight in enumerate(WEIGHTS if held.any() else ()):
        for found in trained_turns(learned, known, classes, weight, start):
            machine = found
            yield place / (len(WEIGHTS) + 1)
        assert machine is not None
        start = machine.weights
        share = float((machine.classify(x[held]) == labels[held]).mean())
        if share > accuracy:
            best, accuracy = weight, share
    for found in trained_turns(x, labels, classes, best, start):
        machine = found
        yield len(WEIGHTS) / (len(WEIGHTS) + 1)
    assert machine is not None
    yield machine

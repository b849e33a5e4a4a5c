from __future__ import annotations

import numpy as np
import pytest

from ganstudio.metrics.frechet import frechet_distance, sample_frechet_distance


@pytest.mark.parametrize(
    ("mean_a", "a", "mean_b", "b", "expected"),
    [
        ([0, 0], [[1, 0], [0, 1]], [1, 2], [[4, 0], [0, 9]], 10.0),
        ([0, 1], [[2, 1], [1, 2]], [1, 1], [[1, 0], [0, 3]], 1.516685),
        ([0, 0], [[1, 0], [0, 0]], [0, 0], [[0, 0], [0, 4]], 5.0),
    ],
)
def test_known_gaussians(mean_a: list, a: list, mean_b: list, b: list, expected: float) -> None:
    assert frechet_distance(mean_a, a, mean_b, b) == pytest.approx(expected, abs=1e-6)
    assert frechet_distance(mean_b, b, mean_a, a) == pytest.approx(expected, abs=1e-6)


def test_of_samples() -> None:
    x = np.random.default_rng(0).standard_normal((200, 3))
    assert sample_frechet_distance(x, x) == pytest.approx(0.0, abs=1e-9)
    assert sample_frechet_distance(x, x + np.array([1.0, 2.0, 2.0])) == pytest.approx(9.0)
    # Twice as wide about the mean: the covariance's trace, and nothing else.
    assert sample_frechet_distance(x, 2 * x - x.mean(axis=0)) == pytest.approx(np.trace(np.cov(x.T)))

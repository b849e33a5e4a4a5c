from __future__ import annotations

import math

import numpy as np
import pytest

from ganstudio.data.ring import GaussianRing
from ganstudio.metrics.mmd import kernel_scale, mmd, squared_mmd

RNG = np.random.default_rng(0)


def by_the_book(x: np.ndarray, y: np.ndarray, scale: float) -> float:
    """Gretton et al. 2012, equation 3, with loops over kernels and float64."""

    def kernel(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        squares = np.square(a[:, None] - b).sum(axis=-1)
        widths = scale * np.array([1, 1 / 2, 1 / 4, 1 / 8, 1 / 16])
        return np.mean([np.exp(-squares / (2 * width**2)) for width in widths], axis=0)

    n, m = len(x), len(y)
    xx, yy = kernel(x, x), kernel(y, y)
    within = (xx.sum() - np.trace(xx)) / (n * (n - 1)) + (yy.sum() - np.trace(yy)) / (m * (m - 1))
    return float(within - 2 * kernel(x, y).mean())


@pytest.mark.parametrize(("n", "m"), [(2, 2), (50, 70), (200, 33)])
def test_is_the_unbiased_estimate(n: int, m: int) -> None:
    x, y = RNG.standard_normal((n, 2)), 3 * RNG.standard_normal((m, 2)) + 1
    assert squared_mmd(x, y, 1.7) == pytest.approx(by_the_book(x, y, 1.7), abs=1e-6)


def test_is_zero_on_average_for_equal_distributions() -> None:
    values = [squared_mmd(*RNG.standard_normal((2, 60, 2)), 1.0) for _ in range(200)]
    assert abs(np.mean(values)) < 4 * np.std(values) / math.sqrt(200)
    assert min(values) < 0 < max(values)


def test_far_apart_points_of_one_place_score_two() -> None:
    assert squared_mmd(np.zeros((5, 2)), np.full((5, 2), 1e200), 1.0) == pytest.approx(2.0, abs=1e-6)


def test_scale_is_the_root_mean_variance() -> None:
    assert kernel_scale(np.array([[0.0, 3.0], [2.0, 3.0]])) == pytest.approx(math.sqrt(0.5))


def test_tells_a_shift_a_collapse_and_a_smear() -> None:
    ring = GaussianRing()
    good = ring.sample(2500, RNG)
    shifted = mmd(good + np.array([0.2, 0.0]), ring)
    collapsed = mmd(good[good[:, 0] > 1.7], ring)
    smeared = mmd(good + 0.3 * RNG.standard_normal((2500, 2)), ring)
    assert abs(mmd(good, ring)) < 0.005
    assert shifted > 0.02
    assert smeared > 0.01
    assert collapsed > 0.3


def test_what_is_not_finite_is_near_nothing() -> None:
    ring = GaussianRing()
    samples = ring.sample(100, RNG)
    nowhere = np.full((100, 2), math.nan)
    far = 1e6 * (1 + np.arange(200.0)).reshape(100, 2)
    assert mmd(nowhere, ring) == pytest.approx(mmd(far, ring), abs=1e-6)
    half = np.concatenate([samples, nowhere])
    spread = np.concatenate([samples, far])
    assert mmd(half, ring) == pytest.approx(mmd(spread, ring), abs=1e-6)


def test_one_sample_has_no_estimate() -> None:
    assert math.isnan(mmd(np.zeros((1, 2)), GaussianRing()))

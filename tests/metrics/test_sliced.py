from __future__ import annotations

import math
import sys
from itertools import permutations
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ganstudio.data.parallel_lines import ParallelLines
from ganstudio.data.ring import GaussianRing
from ganstudio.metrics.sliced import exact_w2, exact_wasserstein, sliced_w2, sliced_wasserstein

CLOUD = np.random.default_rng(0).standard_normal((300, 2)) * [1.0, 0.3]


@given(st.floats(-100, 100), st.floats(-100, 100))
@settings(max_examples=30, deadline=None)
def test_a_shift_costs_its_length_over_root_two(x: float, y: float) -> None:
    # The mean of cos^2 over directions is 1/2.
    assert sliced_wasserstein(CLOUD, CLOUD + np.array([x, y])) == pytest.approx(
        math.hypot(x, y) / math.sqrt(2), abs=1e-9
    )


@given(st.floats(0.01, 10))
@settings(max_examples=30, deadline=None)
def test_a_stretch_has_a_closed_form(factor: float) -> None:
    # Along every direction the quantiles are stretched alike: |factor - 1| times the root mean square projection.
    expected = abs(factor - 1) * math.sqrt(np.square(CLOUD).sum(axis=1).mean() / 2)
    assert sliced_wasserstein(CLOUD, factor * CLOUD) == pytest.approx(expected, abs=1e-9)


def test_gaussians_closed_form() -> None:
    # Along the angle a the variances are 1 and 4 cos^2 a + sin^2 a, and W2 is the difference of the roots.
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((20_000, 2)), rng.standard_normal((20_000, 2)) * [2, 1]
    a = np.linspace(0, math.pi, 2001)[:-1]
    expected = math.sqrt(np.square(np.sqrt(4 * np.cos(a) ** 2 + np.sin(a) ** 2) - 1).mean())
    assert sliced_wasserstein(x, y) == pytest.approx(expected, rel=0.03)


def test_order_does_not_matter() -> None:
    assert sliced_wasserstein(CLOUD, CLOUD[::-1]) == pytest.approx(0.0, abs=1e-12)


def test_one_sample_is_carried_to_a_whole_block() -> None:
    # A point at 0 against two at (-1, 0) and (1, 0): cost cos^2 along each direction.
    assert sliced_wasserstein(np.zeros((1, 2)), np.array([[-1.0, 0], [1, 0]])) == pytest.approx(math.sqrt(0.5))
    twice = np.repeat(CLOUD, 2, axis=0)
    assert sliced_wasserstein(CLOUD, twice) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("counts", [(300, 450), (300, 200), (0, 10)])
def test_sizes_have_to_fit(counts: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no multiple of"):
        sliced_wasserstein(np.zeros((counts[0], 2)), np.zeros((counts[1], 2)))


def test_distance_to_a_distribution_grows_with_the_distance() -> None:
    # What Jensen-Shannon cannot do for parallel lines.
    line = ParallelLines(theta=0.0, thickness=0.0)
    own = line.sample(2500, np.random.default_rng(0))
    for theta in (0.1, 1.0, 10.0):
        assert sliced_w2(own + np.array([theta, 0.0]), line) == pytest.approx(theta / math.sqrt(2), rel=0.02)


def test_a_single_sample_has_to_be_carried_everywhere() -> None:
    # The mean over directions of E((x - y) . d)^2 is (|x|^2 + E|y|^2) / 2, and E|y|^2 = 2^2 + 2 (0.1)^2.
    assert sliced_w2(np.array([[3.0, 4.0]]), GaussianRing()) == pytest.approx(math.sqrt((25 + 4.02) / 2), rel=0.01)


def test_any_number_of_perfect_samples_and_the_more_the_nearer() -> None:
    ring = GaussianRing()
    distances = [sliced_w2(ring.sample(count, np.random.default_rng(2)), ring) for count in (3, 77, 2500, 40_000)]
    assert distances == sorted(distances, reverse=True)
    assert 0.0 < distances[-1] < 0.06


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_not_finite_is_infinitely_far(bad: float) -> None:
    samples = CLOUD.copy()
    samples[5, 0] = bad
    assert sliced_w2(samples, GaussianRing()) == math.inf


def test_exact_distance_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ot", None)
    with pytest.raises(ModuleNotFoundError, match=r'pip install "ganstudio\[exact\]"'):
        exact_wasserstein(CLOUD, CLOUD)


@pytest.mark.parametrize(("order", "expected"), [(1, (1 + 3) / 2), (2, math.sqrt((1 + 9) / 2))])
def test_exact_distance_is_the_root_of_the_cheapest_transport(
    monkeypatch: pytest.MonkeyPatch, order: int, expected: float
) -> None:
    def emd2(a: list, b: list, costs: np.ndarray, **_: object) -> float:
        """Try all assignments, as POT's function of that name does for equal weights."""
        rows = range(len(costs))
        return min(sum(costs[i, j] for i, j in zip(rows, p, strict=True)) for p in permutations(rows)) / len(costs)

    monkeypatch.setitem(sys.modules, "ot", SimpleNamespace(emd2=emd2))
    samples, reference = np.array([[0.0, 0.0], [10.0, 0.0]]), np.array([[10.0, 3.0], [1.0, 0.0]])
    assert exact_wasserstein(samples, reference, order) == pytest.approx(expected)


@pytest.mark.parametrize("order", [1, 2])
def test_exact_distance_of_a_shift(order: int) -> None:
    pytest.importorskip("ot")
    assert exact_wasserstein(CLOUD, CLOUD + np.array([3.0, 4.0]), order) == pytest.approx(5.0)


def test_exact_distance_to_a_distribution_is_never_below_the_sliced_one() -> None:
    pytest.importorskip("ot")
    ring = GaussianRing()
    samples = 0.5 * ring.sample(2500, np.random.default_rng(0))
    # All eight modes move inwards by 1: nothing is cheaper, and along a direction it is cheaper by a root of two.
    assert exact_w2(samples, ring) == pytest.approx(1.0, rel=0.05)
    assert exact_w2(samples, ring) > 1.3 * sliced_w2(samples, ring)


@pytest.mark.parametrize("bad", [math.nan, math.inf, 1e300])
def test_exact_distance_to_nowhere_is_infinite(bad: float) -> None:
    pytest.importorskip("ot")
    samples = CLOUD.copy()
    samples[5, 0] = bad
    assert exact_w2(samples, GaussianRing()) == math.inf

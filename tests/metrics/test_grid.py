from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ganstudio.data.checkerboard import Checkerboard
from ganstudio.data.parallel_lines import ParallelLines
from ganstudio.data.ring import GaussianRing
from ganstudio.metrics.divergences import discrete_js, discrete_kl
from ganstudio.metrics.grid import CELLS, grid_js, grid_kl, sample_counts, true_masses

shares = arrays(float, 6, elements=st.floats(0, 1)).filter(lambda x: x.sum() > 0.01).map(lambda x: x / x.sum())


def test_jensen_shannon_of_the_textbook_s_example() -> None:
    assert discrete_js(np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.6, 0.3])) == pytest.approx(0.103295, abs=1e-6)


def test_kullback_leibler_by_hand() -> None:
    half, skew = np.array([0.5, 0.5]), np.array([0.25, 0.75])
    assert discrete_kl(half, skew) == pytest.approx(0.5 * math.log(2) + 0.5 * math.log(2 / 3))
    assert discrete_kl(half, np.array([1.0, 0.0])) == math.inf
    assert discrete_kl(np.array([1.0, 0.0]), half) == pytest.approx(math.log(2))


@given(shares, shares)
@settings(max_examples=100, deadline=None)
def test_divergences_have_their_ranges(p: np.ndarray, q: np.ndarray) -> None:
    assert discrete_kl(p, q) >= 0.0
    assert discrete_kl(p, p) == 0.0
    assert 0.0 <= discrete_js(p, q) <= math.log(2) + 1e-12
    assert discrete_js(p, q) == pytest.approx(discrete_js(q, p), abs=1e-12)


def test_every_sample_is_counted_once() -> None:
    ring = GaussianRing()
    left, right, bottom, top = ring.window()
    inside = np.array([[left, bottom], [right - 1e-9, bottom], [left, top - 1e-9]])
    outside = np.array([[left - 1e-9, 0], [0, top], [math.nan, 0], [0, math.inf], [1e300, 0]])
    counts = sample_counts(np.concatenate([inside, outside]), ring)
    assert counts.sum() == 8
    assert counts[-1] == 5
    assert (counts[[0, CELLS - 1, CELLS * (CELLS - 1)]] == 1).all()


def test_true_masses_are_exact_even_for_modes_narrower_than_a_cell() -> None:
    narrow = GaussianRing(standard_deviation=0.002)
    masses = true_masses(narrow)
    assert masses.sum() == pytest.approx(1.0)
    reference = sample_counts(narrow.sample(100_000, np.random.default_rng(1)), narrow) / 100_000
    assert np.abs(masses - reference).max() < 0.006


def test_without_cell_masses_a_sample_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    class Opaque(GaussianRing):
        def cell_masses(self, x_edges: object, y_edges: object) -> None:
            return None

    assert 0.5 * np.abs(true_masses(Opaque()) - true_masses(GaussianRing())).sum() < 0.02


def test_what_lies_outside_the_window_has_a_cell_of_its_own() -> None:
    class Half(GaussianRing):
        def window(self) -> tuple[float, float, float, float]:
            return (0.5, 4.5, -2.0, 2.0)  # three modes of eight

    assert true_masses(Half())[-1] == pytest.approx(5 / 8, abs=1e-4)
    assert grid_js(Half().sample(50_000, np.random.default_rng(0)), Half()) < 0.002


def test_disjoint_samples_score_log_two_however_far_away() -> None:
    # Parallel lines (objectives, section 9.5): Jensen-Shannon is constant in the distance.
    line = ParallelLines(theta=0.0, thickness=0.0)
    own = line.sample(2500, np.random.default_rng(0))
    assert grid_js(own, line) < 0.01
    for theta in (0.1, 0.3, 5.0, -5.0):
        assert grid_js(own + np.array([theta, 0.0]), line) == pytest.approx(math.log(2), abs=1e-12)


def test_js_of_half_of_the_cells() -> None:
    # All samples on half of the squares: p is half of q there, and q is nothing elsewhere.
    board = Checkerboard(squares=2)
    samples = board.sample(400_000, np.random.default_rng(0))
    samples = samples[samples[:, 0] < 0]
    m = 0.75  # of the shared half: (1/2 + 1) / 2
    expected = 0.5 * (0.5 * math.log(0.5 / m) + 0.5 * math.log(2)) + 0.5 * math.log(1 / m)
    assert grid_js(samples, board) == pytest.approx(expected, abs=2e-3)


def test_kl_is_finite_and_larger_the_more_modes_are_missing() -> None:
    ring = GaussianRing()
    samples = ring.sample(40_000, np.random.default_rng(0))
    angle = np.arctan2(samples[:, 1], samples[:, 0])
    kls = [grid_kl(samples[np.abs(angle) < reach][:2500], ring) for reach in (4.0, 2.0, 0.4)]
    assert 0.0 < kls[0] < 0.15
    assert kls[0] + 1 < kls[1]
    assert kls[1] + 1 < kls[2] < 20


def test_kl_s_smoothing_is_one_sample_over_all_cells() -> None:
    ring = GaussianRing()
    far = np.full((9, 2), 1e6)
    # q: 1/10 of 1/1025 in each cell, and the rest outside.
    masses = true_masses(ring)
    q = np.full(CELLS**2 + 1, 0.1 / (CELLS**2 + 1))
    q[-1] += 0.9
    assert grid_kl(far, ring) == pytest.approx(discrete_kl(masses, q))

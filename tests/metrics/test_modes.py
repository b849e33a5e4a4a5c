from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ganstudio.data.base import Modes
from ganstudio.data.handful import ThreeGaussians, TwoGaussians
from ganstudio.data.ring import GaussianRing
from ganstudio.metrics.modes import assign, high_quality, mode_counts, modes_recovered, reverse_kl

RING = GaussianRing().modes()


def at(modes: Modes, counts: list[int]) -> np.ndarray:
    """Samples that sit exactly on the centres, so many on each."""
    return np.repeat(modes.centres, counts, axis=0)


def test_nearest_is_by_standard_deviations_not_by_distance() -> None:
    # Between the round mode at (-1, 1) with sd .5 and the narrow one at (1, -.5) with sd (.25, 1): this point is
    # nearer to the narrow one's centre, but 4.8 of its standard deviations away and only 2.7 of the other's.
    nearest, distance = assign(np.array([[-0.2, -0.1]]), TwoGaussians().modes())
    assert nearest[0] == 0
    assert distance[0] == pytest.approx(math.hypot(0.8 / 0.5, 1.1 / 0.5))


def test_high_quality_ends_at_three_standard_deviations() -> None:
    samples = RING.centres[2] + [[0.0, 0.299], [0.299, 0.0], [0.0, -0.301], [0.25, 0.25]]
    assert high_quality(samples, RING) == 0.5


@pytest.mark.parametrize(("count", "enough"), [(2500, 20), (1000, 8), (1001, 9), (100, 1), (1, 1)])
def test_a_mode_counts_from_20_of_2500(count: int, enough: int) -> None:
    for own, expected in ((enough, 2), (enough - 1, 1)):
        rest = count - own
        samples = np.concatenate([at(RING, [rest, 0, 0, 0, 0, 0, 0, 0]), np.tile(RING.centres[3], (own, 1))])
        if rest >= enough:
            assert modes_recovered(samples, RING) == expected


def test_veegan_s_rule_is_one_sample() -> None:
    samples = at(RING, [2493, 1, 1, 1, 1, 1, 1, 1])
    assert modes_recovered(samples, RING) == 1
    assert modes_recovered(samples, RING, minimum=1) == 8
    np.testing.assert_array_equal(mode_counts(samples, RING), [2493, 1, 1, 1, 1, 1, 1, 1])


def test_only_high_quality_samples_recover_a_mode() -> None:
    beside = at(RING, [50] * 8)
    beside[:350, 1] += 0.31  # 3.1 standard deviations, for all modes but the last
    assert modes_recovered(beside, RING) == 1
    assert modes_recovered(beside, RING, minimum=1) == 1


def test_reverse_kl_of_known_histograms() -> None:
    assert reverse_kl(at(RING, [5] * 8), RING) == 0.0
    assert reverse_kl(at(RING, [9, 0, 0, 0, 0, 0, 0, 0]), RING) == pytest.approx(math.log(8))
    # q = (1/2, 1/4, 1/4) against (1/2, 1/3, 1/6).
    weighted = ThreeGaussians(weights=(3, 2, 1)).modes()
    expected = 0.25 * math.log(0.75) + 0.25 * math.log(1.5)
    assert reverse_kl(at(weighted, [2, 1, 1]), weighted) == pytest.approx(expected)


def test_low_quality_samples_are_in_the_histogram() -> None:
    assert reverse_kl(1.4 * at(RING, [5] * 8), RING) == 0.0
    assert high_quality(1.4 * at(RING, [5] * 8), RING) == 0.0


def test_a_mode_of_weight_zero_is_no_mode() -> None:
    modes = ThreeGaussians(weights=(1, 1, 0)).modes()
    samples = at(modes, [10, 10, 20])
    assert modes_recovered(samples, modes) == 2
    assert high_quality(samples, modes) == 0.5
    np.testing.assert_array_equal(mode_counts(samples, modes), [10, 10, 0])
    assert math.isfinite(reverse_kl(samples, modes))


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1e308])
def test_what_is_not_finite_is_nowhere(bad: float) -> None:
    samples = at(RING, [1] * 8)
    samples[0, 1] = bad
    nearest, distance = assign(samples, RING)
    assert nearest[0] == -1
    assert distance[0] == math.inf
    np.testing.assert_array_equal(nearest[1:], np.arange(1, 8))
    assert high_quality(samples, RING) == 7 / 8
    assert modes_recovered(samples, RING) == 7
    assert reverse_kl(samples, RING) == math.inf


@given(st.lists(st.integers(0, 50), min_size=8, max_size=8).filter(any))
@settings(max_examples=50, deadline=None)
def test_reverse_kl_is_between_zero_and_the_collapsed_value(counts: list[int]) -> None:
    value = reverse_kl(at(RING, counts), RING)
    assert 0.0 <= value <= math.log(8) + 1e-12
    assert (value < 1e-12) == (len(set(counts)) == 1)

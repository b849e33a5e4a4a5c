"""Where the mixtures' Gaussians lie, how they are weighted, and what is said about wrong weights."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ganstudio.data.grid import GaussianGrid9, GaussianGrid25
from ganstudio.data.handful import ThreeGaussians, TwoGaussians
from ganstudio.data.ring import GaussianRing
from ganstudio.experiment import Experiment
from ganstudio.settings import SettingsError


def test_ring_of_eight() -> None:
    modes = GaussianRing().modes()
    half = math.sqrt(2.0)
    eight = [[2, 0], [half, half], [0, 2], [-half, half], [-2, 0], [-half, -half], [0, -2], [half, -half]]
    np.testing.assert_allclose(modes.centres, eight, atol=1e-12)
    np.testing.assert_allclose(modes.deviations, 0.1)
    np.testing.assert_allclose(modes.weights, 1 / 8)


def test_ring_turns_counterclockwise() -> None:
    np.testing.assert_allclose(GaussianRing(count=1, start_angle=90).modes().centres, [[0, 2]], atol=1e-12)


def test_grids_have_the_literature_s_centres() -> None:
    ticks = {-4.0, -2.0, 0.0, 2.0, 4.0}
    assert set(map(tuple, GaussianGrid25().modes().centres.tolist())) == {(x, y) for x in ticks for y in ticks}
    nine = [[-2, -2], [0, -2], [2, -2], [-2, 0], [0, 0], [2, 0], [-2, 2], [0, 2], [2, 2]]
    np.testing.assert_allclose(GaussianGrid9().modes().centres, nine)
    assert (GaussianGrid9().modes().deviations == 0.05).all()


def test_two_gaussians_are_gan_lab_s() -> None:
    modes = TwoGaussians().modes()
    np.testing.assert_allclose(modes.centres / 5 + 0.5, [[0.3, 0.7], [0.7, 0.4]])
    np.testing.assert_allclose(modes.deviations / 5, [[0.1, 0.1], [0.05, 0.2]])


def test_three_gaussians_are_gan_lab_s() -> None:
    modes = ThreeGaussians().modes()
    np.testing.assert_allclose(modes.centres / 5 + 0.5, [[0.35, 0.75], [0.75, 0.6], [0.45, 0.35]])
    np.testing.assert_allclose(modes.deviations / 5, 0.025)


def test_density_at_and_beside_a_centre() -> None:
    # 1/8 of a Gaussian's 1 / (2 pi sd^2); one standard deviation beside it exp(-1/2) of that.
    top = 0.125 / (2 * math.pi * 0.1**2)
    np.testing.assert_allclose(GaussianRing().density([[2.0, 0.0], [2.1, 0.0]]), [top, top * math.exp(-0.5)])
    # Anisotropic, the other component 4 sd away along x contributes exp(-8 - 4.5).
    expected = 0.5 / (2 * math.pi * 0.25 * 1.0) + 0.5 / (2 * math.pi * 0.25) * math.exp(-(16 + 9) / 2)
    assert float(TwoGaussians().density([1.0, -0.5])) == pytest.approx(expected)


def test_standard_deviation_is_that_of_the_samples() -> None:
    samples = TwoGaussians(weights=(0, 1)).sample(100_000, np.random.default_rng(0))
    np.testing.assert_allclose(samples.mean(axis=0), [1.0, -0.5], atol=0.02)
    np.testing.assert_allclose(samples.std(axis=0), [0.25, 1.0], rtol=0.02)


@given(st.lists(st.floats(0, 1e6), min_size=3, max_size=3).filter(lambda weights: sum(weights) > 0))
@settings(max_examples=40, deadline=None)
def test_samples_follow_the_weights(weights: list[float]) -> None:
    data = ThreeGaussians(weights=tuple(weights))
    expected = np.array(weights) / sum(weights)
    np.testing.assert_allclose(data.modes().weights, expected)
    samples = data.sample(2000, np.random.default_rng(11))
    nearest = np.linalg.norm(samples[:, None] - data.modes().centres, axis=-1).argmin(axis=1)
    shares = np.bincount(nearest, minlength=3) / 2000
    assert (np.abs(shares - expected) <= 5 * np.sqrt(expected * (1 - expected) / 2000) + 1e-3).all()
    assert (shares[expected == 0.0] == 0.0).all()


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ((1, 2), "data.weights: 2 numbers for 8 modes; give 8 numbers, or none for equal weights"),
        ((0,) * 8, "data.weights: all are 0; at least one has to be above 0"),
    ],
)
def test_wrong_weights_are_named(weights: tuple[float, ...], message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Experiment.read({"data": {"name": "ring", "weights": weights}})
    assert str(caught.value) == message


@pytest.mark.parametrize("bad", [-1.0, 1e300, math.nan, math.inf])
def test_weights_are_numbers_of_ordinary_size(bad: float) -> None:
    with pytest.raises(SettingsError, match=r"^weights[^\n]*not allowed; [^\n]+$"):
        GaussianRing(count=2).changed(weights=(1.0, bad))


def test_a_number_out_of_range_is_named() -> None:
    with pytest.raises(SettingsError, match=r"^data\.count: 0 is not allowed; .* greater than or equal to 1$"):
        Experiment.read({"data": {"name": "ring", "count": 0}})


def test_nobody_can_write_into_the_shared_modes() -> None:
    with pytest.raises(ValueError, match="read-only"):
        GaussianRing().modes().centres[0] = 0.0

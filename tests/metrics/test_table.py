"""`measure` and how numbers are written; scores of perfect and of bad samplers are in test_perfect.py."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from ganstudio.data import DISTRIBUTIONS
from ganstudio.data.ring import GaussianRing
from ganstudio.data.swiss_roll import SwissRoll
from ganstudio.metrics import METRICS, measure

OPTIONAL = ["modes_met", "wasserstein"]
NAMES = ["modes", "high_quality", "reverse_kl", "grid_kl", "grid_js", "sliced_w2", "mmd"]
SAMPLES = GaussianRing().sample(500, np.random.default_rng(0))


def test_the_table() -> None:
    assert list(METRICS) == NAMES + OPTIONAL
    assert [name for name, metric in METRICS.items() if metric.optional] == OPTIONAL
    assert [METRICS[name].better for name in NAMES] == ["high", "high", "low", "low", "low", "low", "low"]
    assert all(len(metric.title) <= 12 and len(metric.description) > 60 for metric in METRICS.values())


def test_what_is_optional_is_measured_where_it_is_asked_for() -> None:
    pytest.importorskip("ot")
    assert list(measure(SAMPLES, SwissRoll(), ["wasserstein", "mmd"])) == ["wasserstein", "mmd"]


def test_only_mixtures_have_modes() -> None:
    assert list(measure(SAMPLES, GaussianRing())) == NAMES
    assert list(measure(SAMPLES, SwissRoll())) == NAMES[3:]
    with pytest.raises(ValueError, match=r"^swiss_roll is no mixture"):
        measure(SAMPLES, SwissRoll(), ["modes"])


def test_some_metrics_in_the_given_order() -> None:
    every = measure(SAMPLES, GaussianRing())
    assert list(measure(SAMPLES, GaussianRing(), ["mmd", "modes"]).items()) == [
        ("mmd", every["mmd"]),
        ("modes", every["modes"]),
    ]
    with pytest.raises(ValueError, match=r"^metric: 'nope' is not known; one of modes, "):
        measure(SAMPLES, GaussianRing(), ["nope"])


@pytest.mark.parametrize("shape", [(0, 2), (5, 3), (5,), (2, 5, 2)])
def test_samples_have_two_columns(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"^samples: shape "):
        measure(np.zeros(shape), GaussianRing())


def test_collapsed_sampler_has_one_mode() -> None:
    one = GaussianRing(weights=(0, 0, 0, 1, 0, 0, 0, 0)).sample(2500, np.random.default_rng(0))
    values = measure(one, GaussianRing())
    assert values["modes"] == 1.0
    assert values["high_quality"] == pytest.approx(0.989, abs=0.01)
    assert values["reverse_kl"] == pytest.approx(math.log(8))
    # p is 1/8 of q on the mode, 7/8 of p is elsewhere.
    expected = 0.5 * (0.875 * math.log(2) + 0.125 * math.log(2 / 9)) + 0.5 * math.log(16 / 9)
    assert values["grid_js"] == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("kind", DISTRIBUTIONS.values(), ids=DISTRIBUTIONS)
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1e300])
def test_broken_samples_never_crash(kind: type, bad: float) -> None:
    data = kind()
    good = data.sample(100, np.random.default_rng(0))
    some, none = good.copy(), np.full((100, 2), bad)
    some[::4] = bad
    best, partly, worst = (measure(samples, data) for samples in (good, some, none))
    for name, metric in METRICS.items():
        if metric.applies(data) and not metric.optional:
            sign = 1 if metric.better == "low" else -1
            assert not math.isnan(worst[name])
            assert sign * best[name] <= sign * partly[name] <= sign * worst[name], name
            assert metric.format(worst[name], data)


def test_a_single_sample_is_measured() -> None:
    values = measure([[2.0, 0.0]], GaussianRing())
    assert values["modes"] == 1.0
    assert [name for name, value in values.items() if math.isnan(value)] == ["mmd"]


def test_float32_and_torch_samples() -> None:
    expected = measure(SAMPLES, GaussianRing())
    assert measure(torch.from_numpy(SAMPLES), GaussianRing()) == expected
    single = measure(SAMPLES.astype(np.float32), GaussianRing())
    assert single == pytest.approx(expected, abs=0.01)


def test_samples_are_not_changed() -> None:
    before = SAMPLES.copy()
    measure(SAMPLES, GaussianRing())
    np.testing.assert_array_equal(SAMPLES, before)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("modes", 7.0, "7 / 8"),
        ("high_quality", 0.61349, "61.3 %"),
        ("high_quality", 1.0, "100.0 %"),
        ("reverse_kl", 0.04149, "0.041"),
        ("reverse_kl", math.inf, "∞"),
        ("grid_js", 0.69315, "0.693"),
        ("grid_kl", 9.99949, "9.999"),
        ("grid_kl", 9.9996, "10.00"),
        ("sliced_w2", 123.456, "123.5"),
        ("sliced_w2", 4321.9, "4322"),
        ("sliced_w2", 1.23e30, "1.23e+30"),
        ("mmd", 0.00012, "0.0001"),
        ("mmd", -0.00042, "-0.0004"),
        ("mmd", -0.00001, "0.0000"),
        ("mmd", 1.5, "1.500"),
        ("mmd", math.nan, "–"),
    ],
)
def test_format(name: str, value: float, shown: str) -> None:
    assert METRICS[name].format(value, GaussianRing()) == shown


def test_modes_are_shown_out_of_those_that_exist() -> None:
    assert METRICS["modes"].format(2.0, GaussianRing(count=3, weights=(1, 0, 1))) == "2 / 2"


def test_a_mode_is_met_by_one_sample_and_recovered_by_twenty() -> None:
    ring = GaussianRing()
    samples = np.repeat(ring.modes().centres[:3], (2000, 499, 1), axis=0)
    assert measure(samples, ring, ["modes", "modes_met"]) == {"modes": 2.0, "modes_met": 3.0}

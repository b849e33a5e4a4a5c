"""What generators are given: drawn alike however many, fixed exactly, refused in one line."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from ganstudio.architecture import Architecture, Dense, Input
from ganstudio.checkpoints.inputs import InputError, count, draw, latents, picked, places, with_values

INPUTS = (
    Input(kind="latent", size=3),
    Input(kind="label", size=4),
    Input(kind="category", size=5),
    Input(kind="category", size=3),
    Input(kind="code", size=1, name="slant", distribution="uniform"),
    Input(kind="code", size=2),
)
ALL = Architecture(inputs=INPUTS, layers=(Dense(inputs=18, outputs=1),))


def distance(numbers: np.ndarray, cumulative: Callable[[float], float]) -> float:
    """Return Kolmogorov's distance of numbers from a distribution."""
    ordered = np.sort(numbers)
    wanted = np.array([cumulative(number) for number in ordered.tolist()])
    return float(np.abs(wanted - np.arange(len(ordered)) / len(ordered)).max())


def test_names() -> None:
    assert {name: place[:2] for name, place in places(ALL).items()} == {
        "latent": (0, None),
        "class": (1, None),
        "category": (2, None),
        "category2": (3, None),
        "slant": (4, 0),
        "c2": (5, 0),
        "c3": (5, 1),
    }
    twins = tuple(Input(kind="code", size=1, name=name) for name in ("a", "a", "c1", "class"))
    architecture = Architecture(inputs=(*twins, INPUTS[1]), layers=(Dense(inputs=8, outputs=1),))
    assert len(set(places(architecture))) == 5


def test_a_sample_does_not_depend_on_how_many_there_are() -> None:
    few, many = draw(ALL, 3, seed=7, truncation=0.8), draw(ALL, 500, seed=7, truncation=0.8)
    for one, other in zip(few, many, strict=True):
        assert np.array_equal(one, other[:3])
    assert not np.array_equal(draw(ALL, 3, seed=8)[0], draw(ALL, 3, seed=7)[0])
    assert [array.dtype.name for array in few] == ["float32", "int64", "int64", "int64", "float32", "float32"]
    assert [array.shape for array in few] == [(3, 3), (3,), (3,), (3,), (3, 1), (3, 2)]
    assert count(draw(ALL, 0, seed=1)) == 0


def test_draws_are_pcg64_of_spawned_seeds_and_distributed_as_they_should() -> None:
    found = draw(ALL, 4000, seed=1)
    stream = np.random.Generator(np.random.PCG64(np.random.SeedSequence(1, spawn_key=(0,))))
    assert np.array_equal(found[0], stream.standard_normal((4000, 3)).astype(np.float32))
    likely = 1.95 / math.sqrt(4000)  # Kolmogorov's distance exceeds it once in a thousand times
    for numbers in (found[0][:, 0], found[5][:, 0]):
        assert distance(numbers, NormalDist().cdf) < likely
    assert distance(found[4][:, 0], lambda x: (x + 1) / 2) < likely
    for choices, number in ((found[1], 4), (found[2], 5), (found[3], 3)):
        shares = np.bincount(choices, minlength=number) / 4000
        assert np.abs(shares - 1 / number).max() < 4 * math.sqrt(1 / number / 4000)
    assert abs(np.corrcoef(found[0][:, 0], found[5][:, 0])[0, 1]) < 0.06
    assert np.abs(draw(ALL, 400, seed=1, truncation=0.5)[0]).max() <= 0.5
    assert np.array_equal(draw(ALL, 400, seed=1, truncation=0.5)[5], draw(ALL, 400, seed=1)[5])  # codes stay


def test_what_is_fixed_and_what_stays() -> None:
    drawn = draw(ALL, 4, seed=2)
    shares = np.array([[0.5, 0.5, 0, 0]])
    found = with_values(
        ALL,
        drawn,
        {"latent": np.ones((4, 3, 1, 1)), "class": shares, "category2": [0, 1, 2, 1], "slant": -1.5, "c3": 2},
    )
    assert np.array_equal(found[0], np.ones((4, 3)))
    assert np.array_equal(found[1], np.repeat(shares, 4, axis=0).astype(np.float32))
    assert np.array_equal(found[2], drawn[2])
    assert found[3].tolist() == [0, 1, 2, 1]
    assert found[4].tolist() == [[-1.5]] * 4
    assert found[5][:, 1].tolist() == [2.0] * 4
    assert np.array_equal(found[5][:, 0], drawn[5][:, 0])
    assert with_values(ALL, drawn, {"class": 3})[1].tolist() == [3] * 4
    assert np.array_equal(picked(drawn, [2, 2, 0])[1], drawn[1][[2, 2, 0]])
    assert np.array_equal(drawn[4], draw(ALL, 4, seed=2)[4])  # nothing was written into


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"c9": 1}, "'c9': this generator has none; it has latent, class, category, category2, slant, c2, c3"),
        ({"class": 4}, "class: 4 is not allowed; it is a whole number from 0 to 3"),
        ({"class": -1}, "class: -1 is not allowed"),
        ({"class": 1.5}, "class: 1.5 is not allowed"),
        ({"class": [1, 2]}, "a number or 3 of them are needed"),
        ({"class": np.ones((3, 5))}, r"shares have the shape \(3, 4\)"),
        ({"class": float("nan")}, "class: has values that are not finite"),
        ({"slant": 1e9}, "slant: 1000000000.0 is not allowed; -100 to 100 is"),
        ({"slant": "much"}, "numbers are needed"),
        ({"latent": np.ones((3, 4))}, r"latents: have the shape \(3, 4\); \(n, 3\) is needed"),
        ({"latent": np.ones((0, 3))}, "latents: there are none"),
        ({"latent": np.ones((2, 3))}, "latents: there are 2; 3 are needed"),
        ({"latent": np.ones((3, 3, 2, 1))}, "have the shape"),
        ({"latent": np.full(3, 1e300)}, "not finite"),
    ],
)
def test_what_is_refused(values: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        with_values(ALL, draw(ALL, 3, seed=0), values)


def test_latents_are_taken_as_they_are() -> None:
    own = np.random.default_rng(0).normal(size=(5, 3))
    assert np.array_equal(latents(ALL, own), own.astype(np.float32))
    assert np.array_equal(latents(ALL, own[:, :, None, None]), own.astype(np.float32))
    with pytest.raises(InputError, match="complex"):
        latents(ALL, own.astype(complex))
    only_codes = Architecture(inputs=(Input(kind="code", size=1),), layers=(Dense(inputs=1, outputs=1),))
    with pytest.raises(InputError, match="this generator has none"):
        latents(only_codes, own)
    with pytest.raises(InputError, match=r"truncation: 9 is not allowed; 0.01 to 6"):
        draw(ALL, 1, 0, truncation=9)
    wide = Architecture(inputs=(Input(kind="latent", size=65_536),), layers=(Dense(inputs=65_536, outputs=1),))
    with pytest.raises(InputError, match="10,000 samples of 65,536 numbers each are too many; 305 can be drawn"):
        draw(wide, 10_000, 0)

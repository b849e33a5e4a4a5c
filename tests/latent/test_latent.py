"""Directions, walks, arithmetic and truncation, against numbers that are found otherwise."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ganstudio.architecture import (
    Activation,
    Architecture,
    BatchNorm,
    Convolution,
    Dense,
    Input,
    Layer,
    Reshape,
    TransposedConvolution,
)
from ganstudio.latent.arithmetic import analogy, moved, neighbours, turn_vector
from ganstudio.latent.directions import first_map, from_samples, principal, random_directions
from ganstudio.latent.truncation import truncated
from ganstudio.latent.walks import film, linear, spherical
from ganstudio.nets.layers import outputs

RANDOM = np.random.default_rng(0)


# ---- directions -----------------------------------------------------------------------------------------

LATENT = Input(kind="latent", size=4)
FIRST: dict[str, tuple[tuple[Input, ...], tuple[Layer, ...], int]] = {
    "dense": ((LATENT,), (Dense(inputs=4, outputs=6),), 0),
    "narrow": ((LATENT,), (Dense(inputs=4, outputs=2),), 0),
    "dense behind a label": ((Input(kind="label", size=3), LATENT), (Dense(inputs=7, outputs=6),), 0),
    "dense, maps, batch norm": (
        (LATENT,),
        (Dense(inputs=4, outputs=12), Reshape(channels=3, height=2, width=2), BatchNorm(features=3)),
        2,
    ),
    "transposed": (
        (LATENT,),
        (
            Reshape(channels=4, height=1, width=1),
            TransposedConvolution(inputs=4, outputs=3, kernel=5, stride=2, padding=1, output_padding=1),
            BatchNorm(features=3, affine=False),
        ),
        2,
    ),
    "convolution": ((LATENT,), (Convolution(inputs=4, outputs=3, kernel=3, padding=2, stride=2),), 0),
}


@pytest.mark.parametrize("case", FIRST)
def test_first_map_is_the_jacobian(case: str) -> None:
    inputs, layers, last = FIRST[case]
    architecture = Architecture(inputs=inputs, layers=(*layers, Activation(function="tanh")))
    tensors = {
        name: RANDOM.normal(size=shape) ** (2 if "var" in name else 1) for name, shape in architecture.tensors().items()
    }
    parameters = {name: torch.from_numpy(array) for name, array in tensors.items()}
    width = sum(one.width for one in inputs)

    def output(x: torch.Tensor) -> torch.Tensor:
        return next(found for index, found in outputs(layers, parameters, x[None]) if index == last).flatten()

    jacobian = torch.autograd.functional.jacobian(output, torch.randn(width, dtype=torch.float64)).numpy().T[-4:]
    matrix = first_map(architecture, tensors)
    assert matrix is not None
    np.testing.assert_allclose(matrix, jacobian, atol=1e-12)
    found = principal(architecture, tensors)
    assert found is not None
    np.testing.assert_allclose(found.vectors @ found.vectors.T, np.eye(4), atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(found.vectors @ matrix, axis=1), found.strengths, atol=1e-9)
    assert (np.diff(found.strengths) <= 0).all()
    assert (np.take_along_axis(found.vectors, np.abs(found.vectors).argmax(1)[:, None], 1) > 0).all()


def test_a_first_layer_that_is_not_linear_has_no_closed_form() -> None:
    layers = (Activation(function="tanh"), Dense(inputs=4, outputs=3))
    architecture = Architecture(inputs=(LATENT,), layers=layers)
    assert principal(architecture, {name: np.ones(shape) for name, shape in architecture.tensors().items()}) is None
    only_codes = Architecture(inputs=(Input(kind="code", size=4),), layers=layers[1:])
    assert principal(only_codes, {"0.weight": np.ones((3, 4)), "0.bias": np.ones(3)}) is None


def test_samples_find_what_the_closed_form_says() -> None:
    architecture = Architecture(inputs=(LATENT,), layers=(Dense(inputs=4, outputs=8, bias=False),))
    frame = np.linalg.qr(RANDOM.normal(size=(8, 4)))[0]
    weight = frame * [9.0, 5.0, 2.0, 1.0]
    exact = principal(architecture, {"0.weight": weight})
    assert exact is not None
    np.testing.assert_allclose(exact.vectors, np.eye(4), atol=1e-12)
    np.testing.assert_allclose(exact.strengths, [9.0, 5.0, 2.0, 1.0])
    latents = RANDOM.normal(size=(20_000, 4))
    found = from_samples(latents, latents @ weight.T, 4)
    np.testing.assert_allclose(found.vectors, exact.vectors, atol=0.04)
    np.testing.assert_allclose(found.strengths, exact.strengths, rtol=0.03)
    with pytest.raises(ValueError, match="5 directions"):
        from_samples(latents, latents, 5)


def test_random_directions() -> None:
    found = random_directions(3, 7, seed=5)
    np.testing.assert_allclose(found @ found.T, np.eye(3), atol=1e-12)
    assert np.array_equal(found, random_directions(3, 7, seed=5))
    assert not np.allclose(found, random_directions(3, 7, seed=6))
    # Uniform on the sphere: no coordinate has a favoured sign.
    many = np.array([random_directions(1, 3, seed)[0] for seed in range(400)])
    assert np.abs(many.mean(axis=0)).max() < 4 * math.sqrt(1 / 3 / 400)
    with pytest.raises(ValueError, match="1 to 7"):
        random_directions(8, 7, 0)


# ---- walks ----------------------------------------------------------------------------------------------


def test_ways_against_numbers_by_hand() -> None:
    np.testing.assert_allclose(linear([0, 2], [4, 0], [0, 0.25, 1, 2]), [[0, 2], [1, 1.5], [4, 0], [8, -2]])
    thirds = [[2, 0], [2 * math.cos(math.pi / 6), 1], [1, 2 * math.sin(math.pi / 3)], [0, 2]]
    np.testing.assert_allclose(spherical([2, 0], [0, 2], [0, 1 / 3, 2 / 3, 1]), thirds, atol=1e-12)
    a, b = RANDOM.normal(size=(2, 100))
    b *= np.linalg.norm(a) / np.linalg.norm(b)
    angle = math.acos(a @ b / (a @ a))
    white = [(math.sin((1 - t) * angle) * a + math.sin(t * angle) * b) / math.sin(angle) for t in (0.1, 0.5, 0.8)]
    np.testing.assert_allclose(spherical(a, b, [0.1, 0.5, 0.8]), white)
    np.testing.assert_allclose(spherical([1, 0], [0, 3], [0.5])[0], [math.sqrt(2), math.sqrt(2)])
    nearly_opposite = spherical([1, 0], [-3, 1e-5], [0.5])[0]
    assert np.linalg.norm(nearly_opposite) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("start", "end"),
    [([1.0, 2], [2.0, 4]), ([0.0, 0], [1.0, 1]), ([1.0, 1], [0.0, 0]), ([0.0, 0], [0.0, 0]), ([3.0, 1], [3.0, 1])],
)
def test_same_directions_and_zero_are_straight(start: list[float], end: list[float]) -> None:
    shares = np.linspace(0, 1, 5)
    np.testing.assert_allclose(spherical(start, end, shares), linear(start, end, shares), atol=1e-12)


def test_opposite_directions_go_round() -> None:
    way = spherical([1, 0, 0], [-3, 0, 0], np.linspace(0, 1, 5))
    np.testing.assert_allclose(np.linalg.norm(way, axis=1), [1, 1.5, 2, 2.5, 3])
    np.testing.assert_allclose(way[[0, -1]], [[1, 0, 0], [-3, 0, 0]], atol=1e-12)
    np.testing.assert_allclose(way[2], [0, 2, 0], atol=1e-12)
    np.testing.assert_allclose(spherical([2.0], [-2.0], [0.5]), [[0.0]])  # a line has no way round


vectors = st.lists(st.floats(-10, 10, allow_subnormal=False), min_size=3, max_size=3)


@given(start=vectors, end=vectors, share=st.floats(0, 1))
def test_a_way_begins_and_ends_where_it_should(start: list[float], end: list[float], share: float) -> None:
    found = spherical(start, end, [0.0, share, 1.0])
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found[0], start, atol=1e-6)
    np.testing.assert_allclose(found[2], end, atol=1e-6)
    assert np.linalg.norm(found[1]) <= max(np.linalg.norm(start), np.linalg.norm(end)) + 1e-6


def test_films() -> None:
    pins = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]
    opened = film(pins, 5, "linear")
    np.testing.assert_allclose(opened, [[0, 0], [0.5, 0], [1, 0], [1, 0.5], [1, 1]])
    loop = film(pins, 6, "linear", closed=True)
    np.testing.assert_allclose(loop, [[0, 0], [0.5, 0], [1, 0], [1, 0.5], [1, 1], [0.5, 0.5]])
    gauss = RANDOM.normal(size=(4, 50))
    smooth = film(gauss, 200, closed=True)
    steps = np.linalg.norm(np.diff(np.concatenate([smooth, smooth[:1]]), axis=0), axis=1)
    assert steps.max() < 1.6 * steps.min()  # the seam is like any other step
    for wrong in ([[1.0, 2.0]], [1.0, 2.0]):
        with pytest.raises(ValueError, match="at least two latents"):
            film(wrong, 5)
    with pytest.raises(ValueError, match="at least 2"):
        film(pins, 1)
    with pytest.raises(ValueError, match="same size"):
        linear([1.0], [1.0, 2.0], [0.5])


# ---- arithmetic -----------------------------------------------------------------------------------------


def test_arithmetic() -> None:
    a, b, c = [[1.0, 2], [3, 4], [5, 6]], [[1.0, 1], [1, 1], [1, 1]], [[0.0, 3], [0, 0], [0, 0]]
    np.testing.assert_allclose(analogy(a, b, c), [2, 4])
    np.testing.assert_allclose(turn_vector([[0.0, 1], [2, 1]], [[4.0, 1]]), [3, 0])
    np.testing.assert_allclose(moved([[1.0, 1], [0, 0]], [2.0, 4], [-0.5, 1]), [[[0, -1], [3, 5]], [[-1, -2], [2, 4]]])
    for wrong in ([], [1.0, 2.0]):
        with pytest.raises(ValueError, match="B: needs at least one latent"):
            analogy(a, wrong, c)
    with pytest.raises(ValueError, match="cannot be added"):
        analogy(a, b, [[1.0]])
    with pytest.raises(ValueError, match="cannot be compared"):
        turn_vector(a, [[1.0]])


def test_neighbours_are_near_and_all_different() -> None:
    latent = RANDOM.normal(size=500)
    found = neighbours(latent, seed=3)
    assert found.shape == (9, 500)
    assert np.array_equal(found[0], latent)
    offsets = found[1:] - latent
    assert np.abs(offsets).max() <= 0.25
    assert abs(offsets.std() - 0.25 / math.sqrt(3)) < 0.005
    assert np.array_equal(found, neighbours(latent, seed=3))
    assert len(np.unique(offsets[:, 0])) == 8


# ---- truncation -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("threshold", [0.05, 0.7, 2.0])
def test_truncated_normals_are_distributed_as_if_drawn_again(threshold: float) -> None:
    normal = np.random.default_rng(1).normal(size=4000)
    found = np.sort(truncated(normal, threshold, "normal"))
    drawn_again = np.random.default_rng(2).normal(size=400_000)
    wanted = np.sort(drawn_again[np.abs(drawn_again) <= threshold])
    positions = np.searchsorted(wanted, found) / len(wanted)
    distance = np.abs(positions - np.arange(4000) / 4000).max()  # Kolmogorov's
    assert distance < 1.95 * math.sqrt(1 / 4000 + 1 / len(wanted))
    assert np.abs(found).max() <= threshold


def test_truncation_is_smooth_and_in_order() -> None:
    normal = np.array([[-3.0, 0.0, 0.5, 40.0]])
    near, little_more = truncated(normal, 1.0, "normal"), truncated(normal, 1.001, "normal")
    assert np.abs(near - little_more).max() < 0.002
    assert (np.diff(near) > 0).all()
    assert near[0, 1] == pytest.approx(0.0, abs=1e-12)
    np.testing.assert_allclose(truncated(np.array([1.7, -0.3]), 6.0, "normal"), [1.7, -0.3], atol=1e-6)
    np.testing.assert_allclose(truncated(np.array([-1.0, 0.5]), 0.5, "uniform"), [-0.5, 0.25])


@pytest.mark.parametrize(("threshold", "distribution"), [(0.0, "normal"), (7.0, "normal"), (1.5, "uniform")])
def test_thresholds_that_make_no_sense(threshold: float, distribution: str) -> None:
    with pytest.raises(ValueError, match=f"truncation: {threshold:g} is not allowed"):
        truncated(np.zeros(3), threshold, distribution)  # type: ignore[arg-type]

"""Classes of samples: modes, arms, boxes, and sections of a curve."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ganstudio.data import DISTRIBUTIONS, Distribution
from ganstudio.data.boxes import Boxes
from ganstudio.data.curve import Curve
from ganstudio.data.mixture import GaussianMixture
from ganstudio.training import streams

DEFAULTS = [kind() for kind in DISTRIBUTIONS.values()]
OTHERS = [
    DISTRIBUTIONS["ring"](count=5, weights=(1, 0, 2, 3, 1)),
    DISTRIBUTIONS["spirals"](arms=3),
    DISTRIBUTIONS["spirals"](arms=1),
    DISTRIBUTIONS["checkerboard"](squares=3),
]
every = pytest.mark.parametrize("distribution", [*DEFAULTS, *OTHERS], ids=lambda kind: kind.name)


def drawn(distribution: Distribution, count: int = 4000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return uniform numbers, samples without noise where it is normal, and their classes."""
    rng = np.random.default_rng(5)
    uniform = rng.random((count, distribution.uniforms))
    return uniform, distribution.push(uniform, np.zeros((count, 2))), distribution.labels(uniform)


@every
def test_classes_are_counted_from_zero_and_all_there(distribution: Distribution) -> None:
    _, _, labels = drawn(distribution)
    assert labels.dtype == np.int64
    weights = getattr(distribution, "weights", ())
    there = [label for label in range(distribution.classes()) if not weights or weights[label] > 0]
    assert sorted(set(labels.tolist())) == there


@every
def test_numpy_and_torch_agree(distribution: Distribution) -> None:
    uniform, _, labels = drawn(distribution, 60)
    ours = distribution.labels(torch.from_numpy(uniform).unflatten(0, (3, 20)))
    assert (ours.dtype, tuple(ours.shape)) == (torch.int64, (3, 20))
    np.testing.assert_array_equal(ours.flatten().numpy(), labels)


@every
def test_the_largest_number_is_still_in_a_class(distribution: Distribution) -> None:
    largest = np.nextafter(np.float32(1), np.float32(0))
    uniform = np.full((1, distribution.uniforms), largest, dtype=np.float32)
    assert 0 <= distribution.labels(uniform)[0] < distribution.classes()


@every
def test_labelled_samples_are_the_same_samples(distribution: Distribution) -> None:
    plain = streams.samples(distribution, (2, 30), torch.Generator().manual_seed(4))
    labelled = streams.labelled_samples(distribution, (2, 30), torch.Generator().manual_seed(4))
    assert labelled.shape == (2, 30, 3)
    assert torch.equal(labelled[..., :2], plain)
    assert torch.equal(labelled[..., 2], labelled[..., 2].round())


@pytest.mark.parametrize("name", [name for name, kind in DISTRIBUTIONS.items() if issubclass(kind, GaussianMixture)])
def test_classes_of_a_mixture_are_its_modes(name: str) -> None:
    distribution = DISTRIBUTIONS[name]()
    modes = distribution.modes()
    assert modes is not None
    assert distribution.classes() == len(modes)
    rng = np.random.default_rng(5)
    uniform = rng.random((3000, 1))
    narrow = distribution.push(uniform, 0.01 * rng.standard_normal((3000, 2)))
    nearest = np.linalg.norm(narrow[:, None] - modes.centres, axis=-1).argmin(1)
    np.testing.assert_array_equal(distribution.labels(uniform), nearest)


def test_weights_decide_how_often_a_class_is_met() -> None:
    _, _, labels = drawn(OTHERS[0], 20_000)
    np.testing.assert_allclose(np.bincount(labels, minlength=5) / 20_000, np.array([1, 0, 2, 3, 1]) / 7, atol=0.01)


@pytest.mark.parametrize(
    "distribution", [kind for kind in [*DEFAULTS, *OTHERS] if isinstance(kind, Boxes)], ids=lambda kind: kind.name
)
def test_classes_of_boxes_are_the_boxes(distribution: Boxes) -> None:
    _, points, labels = drawn(distribution)
    corners, size = distribution.boxes()
    assert distribution.classes() == len(corners)
    inside = (points >= corners[labels] - 1e-9) & (points <= corners[labels] + size + 1e-9)
    assert inside.all()


@pytest.mark.parametrize(
    "distribution", [kind for kind in [*DEFAULTS, *OTHERS] if isinstance(kind, Curve)], ids=lambda kind: kind.name
)
def test_classes_of_curves_are_arms_or_eighths(distribution: Curve) -> None:
    uniform, points, labels = drawn(distribution)
    arms = distribution.arm_count()
    if arms == 1:
        assert distribution.classes() == 8
        np.testing.assert_array_equal(labels, np.floor(8 * uniform[:, 0]).astype(int))
    else:
        assert distribution.classes() == arms
        x, y = distribution.path(uniform[:, 0], labels.astype(float))
        np.testing.assert_allclose(points, np.stack([x, y], axis=1), atol=1e-12)

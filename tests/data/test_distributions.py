"""What holds for every distribution in the table, at its defaults and at unusual settings."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ganstudio.data import DISTRIBUTIONS, Distribution
from ganstudio.data.boxes import Boxes
from ganstudio.data.points import Points
from ganstudio.data.raster import Raster

DEFAULTS = [kind() for kind in DISTRIBUTIONS.values()]
UNUSUAL = [
    DISTRIBUTIONS["ring"](count=3, radius=1.0, standard_deviation=0.4, weights=(3, 0, 1), start_angle=90),
    DISTRIBUTIONS["grid25"](side=2, spacing=1.0, standard_deviation=0.3, weights=(1, 2, 3, 4)),
    DISTRIBUTIONS["two_gaussians"](weights=(0.9, 0.1)),
    DISTRIBUTIONS["spirals"](arms=3, turns=-0.5, thickness=0.2),
    DISTRIBUTIONS["swiss_roll"](noise=1.0),
    DISTRIBUTIONS["checkerboard"](squares=3, width=3.0),
    DISTRIBUTIONS["parallel_lines"](theta=0.05, thickness=0.1),
    DISTRIBUTIONS["own_gaussians"](centres=((0, 0), (3, 1)), deviations=((1, 0.5), (0.2, 0.2)), weights=(3, 1)),
    Points.of(np.random.default_rng(0).normal(size=(300, 2)) * (0.5, 0.1) + (-1, 0.5)),
    Raster.of(np.array([[9, 0, 1], [0, 0, 255], [0, 30, 200]], dtype=np.uint8), width=2.0),
]
LINES = DISTRIBUTIONS["parallel_lines"](theta=0.5, thickness=0.0)


def name_of(distribution: Distribution) -> str:
    return distribution.name


every = pytest.mark.parametrize("distribution", [*DEFAULTS, *UNUSUAL, LINES], ids=name_of)
# Boxes and cells have hard edges, which quadrature does not like; other files have exact numbers for them.
SMOOTH = [distribution for distribution in [*DEFAULTS, *UNUSUAL] if not isinstance(distribution, Boxes | Raster)]
every_smooth = pytest.mark.parametrize("distribution", SMOOTH, ids=name_of)
every_density = pytest.mark.parametrize("distribution", [*DEFAULTS, *UNUSUAL], ids=name_of)


def cells(distribution: Distribution, count: int) -> tuple[np.ndarray, np.ndarray]:
    left, right, bottom, top = distribution.window()
    return np.linspace(left, right, count + 1), np.linspace(bottom, top, count + 1)


def test_the_table_names_what_it_holds() -> None:
    assert [distribution.name for distribution in DEFAULTS] == list(DISTRIBUTIONS)
    assert len({distribution.title for distribution in DEFAULTS}) == len(DISTRIBUTIONS)


def test_every_setting_is_explained() -> None:
    for kind in DISTRIBUTIONS.values():
        for key, declared in kind.model_fields.items():
            if key != "name":
                assert declared.title, key
                assert len(declared.title.split()) <= 3, key
                assert len(declared.description or "") > 20, key


def test_neither_data_nor_metrics_import_torch_or_qt() -> None:
    program = (
        "import sys, numpy, ganstudio.metrics as m; from ganstudio.data import DISTRIBUTIONS as d\n"
        "ring = d['ring'](); m.measure(ring.sample(50, numpy.random.default_rng(0)), ring)\n"
        "print([name for name in ('torch', 'PySide6', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@every
def test_window_is_square_and_holds_nearly_all_samples(distribution: Distribution) -> None:
    left, right, bottom, top = distribution.window()
    assert right - left == pytest.approx(top - bottom)
    x, y = distribution.sample(20_000, np.random.default_rng(1)).T
    inside = (left < x) & (x < right) & (bottom < y) & (y < top)
    assert inside.mean() > 0.999
    # Room, but not too much of it: the larger side of the data takes half of the window at least.
    assert max(np.ptp(x), np.ptp(y)) > 0.5 * (right - left)


@every_density
def test_density_integrates_to_one(distribution: Distribution) -> None:
    smooth = distribution in SMOOTH
    count = 160 if smooth else 600  # the midpoint rule is off by some cells at hard edges
    x, y = cells(distribution, count)
    middles = np.stack(np.meshgrid((x[1:] + x[:-1]) / 2, (y[1:] + y[:-1]) / 2), axis=-1)
    density = distribution.density(middles)
    assert density is not None
    assert density.shape == (count, count)
    assert density.min() >= 0.0
    assert density.sum() * (x[1] - x[0]) * (y[1] - y[0]) == pytest.approx(1.0, abs=1e-4 if smooth else 0.02)


@every_smooth
def test_cell_masses_are_the_integral_of_the_density(distribution: Distribution) -> None:
    # A few narrow cells about a sample, each by Gauss-Legendre quadrature.
    centre = distribution.sample(1, np.random.default_rng(4))[0]
    offsets = np.array([-0.15, -0.05, 0.02, 0.15])
    nodes, weights = np.polynomial.legendre.leggauss(20)
    places = (offsets[:-1, None] + np.diff(offsets)[:, None] * (nodes + 1) / 2).ravel()
    shares = (np.diff(offsets)[:, None] * weights / 2).ravel()
    density = distribution.density(centre + np.stack(np.meshgrid(places, places), axis=-1))
    assert density is not None
    expected = (density * np.outer(shares, shares)).reshape(3, 20, 3, 20).sum(axis=(1, 3))
    masses = distribution.cell_masses(centre[0] + offsets, centre[1] + offsets)
    np.testing.assert_allclose(masses, expected, rtol=1e-6, atol=1e-9)
    assert expected.sum() > 0.001


@every
def test_samples_fall_into_cells_as_often_as_the_masses_say(distribution: Distribution) -> None:
    x, y = cells(distribution, 12)
    masses = distribution.cell_masses(x, y)
    assert masses is not None
    count = 40_000
    samples = distribution.sample(count, np.random.default_rng(7))
    seen, _, _ = np.histogram2d(samples[:, 1], samples[:, 0], bins=(y, x))
    assert masses.sum() == pytest.approx(1.0, abs=1e-3)
    assert not seen[masses < 1e-9].any()
    # Pearson's chi-square: its mean is the degrees of freedom, its variance twice that.
    often = masses * count > 5.0
    chi_square = (np.square(seen - masses * count) / np.maximum(masses * count, 1e-300))[often].sum()
    freedom = max(1, int(often.sum()) - 1)
    assert abs(chi_square - freedom) < 5.0 * np.sqrt(2.0 * freedom)


@every
@pytest.mark.parametrize("axes", [(), (3,), (2, 3)])
def test_numpy_and_torch_agree_whatever_the_leading_axes(distribution: Distribution, axes: tuple[int, ...]) -> None:
    rng = np.random.default_rng(3)
    uniform, normal = rng.random((*axes, 40, distribution.uniforms)), rng.standard_normal((*axes, 40, 2))
    expected = distribution.push(uniform, normal)
    assert expected.shape == (*axes, 40, 2)
    pushed = distribution.push(torch.from_numpy(uniform), torch.from_numpy(normal))
    assert pushed.dtype == torch.float64
    np.testing.assert_allclose(pushed.numpy(), expected, atol=1e-12)
    # Every run is what it would be alone.
    alone = distribution.push(uniform.reshape(-1, 40, distribution.uniforms)[-1], normal.reshape(-1, 40, 2)[-1])
    np.testing.assert_array_equal(expected.reshape(-1, 40, 2)[-1], alone)


@every
def test_float32_stays_float32(distribution: Distribution) -> None:
    uniform, normal = torch.rand(2, 50, distribution.uniforms), torch.randn(2, 50, 2)
    pushed = distribution.push(uniform, normal)
    assert pushed.dtype == torch.float32
    assert distribution.push(uniform.numpy(), normal.numpy()).dtype == np.float32
    np.testing.assert_allclose(pushed.numpy(), distribution.push(uniform.double(), normal.double()).numpy(), atol=1e-4)


@every
def test_the_largest_and_the_smallest_uniform_number_are_fine(distribution: Distribution) -> None:
    largest = np.nextafter(np.float32(1), np.float32(0))
    uniform = np.full((2, distribution.uniforms), largest, dtype=np.float32)
    uniform[1] = 0.0
    left, right, bottom, top = distribution.window()
    for x, y in distribution.push(uniform, np.zeros((2, 2), dtype=np.float32)):
        assert left < x < right
        assert bottom < y < top


@given(st.sampled_from(DEFAULTS), st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_the_same_seed_draws_the_same_samples(distribution: Distribution, seed: int) -> None:
    first, second = (distribution.sample(20, np.random.default_rng(seed)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert np.isfinite(first).all()
    assert len(np.unique(first, axis=0)) == 20

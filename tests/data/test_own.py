"""Data of one's own: Gaussians by hand, points of a file, drawings; what they refuse and how they are written."""

from __future__ import annotations

import base64
import tomllib
import zlib

import numpy as np
import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ganstudio.data.own_gaussians import OwnGaussians
from ganstudio.data.packed import pack, unpack
from ganstudio.data.points import Points, likeliest_width
from ganstudio.data.raster import Raster
from ganstudio.experiment import Experiment
from ganstudio.settings import Settings, SettingsError

RNG = np.random.default_rng(6)
BOMB = (base64.b64encode(zlib.compress(bytes(10**8), 9)).decode(),)


def written_and_read(data: Settings) -> Settings:
    """Return what a file makes of data."""
    text = tomli_w.dumps(Experiment().changed(data=data).plain())
    assert max(map(len, text.splitlines())) < 200  # mail programs break longer lines
    return Experiment.read(tomllib.loads(text)).data


# ---- packed bytes ------------------------------------------------------------------------------------


@given(st.binary(max_size=400))
def test_packed_bytes_come_back(data: bytes) -> None:
    assert unpack(pack(data), 400) == data


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("*",), "is damaged; it is base64"),
        (("\u00e4",), "is damaged; it is base64"),
        (("QUJD",), "is damaged; it is zlib-compressed"),
        ((), "is cut off"),
        (pack(bytes(range(90)))[:1], "is cut off"),
        ((base64.b64encode(zlib.compress(b"abc")[:-4]).decode(),), "is cut off"),
        ((base64.b64encode(zlib.compress(b"abc") + b"more").decode(),), "something behind its end"),
        ((base64.b64encode(zlib.compress(bytes(101))).decode(),), "holds too much; at most 100 bytes"),
        (("A" * 2000,), "is too long; at most 1,224 characters"),
    ],
)
def test_damaged_text_is_refused(lines: tuple[str, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        unpack(lines, 100)


def test_what_blows_up_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    machine = zlib.decompressobj

    class Watched:
        def __init__(self) -> None:
            self._machine = machine()

        def decompress(self, data: bytes, most: int) -> bytes:
            result = self._machine.decompress(data, most)
            sizes.append(len(result))
            return result

    monkeypatch.setattr(zlib, "decompressobj", Watched)
    small = (base64.b64encode(zlib.compress(bytes(10**6), 9)).decode(),)
    with pytest.raises(ValueError, match="holds too much"):
        unpack(small, 4000)
    assert sizes == [4001]
    with pytest.raises(ValueError, match="too long"):
        unpack(BOMB, 4000)


# ---- drawings ----------------------------------------------------------------------------------------

GRIDS = arrays.arrays(np.uint8, st.integers(2, 12).map(lambda side: (side, side))).filter(np.any)


@given(GRIDS, st.floats(0.5, 50.0))
@settings(max_examples=25, deadline=None)
def test_drawings_come_back_from_a_file(grid: np.ndarray, width: float) -> None:
    data = Raster.of(grid, width, "a b.png")
    again = written_and_read(data)
    assert again == data
    np.testing.assert_array_equal(again.grid(), grid)


@given(GRIDS)
@settings(max_examples=25, deadline=None)
def test_a_drawing_s_cells_have_their_shares(grid: np.ndarray) -> None:
    data, side = Raster.of(grid, 4.0), len(grid)
    edges = np.linspace(-2.0, 2.0, side + 1)
    shares = grid / grid.sum(dtype=float)
    np.testing.assert_allclose(data.cell_masses(edges, edges), shares, atol=1e-12)
    middles = (edges[1:] + edges[:-1]) / 2
    x, y = np.meshgrid(middles, middles)
    np.testing.assert_allclose(data.density(np.stack([x, y], axis=-1)), shares / (4.0 / side) ** 2)
    samples = data.sample(500, np.random.default_rng(0))
    assert (data.density(samples) > 0.0).all()


def test_a_drawing_is_uniform_within_its_cells() -> None:
    data = Raster.of(np.array([[0, 0], [0, 7]], dtype=np.uint8), 2.0)
    x, y = data.sample(20_000, np.random.default_rng(1)).T
    for values in (x, y):
        assert 0.0 <= values.min() < 0.01
        assert 0.99 < values.max() <= 1.0
        np.testing.assert_allclose(np.histogram(values, 10, (0, 1))[0] / 20_000, 0.1, atol=0.01)
    assert data.density([[0.5, 0.5], [-0.5, 0.5], [1.5, 0.5], [np.nan, 0.5], [np.inf, 0]]).tolist() == [1, 0, 0, 0, 0]
    assert float(data.density([0.5, 0.5])) == 1.0
    # Half of the only cell, and a cell that reaches far beyond it.
    np.testing.assert_allclose(
        data.cell_masses(np.array([-9, 0.5, 9.0]), np.array([0.0, 0.25, 1.0])), [[1 / 8] * 2, [3 / 8] * 2]
    )


def test_empty_cells_are_never_met() -> None:
    grid = np.zeros((5, 5), dtype=np.uint8)
    grid[1, 2] = grid[3, 3] = 1
    data = Raster.of(grid, 5.0)
    largest = np.nextafter(np.float32(1), np.float32(0))
    uniform = np.array([[0, 0.5, 0.5], [np.float32(0.5), 0.5, 0.5], [largest, 0.5, 0.5]], dtype=np.float32)
    np.testing.assert_array_equal(data.push(uniform, None), [[0, -1], [1, 1], [1, 1]])


def test_a_drawing_of_one_shade_is_uniform() -> None:
    data = Raster.of(np.full((128, 128), 255, dtype=np.uint8), 6.0)
    assert float(data.density([2.9, -2.9])) == pytest.approx(1 / 36)
    assert data.window() == pytest.approx((-3.9, 3.9, -3.9, 3.9))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"cells": pack(bytes(9))}, "cells: 9 bytes; 64 x 64 cells need 4,096"),
        ({"side": 3, "cells": pack(bytes(9))}, "cells: all weights are 0; at least one has to be above 0"),
        ({"side": 2, "cells": BOMB}, "cells: is too long; at most 1,032 characters"),
        ({"side": 3, "cells": ("hello",)}, "cells: is damaged"),
        ({"side": 129}, "side: 129 is not allowed"),
        ({"cells": "text"}, "cells: 'text' is not allowed"),
        ({"width": 0.0}, "width: 0.0 is not allowed"),
        ({"source": "x" * 81}, "source: is not allowed; it is a file's name of at most 80"),
        ({"source": "a\nb"}, "source: is not allowed"),
    ],
)
def test_wrong_drawings_are_named(values: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError) as error:
        Experiment.read({"data": {"name": "raster", **values}})
    assert str(error.value).startswith(f"data.{said}")


# ---- points ------------------------------------------------------------------------------------------


@given(
    arrays.arrays(float, st.integers(2, 60).map(lambda n: (n, 2)), elements=st.floats(-2, 2)),
    st.floats(1e-9, 1e9),
)
@settings(max_examples=25, deadline=None)
def test_points_come_back_from_a_file(points: np.ndarray, scale: float) -> None:
    data = Points.of(points, source="moons.csv", total=5000, centre=(1e6, -3.0), scale=scale)
    again = written_and_read(data)
    assert again == data
    # Order is lost, and what a sixteenth bit cannot hold.
    np.testing.assert_allclose(np.sort(again.points(), axis=0), np.sort(points, axis=0), atol=7e-5)
    scaled = "" if scale == 1.0 else f", scaled by {scale:.4g}"
    assert again.summary == f"{len(points):,} of 5,000 points of moons.csv{scaled}"


def test_points_are_smoothed_and_their_density_is_that_of_the_kernels() -> None:
    data = Points.of(np.array([[-1.0, 0.0], [1.0, 0.5]])).changed(smoothing=0.2)
    at = np.array([[0.9, 0.4], [-1.0, 0.1]])
    squares = np.square(at[:, None] - [[-1, 0], [1, 0.5]]).sum(-1)
    expected = (np.exp(-squares / 0.08) / (2 * np.pi * 0.04)).mean(axis=1)
    np.testing.assert_allclose(data.density(at), expected, rtol=1e-3)
    assert data.modes() is None
    left = data.sample(4000, np.random.default_rng(0))
    left = left[left[:, 0] < 0]
    np.testing.assert_allclose(left.std(axis=0), 0.2, rtol=0.05)
    np.testing.assert_allclose(left.mean(axis=0), (-1, 0), atol=0.02)


def test_the_width_is_right_for_one_gaussian_and_does_not_wash_a_curve_out() -> None:
    normal = RNG.standard_normal((1500, 2)) * 0.6
    silverman = 0.6 * 1500 ** (-1 / 6)
    assert likeliest_width(normal) == pytest.approx(silverman, rel=0.45)
    angle = RNG.uniform(0, 2 * np.pi, 800)
    circle = 1.9 * np.stack([np.cos(angle), np.sin(angle)], axis=1) + 0.05 * RNG.standard_normal((800, 2))
    assert 0.03 < likeliest_width(circle) < 0.12
    # Rounded coordinates, each many times: the width bridges the gaps in place of shrinking to nothing.
    lattice = np.stack(np.meshgrid(np.arange(12), np.arange(12)), axis=-1).reshape(-1, 2) / 5.0
    assert 0.05 < likeliest_width(np.repeat(lattice, 4, axis=0)) < 0.4
    assert likeliest_width(np.zeros((5, 2))) == 0.005


def test_the_width_is_the_best_of_those_tried() -> None:
    points = RNG.standard_normal((60, 2)) * (0.5, 0.1)
    chosen = likeliest_width(points)

    def left_out(width: float) -> float:
        squares = np.square(points[:, None] - points).sum(-1)
        density = np.exp(-squares / (2 * width**2)) / (2 * np.pi * width**2)
        np.fill_diagonal(density, 0.0)
        return float(np.log(density.sum(1) / 59).mean())

    assert left_out(chosen) > max(left_out(chosen * 1.5), left_out(chosen / 1.5))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"coordinates": pack(bytes(12))}, "coordinates: 12 bytes; 100 points need 400"),
        ({"count": 4001}, "count: 4001 is not allowed"),
        ({"count": 1}, "count: 1 is not allowed"),
        ({"count": 3, "coordinates": BOMB}, "coordinates: is too long"),
        ({"coordinates": ["?"]}, "coordinates: is damaged"),
        ({"smoothing": 0.0}, "smoothing: 0.0 is not allowed"),
        ({"scale": 0.0}, "scale: 0.0 is not allowed"),
        ({"centre": [1.0]}, "centre.1: "),
    ],
)
def test_wrong_points_are_named(values: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError) as error:
        Experiment.read({"data": {"name": "points", **values}})
    assert str(error.value).startswith(f"data.{said}")


# ---- Gaussians ---------------------------------------------------------------------------------------

PLACES = st.floats(-100, 100, allow_subnormal=False)


@given(
    st.lists(
        st.tuples(PLACES, PLACES, st.floats(0.001, 10), st.floats(0.001, 10), st.floats(0.5, 9)),
        min_size=1,
        max_size=64,
    )
)
@settings(max_examples=25, deadline=None)
def test_own_gaussians_come_back_from_a_file(rows: list[tuple[float, ...]]) -> None:
    data = OwnGaussians(
        centres=tuple((x, y) for x, y, *_ in rows),
        deviations=tuple((a, b) for _, _, a, b, _ in rows),
        weights=tuple(weight for *_, weight in rows),
    )
    assert written_and_read(data) == data
    modes = data.modes()
    assert data.classes() == len(modes) == len(rows)
    np.testing.assert_array_equal(modes.centres, [row[:2] for row in rows])
    np.testing.assert_array_equal(modes.deviations, [row[2:4] for row in rows])
    np.testing.assert_allclose(modes.weights, np.array([row[4] for row in rows]) / sum(row[4] for row in rows))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"centres": []}, "centres: 0 Gaussians; 1 to 64 are allowed"),
        ({"centres": [[0, 0]] * 65}, "centres: 65 Gaussians; 1 to 64 are allowed"),
        ({"centres": [[0, 0]]}, "deviations: 3 pairs for 1 Gaussians; give a pair for each"),
        ({"centres": [[0, 0], [0, 101], [0, 0]]}, "centres.1.1: 101 is not allowed"),
        ({"centres": [[0, 0], [0], [0, 0]]}, "centres.1.1: "),
        ({"centres": [[0, "0"]]}, "centres.0.1: '0' is not allowed; input should be a valid number"),
        ({"centres": [[[0], 0]]}, "centres.0.0: [0] is not allowed"),
        ({"deviations": [[1, 1], [1, 0], [1, 1]]}, "deviations.1.1: 0 is not allowed"),
        ({"weights": [1, 2]}, "weights: 2 numbers for 3 modes"),
    ],
)
def test_wrong_gaussians_are_named(values: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError) as error:
        Experiment.read({"data": {"name": "own_gaussians", **values}})
    assert str(error.value).startswith(f"data.{said}")

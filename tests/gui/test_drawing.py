"""Drawings without a window: strokes, Gaussians, and the data that they become."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ganstudio.data import DISTRIBUTIONS
from ganstudio.data.own_gaussians import OwnGaussians
from ganstudio.data.raster import Raster
from ganstudio.gui.own_data.drawing import MASS, Drawing, Gaussian, Stroke
from ganstudio.settings import SettingsError


def painted(*places: tuple[float, float], radius: float = 0.3, on: Drawing | None = None, **more: object) -> Drawing:
    stroke = Stroke(on or Drawing.blank(), radius, float(more.get("strength", 1.0)), erases=bool(more.get("erases")))
    for start, end in zip(places, places[1:] or places, strict=False):
        stroke.extend(start, end)
    return stroke.drawing()


def area(drawing: Drawing) -> float:
    """Return square units of full ink."""
    return float(drawing.ink.sum()) * (drawing.width / len(drawing.ink)) ** 2


def test_a_stroke_is_as_long_and_wide_as_it_was_drawn() -> None:
    line = painted((-2.0, 0.3), (2.0, 0.3), radius=0.4)
    # Across, the ink is full for half of the radius and fades out over the rest: 0.75 of its width.
    assert area(line) == pytest.approx(4.0 * 2 * 0.75 * 0.4, rel=0.15)
    row, column = np.nonzero(line.ink)
    cell = line.width / len(line.ink)
    assert (row.max() - row.min() + 1) * cell == pytest.approx(0.8, abs=2 * cell)
    assert (column.max() - column.min() + 1) * cell == pytest.approx(4.8, abs=2 * cell)
    assert line.ink.max() == 1.0


def test_a_quick_mouse_leaves_the_same_line_as_a_slow_one() -> None:
    slow = painted(*[(x, 0.5 * x) for x in np.linspace(-2, 2, 50)])
    np.testing.assert_allclose(painted((-2, -1), (2, 1)).ink, slow.ink, atol=1e-5)


def test_a_stroke_does_not_darken_itself_but_another_one_does() -> None:
    there_and_back = painted((-1, 0), (1, 0), (-1, 0), strength=0.4)
    assert there_and_back.ink.max() == pytest.approx(0.4)
    twice = painted((-1, 0), (1, 0), on=there_and_back, strength=0.4)
    assert twice.ink.max() == pytest.approx(0.8)
    often = painted((-1, 0), (1, 0), on=twice, strength=0.9)
    assert often.ink.max() == 1.0


def test_erasing_takes_ink_away_where_the_eraser_was() -> None:
    line = painted((-2, 0), (2, 0))
    half = painted((0, 0), (2.4, 0), on=line, radius=0.7, erases=True)
    middle = len(line.ink) // 2
    assert half.ink[middle, middle + 10 :].max() == 0.0
    assert (half.ink[:, : middle - 15] == line.ink[:, : middle - 15]).all()
    faint = painted((-2, 0), (2, 0), on=line, radius=0.7, erases=True, strength=0.5)
    assert faint.ink.max() == pytest.approx(0.5)


def test_the_thinnest_brush_has_no_gaps_and_the_outside_is_no_error() -> None:
    thin = painted((-2, -1.9), (2, 1.7), radius=0.001)
    assert (thin.ink.max(axis=0)[20:76] > 0.05).all()
    assert not painted((-9, 9), (9, 9)).ink.any()
    assert painted((-9, 0), (9, 0)).ink[:, 0].any()


def test_a_drawing_s_states_are_apart() -> None:
    blank = Drawing.blank()
    stroke = Stroke(blank, 0.3, 1.0, erases=False)
    stroke.extend((0, 0), (1, 0))
    first = stroke.drawing()
    stroke.extend((0, 0), (0, 1))
    assert not blank.ink.any()
    assert area(first) < area(stroke.drawing())
    with pytest.raises(ValueError, match="read-only"):
        first.ink[0, 0] = 1.0


@pytest.mark.parametrize("name", [name for name, kind in DISTRIBUTIONS.items() if kind().modes() is not None])
def test_a_mixture_is_taken_over_as_its_gaussians(name: str) -> None:
    kind = DISTRIBUTIONS[name]
    data = kind(weights=tuple(range(kind().classes())))
    drawing = Drawing.of(data)
    assert not drawing.ink.any()
    again = drawing.distribution()
    assert isinstance(again, OwnGaussians)
    for ours, theirs in zip(vars(again.modes()).values(), vars(data.modes()).values(), strict=True):
        np.testing.assert_allclose(ours, theirs)
    left, right, bottom, top = drawing.window()
    assert left <= data.window()[0] / 1.3
    assert (right, top) == (-left, -bottom)


def test_equal_weights_stay_unsaid() -> None:
    assert Drawing.of(DISTRIBUTIONS["ring"]()).distribution().weights == ()  # type: ignore[attr-defined]


def test_a_raster_comes_back_as_it_was() -> None:
    data = Raster()
    again = Drawing.of(data).distribution()
    assert isinstance(again, Raster)
    np.testing.assert_array_equal(again.grid(), data.grid())
    assert again.width == data.width


@pytest.mark.parametrize("name", ["swiss_roll", "checkerboard", "points"])
def test_anything_else_is_taken_over_as_cells(name: str) -> None:
    data = DISTRIBUTIONS[name]()
    drawing = Drawing.of(data)
    edges = np.linspace(-3, 3, 25)
    ours, theirs = (each.cell_masses(edges, edges) for each in (drawing.distribution(), data))
    np.testing.assert_allclose(ours, theirs, atol=0.003)


def test_a_wide_distribution_gets_a_wide_sheet() -> None:
    assert Drawing.blank(DISTRIBUTIONS["ring"]()).width == 6.0
    wide = DISTRIBUTIONS["ring"](radius=5.0)
    assert Drawing.blank(wide).width == 12.0


def test_ink_and_gaussians_add_up_by_their_mass() -> None:
    block = Drawing.blank()
    ink = np.zeros_like(block.ink)
    ink[:16, :16] = 1.0  # one square unit, lower left
    drawing = Drawing(ink, 6.0, (Gaussian((1.5, 1.5), (0.2, 0.3), 2.5), Gaussian((1.5, -1.5), (0.1, 0.1), 0.0)))
    data = drawing.distribution()
    assert isinstance(data, Raster)
    share = data.cell_masses(np.array([0.0, 3.0]), np.array([0.0, 3.0])).item()
    assert share == pytest.approx(2.5 * MASS / (1 + 2.5 * MASS), rel=0.03)
    shade = drawing.shade()
    assert shade.max() == 1.0
    row, column, cell = 80, 74, 6.0 / len(shade)
    away = [((index + 0.5) * cell - 4.5) / wide for index, wide in ((column, 0.2), (row, 0.3))]
    peak = 2.5 * MASS / (2 * math.pi * 0.2 * 0.3)
    assert shade[row, column] == pytest.approx(peak * math.exp(-0.5 * np.square(away).sum()), rel=1e-3)
    assert 0.1 < shade[row, column] < 0.9


def test_what_is_empty_is_no_data() -> None:
    blank = Drawing.blank()
    assert blank.empty
    with pytest.raises(SettingsError, match="centres: 0 Gaussians"):
        blank.distribution()
    assert Drawing(blank.ink, 6.0, (Gaussian((0, 0), (1, 1), 0.0),)).empty

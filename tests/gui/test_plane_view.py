"""The plane, pressed and looked at."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from ganstudio.gui import theme
from ganstudio.gui.plane import PlaneView
from ganstudio.gui.plane.field import FieldScale, interpolate
from ganstudio.gui.plane.plane_view import outside_text
from ganstudio.objectives import OBJECTIVES
from ganstudio.objectives.least_squares import LeastSquares

# What Qt's offscreen platform says of every window that has a least size.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

WINDOW = (-3.0, 3.0, -3.0, 3.0)
PROBABILITY, VALUE, SCORE, MARGIN = (
    OBJECTIVES[name]().field_meaning for name in ("non_saturating", "least_squares", "wasserstein", "hinge")
)
RAMP = np.tile(np.linspace(-4, 4, 64), (64, 1))


@pytest.fixture
def plane(qtbot):
    theme.current().set_mode("dark")
    view = PlaneView()
    qtbot.addWidget(view)
    view.resize(520, 440)
    view.set_window(WINDOW)
    view.show()
    QApplication.processEvents()
    return view


def colour_at(view, x, y):
    """Return the colour of the plane at a point of the window."""
    image = view.grab().toImage()
    square = view.plot_rect()
    left, right, bottom, top = view.visible_window()
    px = square.left() + (x - left) / (right - left) * square.width()
    py = square.bottom() - (y - bottom) / (top - bottom) * square.height()
    return QColor(image.pixel(round(px), round(py)))


def middle_of(view, x=0.0, y=0.0):
    square = view.plot_rect()
    left, right, bottom, top = view.visible_window()
    return QPoint(
        round(square.left() + (x - left) / (right - left) * square.width()),
        round(square.bottom() - (y - bottom) / (top - bottom) * square.height()),
    )


@pytest.mark.parametrize("size", [(520, 440), (300, 700), (1200, 400), (200, 160)])
def test_the_plot_is_square_and_shows_the_window(plane, size):
    plane.resize(*size)
    QApplication.processEvents()
    square = plane.plot_rect()
    assert square.width() == square.height()
    assert plane.rect().contains(square)
    assert plane.visible_window() == pytest.approx(WINDOW, abs=0.02)


def test_the_field_fills_the_plot(plane):
    plane.show_field(np.full((64, 64), 20.0), WINDOW, PROBABILITY)
    wanted = QColor(theme.current().palette.field_real)
    for x in (-2.95, 0.0, 2.95):
        for y in (-2.95, 0.0, 2.95):
            found = colour_at(plane, x, y)
            assert abs(found.red() - wanted.red()) < 8, (x, y)
            assert abs(found.green() - wanted.green()) < 8, (x, y)


def test_first_row_is_at_the_bottom_and_first_column_at_the_left(plane):
    corner = np.full((32, 32), -20.0)
    corner[:16, :16] = 20.0
    plane.show_field(corner, WINDOW, PROBABILITY)
    palette = theme.current().palette
    assert colour_at(plane, -2, -2).green() == pytest.approx(QColor(palette.field_real).green(), abs=8)
    for x, y in ((2, -2), (-2, 2), (2, 2)):
        assert colour_at(plane, x, y).red() == pytest.approx(QColor(palette.field_generated).red(), abs=8)


def test_points_are_drawn_where_they_are(plane):
    plane.show_real(np.array([[1.0, -2.0]]))
    plane.show_generated(np.array([[-1.0, 2.0]]))
    palette = theme.current().palette
    assert colour_at(plane, 1, -2).green() == pytest.approx(QColor(palette.real).green(), abs=40)
    assert colour_at(plane, -1, 2).red() == pytest.approx(QColor(palette.generated).red(), abs=40)
    assert colour_at(plane, 1, 2).name() == colour_at(plane, -2, -2).name()


def test_layers_can_be_switched(plane):
    plane.show_generated(np.array([[0.0, 0.0]]))
    bright = colour_at(plane, 0, 0)
    plane.set_layer("generated", False)
    assert not plane.layer("generated")
    assert colour_at(plane, 0, 0).name() != bright.name()
    plane.show_field(np.full((8, 8), 20.0), WINDOW, PROBABILITY)
    filled = colour_at(plane, 1, 1)
    plane.set_layer("field", False)
    assert colour_at(plane, 1, 1).name() != filled.name()
    plane.set_layer("field", True)
    assert colour_at(plane, 1, 1).name() == filled.name()
    with pytest.raises(KeyError):
        plane.set_layer("nothing", True)


@pytest.mark.parametrize("meaning", [PROBABILITY, VALUE, SCORE, MARGIN])
def test_what_is_not_finite_is_drawn_around(plane, meaning):
    rng = np.random.default_rng(0)
    for bad in (np.nan, np.inf, -np.inf):
        values = rng.normal(size=(32, 32))
        values[3:9, 4] = bad
        plane.show_field(values, WINDOW, meaning)
        plane.show_generated(np.array([[bad, 0.0], [0.0, bad], [1.0, 1.0], [1e30, -1e30]]))
        plane.grab()
        plane.show_field(np.full((32, 32), bad), WINDOW, meaning)
        plane.grab()
    plane.show_field(np.zeros((32, 32)), WINDOW, meaning)
    plane.show_field(np.full((32, 32), 1e300), WINDOW, meaning)
    plane.grab()


def test_zoom_stays_until_double_click(qtbot, plane):
    plane.zoom(2.0)
    zoomed = plane.visible_window()
    assert zoomed == pytest.approx((-1.5, 1.5, -1.5, 1.5), abs=0.02)
    plane.show_field(RAMP, WINDOW, SCORE)
    plane.show_generated(np.zeros((5, 2)))
    plane.set_window((-4.0, 4.0, -4.0, 4.0))
    assert plane.visible_window() == pytest.approx(zoomed)
    qtbot.mouseDClick(plane._view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    assert plane.visible_window() == pytest.approx((-4.0, 4.0, -4.0, 4.0), abs=0.03)


@pytest.mark.parametrize(
    ("window", "stays"),
    [
        ((-4.0, 4.0, -4.0, 4.0), True),
        ((0.5, 6.0, 0.5, 6.0), True),
        ((5.0, 9.0, -2.0, 2.0), False),
        ((-2.0, 2.0, 5.0, 9.0), False),
        ((-0.1, 0.1, -0.1, 0.1), False),
        ((-16.0, 16.0, -16.0, 16.0), False),
    ],
)
def test_a_moved_view_stays_only_while_it_has_to_do_with_the_window(plane, window, stays):
    plane.zoom(2.0)
    seen = plane.visible_window()
    plane.set_window(window)
    side = window[1] - window[0]
    assert plane.visible_window() == pytest.approx(seen if stays else window, abs=0.01 * side)


@pytest.mark.parametrize(("size", "diameter"), [((1000, 900), 5.0), ((500, 460), 5.0), ((310, 251), 3.5)])
def test_points_are_smaller_on_a_small_plane(plane, size, diameter):
    plane.resize(*size)
    QApplication.processEvents()
    assert plane._real._diameter == plane._generated._diameter == pytest.approx(diameter, abs=0.15)


def test_home_key(qtbot, plane):
    qtbot.keyClick(plane, Qt.Key.Key_Plus)
    assert plane.visible_window()[1] < 2.9
    qtbot.keyClick(plane, Qt.Key.Key_Home)
    assert plane.visible_window() == pytest.approx(WINDOW, abs=0.02)


def test_a_zoomed_view_survives_a_resize(plane):
    plane.zoom(2.0)
    plane.resize(700, 640)
    QApplication.processEvents()
    assert plane.visible_window() == pytest.approx((-1.5, 1.5, -1.5, 1.5), abs=0.1)


def test_hover_says_where_and_what(qtbot, plane):
    plane.show_field(RAMP, WINDOW, PROBABILITY)
    position = middle_of(plane, 1.5, 0.0) - plane._view.pos()
    qtbot.mouseMove(plane._view.viewport(), position - QPoint(5, 5))
    qtbot.mouseMove(plane._view.viewport(), position)
    qtbot.waitUntil(plane._readout.isVisible)
    plane._on_pointed(QPointF(1.5, 0.0))
    assert plane._readout.text().startswith("x +1.500   y +0.000")
    assert "T 2" in plane._readout.text()
    assert "0.880" in plane._readout.text()
    QApplication.sendEvent(plane._view, QEvent(QEvent.Type.Leave))
    assert not plane._readout.isVisible()


def test_clear_keeps_the_real_samples(plane):
    plane.show_real(np.array([[1.0, 1.0]]))
    plane.show_generated(np.array([[-1.0, -1.0]]))
    plane.show_field(RAMP, WINDOW, SCORE)
    plane.clear()
    empty = colour_at(plane, -2.0, 2.0).name()
    assert colour_at(plane, -1.0, -1.0).name() == empty
    assert colour_at(plane, 1.0, 1.0).name() != empty


def test_probability_does_not_overflow():
    shown = FieldScale().show(np.array([[-1e30, 0.0], [0.0, 1e30]]), PROBABILITY)
    assert shown.values.tolist() == [[0.0, 0.5], [0.5, 1.0]]
    assert [text for _, text in shown.ticks()] == ["0", "0.5", "1"]


def test_scores_lose_their_constant():
    first, second = FieldScale().show(RAMP, SCORE), FieldScale().show(RAMP + 1000.0, SCORE)
    assert first.values == pytest.approx(second.values)
    assert first.reach == pytest.approx(second.reach)


def test_the_range_follows_slowly_and_starts_anew():
    scale = FieldScale()
    start = scale.show(RAMP, SCORE).reach
    once = scale.show(10 * RAMP, SCORE).reach
    assert start < once < 2 * start
    for _ in range(60):
        later = scale.show(10 * RAMP, SCORE).reach
    assert later == pytest.approx(10 * start, rel=0.01)
    scale.reset()
    assert scale.show(RAMP, SCORE).reach == pytest.approx(start)


def test_values_lie_around_one_half():
    shown = FieldScale().show(np.array([[0.0, 1.0], [0.5, 0.5]]), VALUE)
    assert shown.limits == (0.0, 1.0)
    assert shown.indices(256).tolist()[0] == [0, 255]


def test_other_targets_have_another_middle():
    meaning = LeastSquares(fake_target=-1.0, real_target=1.0, generator_target=0.0).field_meaning
    shown = FieldScale().show(np.array([[-1.0, 0.0, 1.0]]), meaning)
    assert shown.limits == (-1.0, 1.0)
    assert shown.indices(255).tolist() == [[0, 127, 254]]
    assert [text for _, text in shown.ticks()] == ["\N{MINUS SIGN}0.5", "0", "0.5"]


def test_hinge_is_clipped_in_colour_only():
    scale = FieldScale()
    for factor in (1.0, 100.0):
        raw = factor * np.array([[-6.0, -1.5, 0.0, 1.5, 6.0]])
        shown = scale.show(raw, MARGIN)
        assert shown.values.tolist() == raw.tolist()
        assert shown.limits == (-1.5, 1.5)
        assert shown.indices(255).tolist() == [[0, 0, 127, 254, 254]]
    assert scale.show(np.array([[-0.75, 0.75]]), MARGIN).indices(201).tolist() == [[50, 150]]
    assert shown.ticks() == [(-1.0, "\N{MINUS SIGN}1"), (0.0, "0"), (1.0, "1")]


def test_another_meaning_takes_its_range_at_once():
    scale = FieldScale()
    scale.show(1000 * RAMP, SCORE)
    assert scale.show(RAMP, MARGIN).reach == 1.5
    assert scale.show(RAMP, SCORE).reach == FieldScale().show(RAMP, SCORE).reach


def test_the_plane_shows_what_the_objective_means(plane):
    """Nodes at x = -3, -2, ..., 3 with T = 3 (x - 1): for hinge the contour is at 1, whatever the median."""
    raw = np.tile(3.0 * np.arange(-3.0, 4.0) - 3.0, (7, 1))
    plane.show_field(raw, WINDOW, MARGIN)
    assert plane._contour._points[:, 0] == pytest.approx(1.0)
    assert plane._title.text() == "T"
    assert plane._bar._range == (-1.5, 1.5)
    plane._on_pointed(QPointF(2.5, 0.0))
    assert plane._readout.text() == "x +2.500   y +0.000   T 4.5"
    palette = theme.current().palette
    for x, wanted in ((-2.5, palette.field_generated), (-0.5, palette.field_generated), (2.5, palette.field_real)):
        found = colour_at(plane, x, 2.0)
        assert (found.red(), found.green()) == pytest.approx((QColor(wanted).red(), QColor(wanted).green()), abs=8)
    plane.show_field(raw, WINDOW, SCORE)
    assert plane._contour._points[:, 0] == pytest.approx(0.0)
    plane._on_pointed(QPointF(2.5, 0.0))
    assert plane._readout.text() == "x +2.500   y +0.000   T \N{MINUS SIGN} median 7.5   T 4.5"


def test_interpolation_is_bilinear_and_bounded():
    values = np.array([[0.0, 1.0], [2.0, 3.0]])
    assert interpolate(values, (0, 1, 0, 1), 0.5, 0.5) == pytest.approx(1.5)
    assert interpolate(values, (0, 1, 0, 1), 1.0, 1.0) == pytest.approx(3.0)
    assert interpolate(values, (0, 1, 0, 1), 1.1, 0.5) is None
    assert interpolate(values * np.nan, (0, 1, 0, 1), 0.5, 0.5) is None


def test_a_plane_is_freed(qapp):
    view = PlaneView()
    view.resize(300, 300)
    view.show_real(np.zeros((4, 2)))
    view.show_field(RAMP, WINDOW, SCORE)
    view.grab()
    gone = weakref.ref(view)
    view.deleteLater()
    del view
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert gone() is None
    theme.current().changed.emit(theme.current().palette)


def test_samples_that_are_not_seen_are_told(plane: PlaneView) -> None:
    window = (-1.0, 1.0, -1.0, 1.0)
    inside = np.zeros((90, 2))
    assert outside_text(inside, window) == ""
    far = np.full((10, 2), (0.0, 5.0))
    assert outside_text(np.concatenate([inside, far]), window) == "10 of 100 outside \N{UPWARDS ARROW}"
    assert outside_text(np.concatenate([inside, far[:4]]), window) == ""  # a few are no news
    assert outside_text(np.full((1000, 2), (-9.0, -9.0)), window) == "1,000 of 1,000 outside \N{SOUTH WEST ARROW}"
    plane.set_window(window)
    plane.show_generated(np.concatenate([inside, far]))
    assert plane._outside.isVisible()
    plane.zoom(0.1)
    assert not plane._outside.isVisible()
    plane.home()
    assert plane._outside.isVisible()
    plane.set_layer("generated", False)
    assert not plane._outside.isVisible()

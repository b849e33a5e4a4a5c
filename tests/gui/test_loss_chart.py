"""Loss curves."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ganstudio.gui import theme
from ganstudio.gui.plane import BoundedTable, LossChart
from ganstudio.gui.plane.curve_item import Binned
from ganstudio.gui.plane.series import smoothed

# What Qt's offscreen platform says of every window that has a least size.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def test_series_keeps_what_fits():
    series = BoundedTable(1, 16)
    series.append([1, 2, 3], [1.0, 2.0, 3.0])
    assert series.steps.tolist() == [1, 2, 3]
    assert series.table.tolist() == [[1, 2, 3]]
    assert series.last == 3.0


@pytest.mark.parametrize("block", [1, 3, 7, 1000])
def test_series_halves_by_averaging(block):
    series, count = BoundedTable(1, 16), 1000
    for start in range(0, count, block):
        steps = np.arange(start, min(start + block, count))
        series.append(steps, steps.astype(float))
    assert len(series) <= 16
    assert series.stride == 64
    assert series.row(0).values == pytest.approx(series.steps)
    assert np.all(np.diff(series.steps) == 64)
    assert series.steps[0] == pytest.approx(31.5)
    assert series.last == count - 1


def test_series_does_not_spread_nan():
    series = BoundedTable(1, 16)
    values = np.ones(64)
    values[::2] = np.nan
    values[10] = np.inf
    series.append(np.arange(64), values)
    assert series.table == pytest.approx(1.0)
    series.append(np.arange(64, 192), np.full(128, np.nan))
    assert np.isnan(series.table).any()


def test_series_refuses_odd_capacities():
    with pytest.raises(ValueError, match="capacity"):
        BoundedTable(1, 17)


def test_smoothing_neither_starts_at_zero_nor_spreads_nan():
    assert smoothed(np.full(50, 3.0), 8.0) == pytest.approx(3.0)
    values = np.ones(50)
    values[20] = np.nan
    line = smoothed(values, 8.0)
    assert np.isnan(line[20])
    assert np.isfinite(np.delete(line, 20)).all()


def test_full_bins_stay_as_they_are():
    rng = np.random.default_rng(0)
    values = rng.normal(size=1000)
    few, more = (Binned(np.arange(float(n)), values[:n], 300) for n in (900, 1000))
    assert few.size == more.size == 4
    assert more.mean[:200] == pytest.approx(few.mean[:200])
    assert np.all(more.low <= more.mean)
    assert np.all(more.mean <= more.high)


@pytest.fixture
def chart(qtbot):
    theme.current().set_mode("dark")
    widget = LossChart()
    qtbot.addWidget(widget)
    widget.resize(420, 130)
    widget.show()
    QApplication.processEvents()
    return widget


def has_colour(widget, colour, tolerance=40):
    image, wanted = widget.grab().toImage(), QColor(colour)
    for x in range(image.width()):
        for y in range(24, image.height()):
            found = image.pixelColor(x, y)
            if all(abs(a - b) < tolerance for a, b in zip(found.getRgb(), wanted.getRgb(), strict=True)):
                return True
    return False


def test_chart_draws_its_curves(chart):
    palette = theme.current().palette
    assert chart._hint.isVisible()
    assert not has_colour(chart, palette.critic)
    chart.append(np.arange(100), {"critic": np.ones(100), "generator": np.linspace(0, 2, 100)})
    assert not chart._hint.isVisible()
    assert has_colour(chart, palette.critic)
    assert has_colour(chart, palette.generator)
    assert chart.names() == ["critic", "generator"]
    chart.clear()
    assert chart._hint.isVisible()
    assert not has_colour(chart, palette.critic)


def test_a_stream_of_values_is_drawn_together(chart, qtbot):
    chart.append([0, 1], {"critic": [1.0, 1.0]})
    for step in range(2, 6):
        chart.collect([step], {"critic": [9.0]})
    assert chart.series("critic").values.tolist() == [1, 1, 9, 9, 9, 9]
    assert chart._range[1] < 2
    qtbot.waitUntil(lambda: chart._range[1] > 8)
    assert not chart._pause.isActive()


def test_one_spike_does_not_flatten_everything(chart):
    values = np.sin(np.arange(1000) / 50)
    values[500] = 1e6
    chart.append(np.arange(1000), {"critic": values})
    low, high = chart._range
    assert -3 < low < -0.5
    assert 0.5 < high < 3


def test_the_range_does_not_jitter(chart):
    rng = np.random.default_rng(0)
    chart.append(np.arange(500), {"critic": rng.normal(size=500)})
    before = chart._range
    for start in range(500, 520):
        chart.append([start], {"critic": [rng.normal() * 0.5]})
    assert chart._range == before


@pytest.mark.parametrize(
    "values", [[np.nan] * 5, [np.inf, 1.0, 2.0, -np.inf, 3.0], [0.0] * 5, [1e300] * 5, [1e-300] * 5]
)
def test_odd_values_are_survived(chart, values):
    chart.append(np.arange(5), {"critic": values, "penalty": values[::-1]})
    chart.grab()
    chart.resize(160, 84)
    chart.grab()


def test_memory_is_bounded(chart):
    for start in range(0, 40_000, 1000):
        chart.append(np.arange(start, start + 1000), {"critic": np.ones(1000)})
    assert len(chart.series("critic")) <= 4096


def test_terms_may_come_later_and_be_unknown(chart):
    chart.append([1, 2], {"critic": [1.0, 2.0]})
    chart.append([3, 4], {"critic": [1.0, 2.0], "information": [1.0, 2.0]})
    assert chart.names() == ["critic", "information"]
    theme.current().set_mode("light")
    chart.grab()


def test_a_chart_is_freed(qapp):
    chart = LossChart()
    chart.append([1, 2, 3], {"critic": [1.0, 2.0, 3.0]})
    chart.grab()
    gone = weakref.ref(chart)
    chart.deleteLater()
    del chart
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert gone() is None


MANY = {
    "critic": 1.2,
    "codes": -1.8,
    "generator": 0.8,
    "codes (G)": -1.8,
    "mutual information": 1.8,
    "category read": 0.99,
    "c1 read": -0.4,
}


@pytest.fixture
def crowded(chart):
    chart.append(np.arange(50), {name: np.full(50, value) for name, value in MANY.items()})
    QApplication.processEvents()
    return chart


def test_shares_are_on_a_page_of_their_own(crowded):
    assert crowded.drawn() == ["critic", "generator", "mutual information"]
    low, high = crowded._range
    assert low > -0.5  # neither what says it over again nor correlations decide
    assert high > 1.8
    QTest.mouseClick(crowded.shares, Qt.MouseButton.LeftButton)
    assert crowded.drawn() == ["category read", "c1 read"]
    assert crowded._range == (-1.05, 1.04)
    assert "category read 0.9900" in crowded.legend.accessibleName()
    crowded.clear()
    assert not crowded.shares.isVisible()
    assert not crowded.shares.isChecked()


def test_names_show_and_hide_their_curves(crowded):
    legend = crowded.legend
    place = legend.areas()["mutual information"].center().toPoint()
    QTest.mouseClick(legend, Qt.MouseButton.LeftButton, pos=place)
    assert "mutual information" not in crowded.drawn()
    assert not crowded._curves["mutual information"].isVisible()
    place = legend.areas()["codes (G)"].center().toPoint()
    QTest.mouseClick(legend, Qt.MouseButton.LeftButton, pos=place)
    assert "codes (G)" in crowded.drawn()
    legend.setFocus()
    QTest.keyClick(legend, Qt.Key.Key_Space)
    assert "critic" not in crowded.drawn()
    QTest.keyClick(legend, Qt.Key.Key_Left)
    QTest.keyClick(legend, Qt.Key.Key_Return)
    assert crowded.drawn() == ["generator"]
    crowded.grab()


@pytest.mark.parametrize("width", [280, 340, 420, 900])
def test_no_name_is_cut(crowded, width):
    crowded.resize(width, 190)
    QApplication.processEvents()
    legend = crowded.legend
    areas = legend.areas()
    assert set(areas) == {name for name in MANY if not name.endswith(" read")}
    for area in areas.values():
        assert area.right() <= legend.width() + 1, areas
        assert area.bottom() <= legend.height()


def test_many_seeds_are_a_band_around_their_median(chart):
    steps, seeds = np.arange(200), np.array([1.0, 2.0, 3.0, 4.0, 9.0])
    values = np.repeat(seeds[:, None], 200, axis=1)
    values[4, 50:] = np.nan  # one seed broke off
    chart.append(steps, {"critic": values, "generator": -values})
    quartiles = chart._curves["critic"]._quartiles
    assert quartiles[:, 3] == pytest.approx([2.0, 3.0, 4.0])
    assert quartiles[:, -1] == pytest.approx([1.75, 2.5, 3.25])
    assert chart.legend.accessibleName().startswith("critic 2.5")
    assert "5 seeds" in chart.legend._captions[0]
    chart.grab()
    chart.show_seed(4)
    assert np.isnan(chart.series("critic").last)
    assert chart.series("critic").values[3] == 9.0
    assert chart.legend._captions == ("generator steps",)
    chart.grab()
    chart.append([200], {"critic": np.arange(5.0)[:, None]})
    assert chart.series("critic").last == 4.0
    chart.show_seed(None)
    assert chart._curves["critic"]._quartiles[1, -1] < 2.5
    chart.clear()
    assert chart.names() == []


@pytest.mark.parametrize(("last", "labels"), [(2, ["0", "1", "2"]), (3, ["0", "1", "2", "3"])])
def test_there_are_no_halves_of_steps(qtbot, last, labels):
    chart = LossChart()
    qtbot.addWidget(chart)
    chart.resize(420, 130)
    chart.show()
    steps = np.arange(1, last + 1)
    chart.append(steps, {"critic": steps.astype(float)})
    axis = chart._view.plot.axis("bottom")
    (low, high), _ = chart._view.box.viewRange()
    written = [
        text
        for spacing, values in axis.tickValues(low, high, axis.width())
        for text in axis.tickStrings(values, axis.scale, spacing)
    ]
    assert written == labels

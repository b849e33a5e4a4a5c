"""Cards of metrics."""

from __future__ import annotations

import gc
import math
import weakref

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from ganstudio.experiment import Experiment
from ganstudio.gui import theme
from ganstudio.gui.plane import MetricStrip
from ganstudio.gui.plane.metric_strip import closeness

# What Qt's offscreen platform says of every window that has a least size.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

NAMES = ["modes", "high_quality", "reverse_kl", "sliced_w2"]


@pytest.fixture
def strip(qtbot):
    theme.current().set_mode("dark")
    widget = MetricStrip()
    qtbot.addWidget(widget)
    widget.set_distribution(Experiment().data)
    widget.set_metrics(NAMES)
    widget.resize(460, 80)
    widget.show()
    QApplication.processEvents()
    return widget


def test_values_are_written_like_the_table_says(strip):
    assert strip.card("modes").text == "\N{EN DASH}"
    strip.add_reading(100, {"modes": 7.0, "high_quality": 0.6134, "unknown": 3.0})
    assert strip.card("modes").text == "7 / 8"
    assert strip.card("high_quality").text == "61.3 %"
    assert strip.card("modes").accessibleName() == "Modes: 7 / 8"
    strip.clear()
    assert strip.card("modes").text == "\N{EN DASH}"


def test_the_perfect_sampler_is_in_the_tooltip(strip):
    strip.set_references({"high_quality": (0.989, 0.002), "modes": (8.0, 0.0)})
    assert "98.9 % \N{PLUS-MINUS SIGN} 0.2 %" in strip.card("high_quality").toolTip()
    assert "8 / 8 \N{PLUS-MINUS SIGN} 0.0" in strip.card("modes").toolTip()
    assert "perfect" not in strip.card("reverse_kl").toolTip()


@pytest.mark.parametrize("width", [90, 200, 330, 460, 1200])
def test_cards_fit_whatever_the_width(strip, width):
    strip.resize(width, 80)
    QApplication.processEvents()
    shown = [strip.card(name) for name in strip.shown()]
    assert shown
    assert strip.shown() == NAMES[: len(shown)]
    for card in shown:
        assert card.width() >= min(width, card.minimumSizeHint().width())
        assert card.geometry().right() < width
    if width >= 460:
        assert len(shown) == 4


def test_rows_can_be_allowed(qtbot):
    strip = MetricStrip(max_rows=2)
    qtbot.addWidget(strip)
    strip.set_metrics(NAMES)
    strip.resize(240, 200)
    strip.show()
    assert len(strip.shown()) == 4
    assert strip.heightForWidth(240) > strip.heightForWidth(2000)


def test_metrics_that_do_not_apply_are_left_out(strip):
    class Shapeless(type(Experiment().data)):
        def modes(self):
            return None

    strip.set_distribution(Shapeless())
    assert strip.shown() == ["sliced_w2"]


def test_choosing_metrics_keeps_the_readings_of_those_that_stay(strip):
    strip.add_reading(1, {"modes": 3.0, "sliced_w2": 0.5})
    strip.set_metrics(["sliced_w2", "mmd"])
    assert strip.card("sliced_w2").text == "0.500"
    assert strip.shown() == ["sliced_w2", "mmd"]


@pytest.mark.parametrize("values", [[math.nan], [math.inf, 1.0], [1.0, -math.inf], [0.0] * 3, [1e300, -1e300]])
def test_odd_values_are_survived(strip, values):
    strip.set_references({"sliced_w2": (0.03, 0.01), "reverse_kl": (0.0, 0.0)})
    for step, value in enumerate(values):
        strip.add_reading(step, {"sliced_w2": value, "reverse_kl": value})
    strip.grab()


def test_closeness():
    assert closeness(8.0, (8.0, 0.0), "high") == "good"
    assert closeness(5.0, (8.0, 0.0), "high") == "warning"
    assert closeness(1.0, (8.0, 0.0), "high") == "bad"
    assert closeness(0.07, (0.03, 0.01), "low") == "good"
    assert closeness(0.2, (0.03, 0.01), "low", worst=2.0) == "warning"
    assert closeness(1.5, (0.03, 0.01), "low", worst=2.0) == "bad"
    assert closeness(-0.001, (0.0, 0.0005), "low") == "good"
    assert closeness(1.0, None, "low") == "unknown"
    assert closeness(math.nan, (1.0, 0.1), "low") == "bad"


def test_a_strip_is_freed(qapp):
    strip = MetricStrip()
    strip.set_metrics(NAMES)
    strip.add_reading(1, {"modes": 3.0})
    strip.grab()
    gone = weakref.ref(strip)
    strip.deleteLater()
    del strip
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert gone() is None


def test_many_seeds_are_dots_and_one_alone_is_a_course(strip):
    strip.set_references({"modes": (8.0, 0.0), "sliced_w2": (0.03, 0.01)})
    height = strip.card("modes").height()
    modes = np.array([8.0, 8.0, 3.0, 8.0])
    strip.add_reading(100, {"modes": modes - 1, "sliced_w2": [0.1, 0.2, 0.3, 0.4]})
    strip.add_reading(200, {"modes": modes, "sliced_w2": [0.03, 0.02, math.inf, math.nan]})
    card = strip.card("modes")
    assert card.text == "8 / 8"
    assert card.accessibleName() == "Modes: median 8 / 8, 3 to 8 over 4 seeds"
    assert card.closenesses == ["good", "good", "bad", "good"]
    assert strip.card("sliced_w2").text == "0.025"
    assert card.height() > height  # room for the ends of the axis
    picture = strip.grab().toImage()
    strip.show_seed(2)
    assert (card.text, card.closeness) == ("3 / 8", "bad")
    assert card.height() == height
    assert strip.grab().toImage() != picture
    strip.show_seed(None)
    assert strip.grab().toImage() == picture
    strip.add_reading(300, {"modes": [7.0, 8.0, 3.0, 8.0]})
    assert card.text == "7.5 / 8"
    strip.clear()
    strip.add_reading(1, {"modes": 4.0})
    assert card.accessibleName() == "Modes: 4 / 8"

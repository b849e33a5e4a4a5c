"""Knobs beside the plane, groups' colours, and points that are encoded."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ganstudio.experiment import Comparison, Experiment
from ganstudio.gui import theme
from ganstudio.gui.plane.encoding import encoding_text
from ganstudio.gui.plane.knobs import Readback
from ganstudio.messages import Knobs
from ganstudio.palette import DARK, LIGHT, group_colours

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def opened(make_window, *methods, size=(1280, 800)):
    window = make_window(Comparison(experiments=tuple(Experiment.of(method) for method in methods)), size=size)
    QApplication.processEvents()
    return window


def type_into(field, text):
    field.line.setFocus()
    field.line.selectAll()
    QTest.keyClicks(field.line, text)
    QTest.keyClick(field.line, Qt.Key.Key_Return)


def choose(field, value):
    field.setCurrentIndex(field.findData(value))
    field.activated.emit(field.currentIndex())


def at(plane, x, y):
    """Return where a point of the plane is in its view's viewport."""
    square = plane.plot_rect()
    left, right, bottom, top = plane.visible_window()
    place = QPoint(
        round(square.left() + (x - left) / (right - left) * square.width()),
        round(square.bottom() - (y - bottom) / (top - bottom) * square.height()),
    )
    return plane._view.viewport().mapFrom(plane, place)


# ---- knobs ---------------------------------------------------------------------------------------------


def test_knobs_are_there_where_the_generator_is_told_something(make_window):
    window = opened(make_window, "infogan", "cgan", "acgan", "ns")
    info, conditional, classifier, plain = (view.knobs for view in window.bench.views())
    assert info.isVisible()
    assert (info.label_choice, info.category_choice.count(), len(info.codes)) == (None, 9, 1)
    for panel in (conditional, classifier):
        assert (panel.label_choice.count(), panel.category_choice, panel.codes) == (9, None, [])
    assert not plain.isVisible()
    assert [view.grouped.text() for view in window.bench.views()[:3]] == ["By code", "By class", "By class"]
    assert not window.bench.views()[3].grouped.isVisible()


def test_turning_a_knob_changes_the_view(make_window):
    window = opened(make_window, "infogan", "ns")
    pane, panel = window.session.panes[0], window.bench.views()[0].knobs
    choose(panel.category_choice, 2)
    assert pane.view.knobs == Knobs(category=2, continuous=(None,))
    knob = panel.codes[0]
    type_into(knob.field, "0.5")
    assert pane.view.knobs == Knobs(category=2, continuous=(0.5,))
    assert knob.slider.value() == 50
    knob.slider.setFocus()
    QTest.keyClick(knob.slider, Qt.Key.Key_Left)
    assert pane.view.knobs.continuous == (0.45,)
    QTest.mouseClick(knob.slider, Qt.MouseButton.LeftButton, pos=QPoint(knob.slider.width() - 2, 10))
    assert pane.view.knobs.continuous == (1.0,)
    QTest.mouseDClick(knob.slider, Qt.MouseButton.LeftButton, pos=QPoint(5, 10))
    assert pane.view.knobs.continuous == (None,)
    assert knob.field.line.text() == "free"
    assert not knob.free.isEnabled()
    QTest.keyClick(knob.field.line, Qt.Key.Key_Up)
    assert pane.view.knobs.continuous == (0.05,)
    QTest.mouseClick(knob.free, Qt.MouseButton.LeftButton)
    choose(panel.category_choice, None)
    assert pane.view.knobs == Knobs(continuous=(None,))
    type_into(knob.field, "1.5")
    assert "Allowed" in knob.field.message
    type_into(knob.field, "free")
    assert knob.value is None


def test_knobs_stay_over_a_restart_and_go_with_their_codes(make_window):
    window = opened(make_window, "infogan", "ns")
    session, panel = window.session, window.bench.views()[0].knobs
    pane = session.panes[0]
    session.select(pane)
    choose(panel.category_choice, 2)
    session.reset()
    assert panel.category_choice.value() == 2
    assert pane.view.knobs.category == 2
    session.edit("additions.information.categories", 4)
    assert panel.category_choice.count() == 5
    assert pane.view.knobs == Knobs(continuous=(None,))
    session.choose_method("ns")
    assert not panel.isVisible()
    assert pane.view.knobs == Knobs()


def test_where_there_is_little_room_one_code_is_turned_at_a_time(make_window):
    window = opened(make_window, "infogan", "ns", "ns", "ns")
    window.session.select(window.session.panes[0])
    window.session.edit("additions.information.continuous", 2)
    view = window.bench.views()[0]
    panel = view.knobs
    assert [knob.isHidden() for knob in panel.codes] == [False, True]
    choose(panel.which, 1)
    assert [knob.isHidden() for knob in panel.codes] == [True, False]
    type_into(panel.codes[1].field, "-1")
    assert view.pane.view.knobs.continuous == (None, -1.0)
    window.resize(1920, 1400)
    QApplication.processEvents()
    assert not any(knob.isHidden() for knob in panel.codes)
    assert panel.which.isHidden()
    window.session.edit("additions.information.continuous", 3)
    assert [knob.isHidden() for knob in panel.codes].count(False) == 1, "three take too much of the plane's room"


def test_how_well_codes_are_read_is_said_with_units(make_window, feed):
    window = opened(make_window, "infogan", "ns")
    pane, panel = window.session.panes[0], window.bench.views()[0].knobs
    assert not panel.words.isVisible()
    feed(window.session, pane, 5, terms={"mutual information": 1.7, "category read": 0.975, "c1 read": 0.9})
    assert panel.words.text().startswith(
        "I(c; x) \N{GREATER-THAN OR EQUAL TO} 1.70 nats (Q can show 1.85) \N{MIDDLE DOT} category read right 98"
    )
    assert panel.words.text().endswith("c1 correlation 0.90")
    assert "2.77" in panel.words.toolTip()
    window.session.reset()
    assert panel.words.text() == ""


def test_what_is_said_is_an_average_that_forgets():
    read, experiment = Readback(), Experiment.of("acgan")
    assert read.text(experiment) == ""
    read.add({"class accuracy": np.zeros(50), "critic": np.ones(50)})
    read.add({"class accuracy": np.array([np.nan])})
    assert read.text(experiment) == "class read right 0\N{NARROW NO-BREAK SPACE}%"
    read.add({"class accuracy": np.ones(10_000)})
    assert read.text(experiment) == "class read right 100\N{NARROW NO-BREAK SPACE}%"


# ---- groups --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["dark", "light"])
def test_generated_samples_have_their_groups_colours(make_window, feed, mode):
    theme.current().set_mode(mode)
    window = opened(make_window, "infogan", "ns")
    pane, view = window.session.panes[0], window.bench.views()[0]
    view.plane.set_layer("real", False)
    points = np.array([[[-1.0, 0.0], [1.0, 0.0], [0.0, np.nan], [0.0, 2.0]]], np.float32)
    feed(window.session, pane, 1, generated=points, groups=np.array([[0, 3, 1, 11]]), field=None)
    colours = group_colours(theme.current().palette)

    def colour(x, y):
        place = view.plane._view.viewport().mapTo(view.plane, at(view.plane, x, y))
        return QColor(view.plane.grab().toImage().pixel(place))

    def close(found, wanted):
        return all(abs(a - b) < 60 for a, b in zip(found.getRgb()[:3], QColor(wanted).getRgb()[:3], strict=True))

    assert close(colour(-1, 0), colours[0])
    assert close(colour(1, 0), colours[3])
    assert close(colour(0, 2), colours[3])  # in another shape
    QTest.mouseClick(view.grouped, Qt.MouseButton.LeftButton)
    assert close(colour(1, 0), theme.current().palette.generated)
    theme.current().set_mode("dark")


def test_both_themes_have_as_many_colours_and_begin_with_the_accent():
    for palette in (DARK, LIGHT):
        assert len(set(group_colours(palette))) == 8
        assert group_colours(palette)[0] == palette.generated


# ---- encoding ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["bigan_gp", "vae"])
def test_a_clicked_point_is_encoded_and_let_go(make_window, feed, method):
    window = opened(make_window, method, "ns")
    session = window.session
    pane, view = session.panes[0], window.bench.views()[0]
    assert view.encoding.isVisible()
    assert not window.bench.views()[1].encoding.isVisible()
    viewport = view.plane._view.viewport()
    assert session.active is not pane
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at(view.plane, 1.0, 1.5))
    assert session.active is pane
    assert pane.view.encode == pytest.approx((1.0, 1.5), abs=0.05)
    encoded = (np.array([[0.314, -1.2]], np.float32), np.array([[1.375, 1.41]], np.float32))
    feed(session, pane, 3, encoded=encoded)
    assert view.encoding.text().startswith("z = (0.31, \N{MINUS SIGN}1.20) \N{RIGHTWARDS ARROW} (1.38, 1.41), distance")
    assert view.plane._encoding.decoded == pytest.approx((1.375, 1.41))
    view.grab()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at(view.plane, 1.0, 1.5))
    assert pane.view.encode is None
    assert view.plane._encoding.point is None
    assert view.encoding.text().startswith("Click a point")


def test_a_drag_pans_and_a_double_click_goes_home(make_window):
    window = opened(make_window, "vae", "ns")
    pane, plane = window.session.panes[0], window.bench.views()[0].plane
    viewport = plane._view.viewport()
    before = plane.visible_window()
    start, end = at(plane, 0.0, 0.0), at(plane, 1.0, 1.0)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 6):
        QTest.mouseMove(viewport, start + (end - start) * step / 5, delay=5)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)
    assert pane.view.encode is None
    assert plane.visible_window() != pytest.approx(before)
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at(plane, 0.5, 0.5))
    chosen = pane.view.encode
    assert chosen is not None
    place = at(plane, -1.5, -1.5)
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    assert plane.visible_window() == pytest.approx(before, abs=0.05)
    assert pane.view.encode == chosen


def test_the_keyboard_chooses_a_point(make_window):
    window = opened(make_window, "vae", "ns")
    pane, plane = window.session.panes[0], window.bench.views()[0].plane
    plane.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up):
        QTest.keyClick(plane, key)
    QTest.keyClick(plane, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    cross = plane._encoding.cross
    assert cross[0] > 0 > cross[1]
    plane.grab()
    QTest.keyClick(plane, Qt.Key.Key_Return)
    assert pane.view.encode == cross
    QTest.keyClick(plane, Qt.Key.Key_Escape)
    assert pane.view.encode is None
    assert plane._encoding.cross is None
    other = window.bench.views()[1].plane
    other.setFocus()
    QTest.keyClick(other, Qt.Key.Key_Right)
    assert other._encoding.cross is None


def test_long_latents_are_cut():
    text = encoding_text((0.0, 0.0), np.arange(5.0), (3.0, 4.0))
    assert text == "z = (0.00, 1.00, 2.00, \N{HORIZONTAL ELLIPSIS}) \N{RIGHTWARDS ARROW} (3.00, 4.00), distance 5.00"


# ---- no critic -----------------------------------------------------------------------------------------


def test_without_a_critic_there_is_no_field(make_window, feed):
    window = opened(make_window, "ns", "wgan_gp")
    session = window.session
    pane, view = session.panes[1], window.bench.views()[1]
    feed(session, pane, 0)
    assert view.plane._bar._range is not None
    session.choose_method("vae")
    assert view.plane._bar._range is None
    for name in ("field", "contour"):
        assert not view.layers.pills[name].isEnabled()
        assert "VAE has no critic" in view.layers.pills[name].toolTip()
    feed(session, pane, 1, field=None)
    assert view.plane._shown is None
    feed(session, pane, 2)
    feed(session, pane, 3, field=None)
    assert view.plane._shown is None
    session.choose_method("ns")
    session.apply_pending()
    assert view.layers.pills["field"].isEnabled()
    assert "teal" in view.layers.pills["field"].toolTip()

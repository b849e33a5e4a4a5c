"""Panes that are looked at together: zoomed with the wheel, panned with the mouse, brought home."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ganstudio.experiment import Comparison, Experiment

Key = Qt.Key


@pytest.fixture
def window(make_window):
    """Return two panes of one ring and a third of another size."""
    ring = Experiment.of("ns")
    large = ring.with_value("data.radius", 6.0)
    window = make_window(Comparison(experiments=(ring, Experiment.of("wgan_gp"), large)))
    window.activateWindow()
    window.bench.setFocus()
    return window


def planes(window):
    return [view.plane for view in window.bench.views()]


def turn_wheel(plane):
    """Turn the wheel over the middle of a plane, as a mouse would."""
    viewport = plane._view.viewport()
    middle = QPointF(viewport.rect().center())
    event = QWheelEvent(
        middle,
        QPointF(viewport.mapToGlobal(middle.toPoint())),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def drag(plane):
    """Drag a plane with the left button."""
    viewport = plane._view.viewport()
    start = viewport.rect().center()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 5):
        QTest.mouseMove(viewport, start + QPoint(8 * step, 0))
        QApplication.processEvents()
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start + QPoint(32, 0))


def test_wheel_drag_keys_and_home_go_to_all_panes_of_the_same_place(window, qtbot):
    first, second, large = planes(window)
    home = first.visible_window()
    turn_wheel(second)
    assert first.visible_window() == pytest.approx(second.visible_window())
    assert first.visible_window() != pytest.approx(home)
    assert large.view is None  # its data are of another size
    zoomed = first.visible_window()
    qtbot.keyClick(first, Key.Key_Plus)
    assert second.visible_window() == pytest.approx(first.visible_window())
    assert second.visible_window() != pytest.approx(zoomed)
    before = first.visible_window()
    drag(first)
    assert first.visible_window() != pytest.approx(before)
    assert second.visible_window() == pytest.approx(first.visible_window())
    qtbot.keyClick(second, Key.Key_Home)
    assert first.view is None
    assert first.visible_window() == pytest.approx(home)


def test_a_move_is_heard_of_once(window):
    first, second, _ = planes(window)
    moves = []
    for plane in (first, second):
        plane.view_moved.connect(lambda plane=plane: moves.append(plane))
    first.zoom(2.0)
    assert moves == [first]


def test_each_alone_and_together_again(window, qtbot):
    first, second, _ = planes(window)
    qtbot.keyClick(window, Key.Key_Z)
    assert not window.actions_table["zoom_together"].isChecked()
    first.zoom(2.0)
    assert second.view is None
    window.session.select(window.session.panes[0])
    qtbot.keyClick(window, Key.Key_Z)
    assert second.visible_window() == pytest.approx(first.visible_window())  # as in the selected pane


def test_a_new_pane_begins_where_the_selected_one_is(window, qtbot):
    first, _, large = planes(window)
    first.zoom(2.0)
    window.session.select(window.session.panes[1])
    window.session.add()
    assert planes(window)[3].visible_window() == pytest.approx(first.visible_window())
    window.session.remove(window.session.panes[1])
    first.home()
    assert all(plane.view is None for plane in planes(window))
    large.zoom(1.5)
    assert first.view is None


def test_zooming_turns_no_knob_and_asks_nothing_of_an_engine(window, monkeypatch):
    posted = []
    monkeypatch.setattr(window.session, "_post", lambda *what: posted.append(what))
    planes(window)[0].zoom(2.0)
    assert posted == []

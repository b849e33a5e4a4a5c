"""The Filters page: boxes with real mouse events, and what is asked about them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from ganstudio.dissection.regions import Box
from ganstudio.dissection_messages import Cancel, DissectionProgress, FitRemoval, RemovalFitted
from ganstudio.gui.images.inside.boxes import BoxGrid

LEFT, NONE, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


def drag(qtbot, widget, start: QPoint, end: QPoint) -> None:
    qtbot.mousePress(widget, LEFT, NONE, start)
    for share in (0.5, 1.0):
        qtbot.mouseMove(widget, start + (end - start) * share)
    qtbot.mouseRelease(widget, LEFT, NONE, end)


@pytest.fixture
def grid(qtbot):
    from ganstudio.gui.app import application

    application()
    grid = BoxGrid("Pictures")
    qtbot.addWidget(grid)
    grid.resize(400, 200)
    grid.set_pictures(np.zeros((2, 20, 20, 1), np.uint8), 1, 2)
    grid.changes = []
    grid.boxes_changed.connect(lambda: grid.changes.append(grid.boxes))
    grid.show()
    qtbot.waitExposed(grid)
    return grid


def at(grid, sample: int, x: float, y: float) -> QPoint:
    place = grid.place_of(sample)
    return place.topLeft() + QPoint(round(x * place.width() / 20), round(y * place.height() / 20))


def test_a_drag_draws_moves_and_resizes_a_box(qtbot, grid):
    drag(qtbot, grid, at(grid, 1, 12, 14), at(grid, 1, 4, 6))
    (box,) = grid.boxes
    np.testing.assert_allclose(box, (1, 4, 6, 12, 14), atol=0.2)
    assert grid.chosen == 0
    drag(qtbot, grid, at(grid, 1, 8, 10), at(grid, 1, 18, 10))
    np.testing.assert_allclose(grid.boxes[0], (1, 12, 6, 20, 14), atol=0.2)  # held within its picture
    drag(qtbot, grid, at(grid, 1, 12, 6), at(grid, 1, 2, 3))
    np.testing.assert_allclose(grid.boxes[0], (1, 2, 3, 20, 14), atol=0.2)
    assert len(grid.changes) == 3
    drag(qtbot, grid, at(grid, 0, 5, 5), at(grid, 1, 10, 30))
    np.testing.assert_allclose(grid.boxes[1], (0, 5, 5, 20, 20), atol=0.2)  # a box stays on the picture it began on
    qtbot.mouseClick(grid, LEFT, NONE, at(grid, 0, 2, 2))
    assert (len(grid.boxes), grid.chosen, len(grid.changes)) == (2, None, 4)


def test_escape_gives_a_drag_up_and_delete_removes(qtbot, grid):
    drag(qtbot, grid, at(grid, 0, 2, 2), at(grid, 0, 10, 10))
    before = grid.boxes
    qtbot.mousePress(grid, LEFT, NONE, at(grid, 0, 5, 5))
    qtbot.mouseMove(grid, at(grid, 0, 9, 9))
    assert grid.boxes != before
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    qtbot.mouseRelease(grid, LEFT, NONE, at(grid, 0, 9, 9))
    assert grid.boxes == before
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    qtbot.keyClick(grid, Qt.Key.Key_Delete)
    assert grid.boxes == ()
    assert grid.changes == [before, ()]


def test_boxes_are_drawn_with_the_keyboard_alone(qtbot, grid):
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert grid.boxes == (Box(1, 5, 5, 15, 15),)
    qtbot.keyClick(grid, Qt.Key.Key_Left)
    qtbot.keyClick(grid, Qt.Key.Key_Down, SHIFT)
    assert grid.boxes == (Box(1, 4, 5, 14, 16),)
    for _ in range(9):
        qtbot.keyClick(grid, Qt.Key.Key_Left)
    assert grid.boxes == (Box(1, 0, 5, 10, 16),)
    assert "box 1 on picture 1" in grid.accessibleDescription()
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    qtbot.keyClick(grid, Qt.Key.Key_Left)
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert grid.boxes[1].sample == 0
    qtbot.keyClick(grid, Qt.Key.Key_Backspace)
    assert len(grid.boxes) == 1


# ---- with an engine that answers at once ----------------------------------------------------------------


def test_a_search_tells_how_far_it_is_and_can_be_cancelled(qtbot, bench):
    bench.inside.show_page("filters")
    page, link = bench.inside.filters, bench.session._link
    assert not bench.sampling.isVisible()
    page.removing.boxes = (Box(0, 1, 1, 4, 4),)
    page.panel.follow()
    if page.panel.layer.count() == 0:
        assert "no layer" in page.panel.refusal.text()
        page.removing.layer = 1
        page.panel.follow()
    page.panel.search.click()
    (asked,) = [message for message in link.posted if isinstance(message, FitRemoval)]
    assert asked.boxes == page.removing.boxes
    link.arrived.emit(DissectionProgress(asked.model, asked.request, 3, 10))
    assert (page.panel.progress.bar.value(), page.panel.progress.bar.maximum()) == (3, 10)
    page.panel.progress.cancel.click()
    assert Cancel(asked.model, asked.request) in link.posted
    late = RemovalFitted(asked.model, asked.request, 1, np.array([1.0, -1.0]), 4, 4, 1.0, None)
    link.arrived.emit(late)
    assert page.removing.choice.fit is None
    assert page.panel.search.isVisible()
    bench.inside.show_page("explore")
    assert bench.sampling.isVisible()


def test_all_pages_fit_beside_the_models_in_a_small_window(qtbot, make_bench):
    bench = make_bench("b-codes", (820, 520))
    switch = bench.inside.switch
    switch.set_offered("questions", offered=True)
    assert switch.offered == ["explore", "filters", "units", "latent", "evaluation", "inspector", "questions"]
    for page in switch.offered:
        bench.inside.show_page(page)
        qtbot.wait(1)
        assert bench.width() == 820, page
        assert switch.geometry().right() < switch.parentWidget().width()

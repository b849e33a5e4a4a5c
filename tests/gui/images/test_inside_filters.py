"""The Filters page: boxes with real mouse events, and the filters behind them, found by a real engine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from ganstudio import resources
from ganstudio.architecture import (
    Activation,
    Architecture,
    Convolution,
    Input,
    Reshape,
    TransposedConvolution,
    Upsample,
)
from ganstudio.checkpoints.model import Model, read_model, write_model
from ganstudio.dissection.edits import positive
from ganstudio.dissection.regions import Box
from ganstudio.dissection_messages import Cancel, DissectionProgress, FitRemoval, RemovalFitted
from ganstudio.gui.images import ImagesBench, ImageSession
from ganstudio.gui.images.inside.boxes import BoxGrid
from ganstudio.gui.widgets import MessageBar

LEFT, NONE, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
PATIENCE = 60_000
SQUARE = 1
"""The map of the planted model that paints its square."""
LAYER = 2


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
    assert (page.panel.progress.value(), page.panel.progress.maximum()) == (3, 10)
    page.panel.cancel.click()
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
    assert switch.offered == ["explore", "filters", "latent", "evaluation", "inspector", "questions"]
    for page in switch.offered:
        bench.inside.show_page(page)
        qtbot.wait(1)
        assert bench.width() == 820, page
        assert switch.geometry().right() < switch.parentWidget().width()


# ---- with a real engine -----------------------------------------------------------------------------------


def planted() -> Model:
    """Return a generator in which map 1 of one layer paints a square, and nothing else does."""
    architecture = Architecture(
        inputs=(Input(kind="latent", size=4),),
        layers=(
            Reshape(channels=4, height=1, width=1),
            TransposedConvolution(inputs=4, outputs=6, kernel=4),
            Activation(function="relu"),
            Upsample(factor=4),
            Convolution(inputs=6, outputs=1, kernel=1),
            Activation(function="tanh"),
        ),
    )
    random = np.random.default_rng(3)
    tensors = {
        name: (0.3 * random.normal(size=shape)).astype(np.float32) for name, shape in architecture.tensors().items()
    }
    tensors["1.weight"][:, SQUARE] = 0.0
    tensors["1.bias"][SQUARE] = 0.0
    tensors["1.weight"][0, SQUARE, 1, 2] = 1.0
    tensors["4.weight"] *= 0.1
    tensors["4.weight"][0, SQUARE] = 4.0
    tensors["4.bias"][:] = -0.5
    return Model("Planted", architecture, tensors)


@pytest.fixture
def real(qtbot, monkeypatch, tmp_path):
    from ganstudio.gui.app import application

    application()
    folder = tmp_path / "models"
    folder.mkdir()
    write_model(folder / "planted.safetensors", planted())
    monkeypatch.setattr(resources, "models_folder", lambda: folder)
    bench = ImagesBench(ImageSession(), MessageBar())
    bench.session.setParent(bench)
    bench._messages.setParent(bench)
    qtbot.addWidget(bench)
    bench.resize(1100, 680)
    bench.show()
    qtbot.waitExposed(bench)
    qtbot.waitUntil(lambda: bench.explorer.model is not None, timeout=PATIENCE)
    bench.inside.switch._segments._buttons["filters"].click()
    yield bench
    bench.stop()


def test_boxes_over_squares_find_the_filter_that_paints_them(qtbot, real, tmp_path):
    page = real.inside.filters
    grid, removing, panel = page.grid, page.removing, page.panel
    qtbot.waitUntil(lambda: grid.count == 24 and page.compared.count > 0, timeout=PATIENCE)
    before = page._drawn
    bright = [number for number in range(24) if before[number, 4:8, 8:12].min() > 150]
    assert len(bright) > 4
    for number in bright:
        place = grid.place_of(number)
        side = place.width() / 16
        start, end = (QPoint(round(x * side), round(y * side)) for x, y in ((8, 4), (12, 8)))
        drag(qtbot, grid, place.topLeft() + start, place.topLeft() + end)
    assert [box.sample for box in grid.boxes] == bright
    assert str(len(bright)) in panel.boxes.text()
    panel.search.click()
    qtbot.waitUntil(lambda: removing.choice.fit is not None, timeout=PATIENCE)
    fit = removing.choice.fit
    assert (fit.layer, fit.weights.argmax()) == (LAYER, SQUARE)
    assert panel.bars.order[0] == SQUARE
    assert removing.choice.maps == positive(fit.weights)

    panel.rule._buttons["top"].click()
    panel.slider.setValue(1)
    qtbot.waitUntil(lambda: not real.session._flying and not real.session._waiting, timeout=PATIENCE)
    assert removing.choice.maps == (SQUARE,)
    as_it_was, found, control = (page._rows[name] for name in ("before", "dropped", "control"))
    squares = np.s_[: len(bright), 4:8, 8:12]
    assert as_it_was[squares].min() > 150
    assert found[squares].max() < 100, "the square is gone"
    rest = np.ones(found.shape[1:3], bool)
    rest[4:8, 8:12] = False
    np.testing.assert_array_equal(found[:, rest], as_it_was[:, rest])
    if removing.choice.control != removing.choice.removed:
        assert control[squares].min() > 100

    panel.undo.click()
    assert removing.choice.rule == "positive"
    panel.undo.click()
    assert removing.choice.maps == ()
    for _ in range(2):
        panel.redo.click()
    assert removing.choice.maps == (SQUARE,)
    page.fresh.click()
    qtbot.waitUntil(lambda: not real.session._flying and not real.session._waiting, timeout=PATIENCE)
    assert (page._rows["before"] != as_it_was).any()
    assert page._rows["dropped"][:, 4:8, 8:12].max() < 100

    path: Path = tmp_path / "ablated.safetensors"
    said: list[tuple[str, str]] = []
    page.said.connect(lambda *words: said.append(words))
    page.saving.write(removing.model, removing.choice.removed, str(path))
    qtbot.waitUntil(lambda: bool(said), timeout=PATIENCE)
    assert said == [("good", f"Saved {path}")]
    assert not read_model(path).tensors["4.weight"][0, SQUARE].any()
    page.saving.write(removing.model, removing.choice.removed, str(tmp_path / "nowhere" / "a.safetensors"))
    qtbot.waitUntil(lambda: len(said) == 2, timeout=PATIENCE)
    assert said[1][0] == "error"

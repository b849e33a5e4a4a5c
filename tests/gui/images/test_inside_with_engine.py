"""Pages about a planted generator's inside with a real engine: its square is found, dropped, and painted."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from ganstudio import resources
from ganstudio.checkpoints.model import Model, read_model, write_model
from ganstudio.dissection.edits import positive
from ganstudio.gui.app import application
from ganstudio.gui.images import ImagesBench, ImageSession
from ganstudio.gui.widgets import MessageBar

LEFT, NONE, CONTROL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
PATIENCE = 60_000
SIDE, LAYER, SQUARE = 16, 2, 1
"""As in conftest.py: the map of the planted model that paints its square."""


@pytest.fixture
def real(qtbot: QtBot, tmp_path: Path, planted: Model, monkeypatch: pytest.MonkeyPatch) -> Iterator[ImagesBench]:
    """Return a bench with a real engine on the planted generator."""
    application()
    folder = tmp_path / "models"
    folder.mkdir()
    write_model(folder / "planted.safetensors", planted)
    monkeypatch.setattr(resources, "models_folder", lambda: folder)
    bench = ImagesBench(ImageSession(), MessageBar())
    bench.session.setParent(bench)
    bench._messages.setParent(bench)
    qtbot.addWidget(bench)
    bench.resize(1100, 680)
    bench.show()
    qtbot.waitExposed(bench)
    qtbot.waitUntil(lambda: bench.explorer.model is not None, timeout=PATIENCE)
    yield bench
    bench.stop()


def drag(qtbot, widget, *points: QPoint) -> None:
    qtbot.mousePress(widget, LEFT, NONE, points[0])
    for start, end in itertools.pairwise(points):
        for share in (0.5, 1.0):
            qtbot.mouseMove(widget, start + (end - start) * share)
    qtbot.mouseRelease(widget, LEFT, NONE, points[-1])


def at(grid, picture: int, x: float, y: float) -> QPoint:
    place = grid.place_of(picture)
    return place.topLeft() + QPoint(round(x * place.width() / SIDE), round(y * place.height() / SIDE))


def test_the_square_of_a_planted_generator_is_found_and_dropped_and_painted(qtbot, real, tmp_path):
    """One test for both pages, since an engine takes seconds to start."""
    boxes_over_squares_find_the_filter_that_paints_them(qtbot, real, tmp_path)
    painting_with_the_unit_takes_one_square_away_and_adds_one(qtbot, real)


def boxes_over_squares_find_the_filter_that_paints_them(qtbot, real, tmp_path):
    real.inside.switch.button("filters").click()
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


def painting_with_the_unit_takes_one_square_away_and_adds_one(qtbot, real):
    real.inside.switch.button("units").click()
    page = real.inside.units
    dissecting, painting, canvas, brush = page.dissecting, page.painting, page.canvas, page.panel.brush
    page.panel.concept.kind._buttons["brightness"].click()
    qtbot.waitUntil(lambda: page.units.units.has_agreement and page.grid.count > 0, timeout=PATIENCE)
    page.panel.rank.click()
    qtbot.waitUntil(lambda: page.units.units.has_effects, timeout=PATIENCE)
    assert page.units.order[0] == SQUARE
    page.first.set_value(1)
    qtbot.mouseClick(page.take_first, LEFT)
    assert dissecting.chosen == (SQUARE,)

    page.part._buttons["paint"].click()
    bright = [number for number in range(24) if dissecting.pictures[number, 4:8, 8:12].min() > 150]
    painting.set_sample(bright[0])
    brush.diameter.slider.setValue(2)
    before = dissecting.pictures[bright[0]]
    drag(qtbot, canvas, at(canvas, 1, 9, 6), at(canvas, 1, 11, 6))
    qtbot.waitUntil(lambda: painting._asked is None and (painting.picture != before).any(), timeout=PATIENCE)
    rest = np.ones((SIDE, SIDE), bool)
    rest[4:8, 8:12] = False
    assert painting.picture[4:8, 8:12].max() < 100, "the square is gone"
    np.testing.assert_array_equal(painting.picture[rest], before[rest])

    brush.doing._buttons["insert"].click()
    qtbot.mouseClick(canvas, LEFT, NONE, at(canvas, 0, 2, 14))
    qtbot.waitUntil(lambda: painting.picture[12:16, 0:4].min() > 150, timeout=PATIENCE)
    rest[12:16, 0:4] = False
    np.testing.assert_array_equal(painting.picture[rest], before[rest])
    canvas.setFocus()
    for _ in range(2):
        qtbot.keyClick(canvas, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: np.array_equal(painting.picture, before), timeout=PATIENCE)

"""The Units page: marks and strokes with real mouse events, and what is asked and shown of units."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor

from ganstudio import resources
from ganstudio.checkpoints.inputs import count
from ganstudio.checkpoints.model import write_model
from ganstudio.dissection.regions import Brightness, NearColour, upsampled
from ganstudio.dissection.strokes import line, stroke
from ganstudio.dissection_messages import (
    AskEffects,
    AskUnits,
    Cancel,
    DissectionFailed,
    DissectionProgress,
    Effects,
    Paint,
    Units,
)
from ganstudio.gui.images.inside.units.heat import DARK, HEAT, overlaid
from ganstudio.image_messages import Render, Rendered

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
SIDE, LAYER, SQUARE, UNITS = 16, 2, 1, 6
PEAKS = np.array([3.0, 5.0, 1.0, 6.0, 2.0, 4.0], np.float32)
AGREEMENT = np.array([0.1, 0.5, 0.3, 0.0, 0.2, 0.4])
EFFECTS = np.array([0.2, 0.1, 0.0, -0.1, 0.3, 0.05])


def drag(qtbot, widget, *points: QPoint) -> None:
    qtbot.mousePress(widget, LEFT, NONE, points[0])
    for start, end in itertools.pairwise(points):
        for share in (0.5, 1.0):
            qtbot.mouseMove(widget, start + (end - start) * share)
    qtbot.mouseRelease(widget, LEFT, NONE, points[-1])


def at(grid, picture: int, x: float, y: float) -> QPoint:
    place = grid.place_of(picture)
    return place.topLeft() + QPoint(round(x * place.width() / SIDE), round(y * place.height() / SIDE))


# ---- without a window ---------------------------------------------------------------------------------------


def test_a_brush_covers_the_cells_whose_middle_it_passes_over():
    middle = np.array([[8.0, 8.0]])
    pixels = stroke(middle, 4.0, (16, 16), (16, 16))
    y, x = np.mgrid[:16, :16] + 0.5
    np.testing.assert_array_equal(pixels, (x - 8) ** 2 + (y - 8) ** 2 <= 4.0)
    # A brush smaller than a cell covers the one that it is in, at the very edge, too.
    for point, cell in (((9.0, 3.0), (0, 2)), ((16.0, 16.0), (3, 3)), ((0.0, 0.0), (0, 0))):
        cells = stroke(np.array([point]), 1.0, (16, 16), (4, 4))
        assert [tuple(place) for place in np.argwhere(cells)] == [cell]
    across = stroke(line((0.0, 2.0), (16.0, 2.0)), 1.0, (16, 16), (4, 4))
    np.testing.assert_array_equal(across, [[True] * 4, *[[False] * 4] * 3])
    assert not stroke(np.zeros((0, 2)), 4.0, (16, 16), (4, 4)).any()


def test_points_between_two_places_are_close_enough_for_the_smallest_brush():
    points = line((0.0, 0.0), (3.0, 4.0))
    assert np.linalg.norm(np.diff(points, axis=0), axis=1).max() <= 0.5 + 1e-9
    np.testing.assert_array_equal(points[[0, -1]], [[0, 0], [3, 4]])
    np.testing.assert_array_equal(line((1.0, 2.0), (1.0, 2.0)), [[1, 2]])


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_heat_is_deepest_at_the_peak_and_light_falls_where_a_unit_is_on(channels):
    pictures = np.full((1, 8, 8, channels), 200, np.uint8)
    if channels == 4:
        pictures[..., 3] = 0  # transparent over white
    ground = 255 if channels == 4 else 200
    heat = np.zeros((1, 4, 4), np.float16)
    heat[0, 1, 1] = 2.0
    warm = overlaid(pictures, heat, 0.5, 2.0, "heat")
    assert warm.shape == (1, 8, 8, 3)
    np.testing.assert_array_equal(warm[0, 6:, 6:], ground)
    away = np.abs(warm[0].astype(int) - HEAT).sum(-1)
    assert away.argmin() in (2 * 8 + 2, 3 * 8 + 3, 2 * 8 + 3, 3 * 8 + 2)
    lit = overlaid(pictures, heat, 0.5, 2.0, "on")
    on = upsampled(heat, 8, 8)[0] > 0.5
    assert (lit[0][on] == ground).all()
    assert (lit[0][~on] == round(DARK * ground)).all()
    np.testing.assert_array_equal(overlaid(pictures, -heat, 0.0, 0.0, "heat"), np.full_like(lit, ground))


# ---- with an engine that answers at once --------------------------------------------------------------------


def fake_render(message):
    """Each picture grey by its number, with a bright square; as the newest stroke says where that was painted."""
    n = count(message.given)
    pictures = np.full((n, SIDE, SIDE, 1), 40, np.uint8)
    pictures[:, 4:8, 8:12] = 220
    if isinstance(message, Paint):
        for edit in message.edits:
            pictures[:, np.kron(edit.cells, np.ones((4, 4), bool))] = 0 if edit.levels is None else 255
    return Rendered(message.model, message.slot, message.request, pictures, 0.001)


def fake_units(message):
    heat = np.zeros((UNITS, 2, 4, 4), np.float16)
    heat[:, :, 1, 2] = PEAKS[:, None]
    agreement = AGREEMENT if message.region is not None else None
    pictures = np.full((3, SIDE, SIDE, 1), 90, np.uint8)
    places = np.tile([0, 2], (UNITS, 1))
    return Units(
        message.model,
        message.request,
        message.layer,
        PEAKS / 2,
        PEAKS / 4,
        np.stack([PEAKS, PEAKS - 0.5], 1),
        pictures,
        np.arange(3),
        places,
        heat,
        agreement,
    )


def fake_effects(message):
    return Effects(message.model, message.request, message.layer, tuple(range(UNITS)), EFFECTS)


@pytest.fixture
def page(qtbot, make_bench, planted, models_folder, monkeypatch, tmp_path):
    write_model(tmp_path / "planted.safetensors", planted)
    write_model(tmp_path / "plain.safetensors", _read(models_folder / "c-plain.safetensors"))
    monkeypatch.setattr(resources, "models_folder", lambda: tmp_path)
    bench = make_bench("planted")
    page = bench.inside.units
    page.bench, page.link = bench, bench.session._link
    page.link.others |= {Render: fake_render, Paint: fake_render, AskUnits: fake_units, AskEffects: fake_effects}
    page.dissecting._wait.setInterval(0)
    bench.inside.switch.button("units").click()
    qtbot.waitUntil(lambda: page.units.units.rowCount() == UNITS and page.grid.count > 0)
    return page


def _read(path):
    from ganstudio.checkpoints.model import read_model

    return read_model(path)


def asked(page, kind):
    return [message for message in page.link.posted if type(message) is kind]


def looked(qtbot, page) -> AskUnits:
    """Wait until units were looked at, and return the question."""
    qtbot.waitUntil(lambda: not page.dissecting._wait.isActive() and not page.dissecting.looking.busy)
    return asked(page, AskUnits)[-1]


def cell(page, unit: int) -> QPoint:
    """Return a point of the viewport in a unit's cell, which is scrolled to."""
    index = page.units._sorted.mapFromSource(page.units.units.index(unit))
    page.units.scrollTo(index)
    return page.units.visualRect(index).center()


def test_all_units_are_cells_that_are_sorted_by_what_is_known(qtbot, page):
    units, order = page.units, page.order
    first = looked(qtbot, page)
    assert (first.layer, first.region, first.quantile, count(first.given)) == (LAYER, None, 0.005, 100)
    assert units.order == [0, 1, 2, 3, 4, 5]
    assert not order._buttons["agreement"].isEnabled()
    assert not order._buttons["effect"].isEnabled()
    order._buttons["peak"].click()
    assert units.order == [3, 1, 5, 0, 4, 2]
    qtbot.mouseClick(units.viewport(), LEFT, NONE, cell(page, 5))
    qtbot.mouseClick(units.viewport(), LEFT, CONTROL, cell(page, 0))
    assert page.dissecting.chosen == (0, 5)
    qtbot.mouseClick(page.reverse, LEFT)
    assert units.order == [2, 4, 0, 5, 1, 3]
    assert page.dissecting.chosen == units.chosen == (0, 5), "sorting does not change what is chosen"
    page.reverse.click()
    assert page.panel.top.count == 2
    assert "unit 0" in page.panel.about.text()
    assert "peak 3" in page.panel.about.text()
    page.first.set_value(2)
    qtbot.mouseClick(page.take_first, LEFT)
    assert page.dissecting.chosen == (1, 3)
    # By the keyboard: the cursor is on the first of them, and Shift takes the next along.
    units.setFocus()
    qtbot.keyClick(units, Qt.Key.Key_Home)
    qtbot.keyClick(units, Qt.Key.Key_Right)
    assert page.dissecting.chosen == (1,)
    qtbot.keyClick(units, Qt.Key.Key_Right, SHIFT)
    assert page.dissecting.chosen == (1, 5)
    said = units._sorted.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith("unit 3 \N{MIDDLE DOT} on above 3")
    shown = units.units.top(3)
    page.panel.look._buttons["on"].click()
    assert (units.units.top(3) != shown).any()


def test_what_is_marked_with_the_mouse_is_what_units_are_held_against(qtbot, page):
    grid, concept, marking = page.grid, page.panel.concept, page.dissecting.marking
    drag(qtbot, grid, at(grid, 2, 8, 4), at(grid, 2, 12, 8))
    region = looked(qtbot, page).region
    assert region.samples.tolist() == [2]
    wanted = np.zeros((SIDE, SIDE), bool)
    wanted[4:8, 8:12] = True
    np.testing.assert_array_equal(region.masks[0], wanted)
    qtbot.waitUntil(page.order._buttons["agreement"].isEnabled)
    qtbot.mouseClick(page.order._buttons["agreement"], LEFT)
    assert page.units.order == [1, 5, 2, 4, 0, 3]
    assert "6.2% of the pixels of 1 picture" in concept.covers.text()

    qtbot.mouseClick(concept.tool._buttons["brush"], LEFT)
    concept.diameter.slider.setValue(2)
    drag(qtbot, grid, at(grid, 5, 2, 10), at(grid, 5, 9, 10), at(grid, 5, 9, 14))
    region = looked(qtbot, page).region
    assert region.samples.tolist() == [2, 5]
    brushed = region.masks[1]
    assert brushed[9:11, 2:9].all()
    assert brushed[10:14, 8:10].all()
    assert not brushed[:8].any()
    assert not brushed[12:, :7].any()

    qtbot.mouseClick(concept.tool._buttons["erase"], LEFT)
    drag(qtbot, grid, at(grid, 2, 8, 6), at(grid, 2, 12, 6))
    region = looked(qtbot, page).region
    np.testing.assert_array_equal(region.masks[0][4:8, 8:12].all(1), [True, False, False, True])
    assert grid.boxes == (), "an erased box is pixels"

    grid.setFocus()
    qtbot.keyClick(grid, Qt.Key.Key_Z, CONTROL)
    assert [box.sample for box in grid.boxes] == [2]
    qtbot.keyClick(grid, Qt.Key.Key_Z, CONTROL)
    assert marking.state.pictures == [2], "a stroke is undone as one"
    qtbot.keyClick(grid, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert marking.state.pictures == [2, 5]
    qtbot.mouseClick(concept.clear, LEFT)
    assert looked(qtbot, page).region is None
    qtbot.waitUntil(lambda: page.order.current == "unit")
    assert page.units.order == [0, 1, 2, 3, 4, 5]
    qtbot.mouseClick(concept.undo, LEFT)
    assert looked(qtbot, page).region.samples.tolist() == [2, 5]


def test_marks_are_brushed_with_the_keyboard_alone(qtbot, page):
    grid = page.grid
    page.panel.concept.tool._buttons["brush"].click()
    page.panel.concept.diameter.slider.setValue(1)
    grid.setFocus()
    qtbot.keyClick(grid, Qt.Key.Key_PageDown)
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    for _ in range(2):
        qtbot.keyClick(grid, Qt.Key.Key_Right, SHIFT)
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    marked = page.dissecting.marking.state
    assert marked.pictures == [1]
    rows, columns = np.nonzero(marked.brushed[1])
    assert (set(rows.tolist()), set(columns.tolist())) == ({7, 8}, {8, 9, 10})
    qtbot.keyClicks(grid, "]]")
    assert page.panel.concept.diameter.value() == 3
    assert grid.brush.diameter == 3.0
    qtbot.keyClicks(grid, "[")
    assert page.panel.concept.diameter.value() == 2


def test_a_brightness_or_a_colour_is_a_concept_on_all_pictures(qtbot, page):
    concept, dissecting = page.panel.concept, page.dissecting
    qtbot.mouseClick(concept.kind._buttons["brightness"], LEFT)
    assert "6.2% of the pixels that are shown" in concept.covers.text()
    concept.low.slider.setFocus()
    concept.low.slider.setValue(90)
    assert "0.0%" in concept.covers.text()
    concept.high.slider.setValue(10)
    assert looked(qtbot, page).region == Brightness(0.1, 0.1)
    concept.low.slider.setValue(0)
    concept.high.slider.setValue(50)
    assert "93.8%" in concept.covers.text()
    assert looked(qtbot, page).region == Brightness(0.0, 0.5)
    assert page.grid.boxes == ()
    assert not concept.kind._buttons["colour"].isVisible(), "grey pictures have no colours"
    # What a colour does is the same page's; its pictures are pointed at.
    dissecting.set_concept("colour")
    assert page.grid.tool == "pick"
    qtbot.mouseClick(page.grid, LEFT, NONE, at(page.grid, 0, 9.5, 5.5))
    assert looked(qtbot, page).region == NearColour((220, 220, 220), 90.0)
    concept.take_colour(QColor(40, 40, 40))
    concept.distance.slider.setValue(5)
    assert looked(qtbot, page).region == NearColour((40, 40, 40), 5.0)
    assert "93.8%" in concept.covers.text()


def test_levels_layers_and_pictures_are_asked_for_as_they_are_set(qtbot, page):
    panel = page.panel
    qtbot.mouseClick(panel.level._buttons["informative"], LEFT)
    assert looked(qtbot, page).quantile is None
    assert not panel.share.isEnabled()
    panel.level._buttons["share"].click()
    panel.share.line.selectAll()
    qtbot.keyClicks(panel.share.line, "2")
    qtbot.keyClick(panel.share.line, Qt.Key.Key_Return)
    assert looked(qtbot, page).quantile == pytest.approx(0.02)
    drag(qtbot, page.grid, at(page.grid, 20, 2, 2), at(page.grid, 20, 6, 6))
    drag(qtbot, page.grid, at(page.grid, 3, 2, 2), at(page.grid, 3, 6, 6))
    panel.count.line.selectAll()
    qtbot.keyClicks(panel.count.line, "8")
    qtbot.keyClick(panel.count.line, Qt.Key.Key_Return)
    question = looked(qtbot, page)
    assert (count(question.given), question.region.samples.tolist()) == (8, [3])
    qtbot.waitUntil(lambda: page.grid.count == 8)
    panel.seed.line.selectAll()
    qtbot.keyClicks(panel.seed.line, "7")
    qtbot.keyClick(panel.seed.line, Qt.Key.Key_Return)
    question = looked(qtbot, page)
    assert question.region is None
    np.testing.assert_array_equal(question.given[0], page.dissecting.model.draw(8, 7, None)[0])


def test_effects_are_asked_for_with_progress_and_can_be_cancelled(qtbot, page):
    panel, link = page.panel, page.link
    assert not panel.rank.isEnabled()
    assert panel.needs.isVisible()
    panel.concept.kind._buttons["brightness"].click()
    looked(qtbot, page)
    assert panel.rank.isEnabled()
    del link.others[AskEffects]
    qtbot.mouseClick(panel.rank, LEFT)
    (question,) = asked(page, AskEffects)
    assert (question.region, question.layer) == (page.dissecting.brightness, LAYER)
    assert panel.causing.isVisible()
    link.arrived.emit(DissectionProgress(question.model, question.request, 3, 10))
    assert (panel.causing.bar.value(), panel.causing.bar.maximum()) == (3, 10)
    qtbot.mouseClick(panel.causing.cancel, LEFT)
    assert Cancel(question.model, question.request) in link.posted
    assert panel.rank.isVisible()
    link.arrived.emit(fake_effects(question))
    assert not page.units.units.has_effects, "an answer to what was cancelled is nobody's"

    panel.rank.click()
    question = asked(page, AskEffects)[-1]
    link.arrived.emit(DissectionFailed(question.model, question.request, "no pixel of these pictures is in the region"))
    assert "no pixel" in panel.effect_refusal.text()
    assert panel.effect_refusal.isVisible()
    link.others[AskEffects] = fake_effects
    panel.rank.click()
    qtbot.waitUntil(lambda: page.units.units.has_effects)
    assert page.order.current == "effect"
    assert page.units.order == [4, 0, 1, 5, 2, 3]
    assert not panel.effect_refusal.isVisible()
    assert "effect \N{MINUS SIGN}0.1000" in page.units.units.about(3)
    panel.concept.low.slider.setValue(5)
    assert not page.units.units.has_effects, "effects on another concept say nothing"
    assert page.order.current == "agreement"


def test_strokes_set_the_chosen_units_and_the_newest_picture_wins(qtbot, page):
    canvas, painting, panel, link = page.canvas, page.painting, page.panel.brush, page.link
    qtbot.mouseClick(page.part._buttons["paint"], LEFT)
    assert canvas.isVisible()
    qtbot.waitUntil(lambda: canvas.count == 2)
    qtbot.mouseClick(canvas, LEFT, NONE, at(canvas, 0, 9, 5))
    assert asked(page, Paint) == [], "without a unit there is nothing to set"
    assert "Choose units" in panel.told.text()
    for unit, modifier in ((SQUARE, NONE), (4, CONTROL)):
        qtbot.mouseClick(page.units.viewport(), LEFT, modifier, cell(page, unit))
    assert "1, 4" in panel.told.text()

    panel.diameter.slider.setValue(2)
    link.hold()
    drag(qtbot, canvas, at(canvas, 0, 9, 6), at(canvas, 0, 14, 6), at(canvas, 0, 14, 14))
    assert len(asked(page, Paint)) == 1, "one picture is drawn at a time"
    link.release()
    qtbot.waitUntil(lambda: painting._asked is None)
    first, newest = asked(page, Paint)
    cells = np.zeros((4, 4), bool)
    cells[1, 2:] = cells[1:, 3] = True
    assert len(newest.edits) == 1, "a stroke is one edit"
    edit = newest.edits[0]
    assert (edit.layer, edit.units, edit.levels) == (LAYER, (1, 4), None)
    np.testing.assert_array_equal(edit.cells, cells)
    assert first.edits[0].cells.sum() == 1
    np.testing.assert_array_equal(newest.given[0], page.dissecting.given[0][:1])
    ablated = painting.picture.copy()
    assert (ablated[4:8, 8:12] == 0).all()

    # On the picture after, too; inserted at the units' levels.
    qtbot.mouseClick(panel.doing._buttons["insert"], LEFT)
    qtbot.mouseClick(canvas, LEFT, NONE, at(canvas, 1, 1, 1))
    qtbot.waitUntil(lambda: painting.picture[0, 0] == 255)
    edit = asked(page, Paint)[-1].edits[1]
    assert edit.levels == (float(PEAKS[1] / 4), float(PEAKS[4] / 4))
    assert panel.outcome.text() == "80 of 256 pixels changed"
    panel.strength.slider.setValue(200)
    qtbot.mouseClick(canvas, LEFT, NONE, at(canvas, 1, 6, 1))
    assert painting.state[2].levels == (float(PEAKS[1] / 2), float(PEAKS[4] / 2))

    canvas.setFocus()
    for strokes in (2, 1):
        qtbot.keyClick(canvas, Qt.Key.Key_Z, CONTROL)
        assert len(painting.state) == strokes
    qtbot.waitUntil(lambda: np.array_equal(painting.picture, ablated))
    qtbot.mouseClick(panel.redo, LEFT)
    assert len(painting.state) == 2
    qtbot.mouseClick(panel.reset, LEFT)
    qtbot.waitUntil(lambda: painting._asked is None and np.array_equal(painting.picture, page.dissecting.pictures[0]))
    qtbot.mouseClick(panel.undo, LEFT)
    assert len(painting.state) == 2
    painting.reset()

    # By the keyboard, on another picture.
    panel.picture.line.selectAll()
    qtbot.keyClicks(panel.picture.line, "3")
    qtbot.keyClick(panel.picture.line, Qt.Key.Key_Return)
    canvas.setFocus()
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up):
        for _ in range(8):
            qtbot.keyClick(canvas, key)
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: painting._asked is None and painting.picture is not None)
    (edit,) = painting.state
    x, y = canvas.brush.point.toTuple()
    assert [tuple(place) for place in np.argwhere(edit.cells)] == [(int(y / 4), int(x / 4))]
    np.testing.assert_array_equal(asked(page, Paint)[-1].given[0], page.dissecting.given[0][3:4])


def test_a_picture_that_cannot_be_painted_says_why_and_a_new_engine_is_asked_again(qtbot, page):
    painting, link = page.painting, page.link
    page.part._buttons["paint"].click()
    page.units.choose((SQUARE,))
    link.others[Paint] = lambda message: DissectionFailed(message.model, message.request, "out of memory")
    qtbot.mouseClick(page.canvas, LEFT, NONE, at(page.canvas, 0, 9, 5))
    qtbot.waitUntil(page.panel.brush.refusal.isVisible)
    assert page.panel.brush.refusal.text() == "out of memory"
    link.others[Paint] = lambda message: None
    painting.undo()
    painting.redo()
    assert painting._asked is not None
    posted = len(asked(page, Paint))
    page.bench.session.opened.emit(page.dissecting.model.key)
    assert len(asked(page, Paint)) == posted + 1
    link.others[Paint] = fake_render
    painting.undo()
    painting._on_lost()
    painting.ask()
    assert painting._asked is None
    np.testing.assert_array_equal(painting.picture, page.dissecting.pictures[0])
    assert not page.panel.brush.refusal.isVisible()


def test_marks_and_strokes_survive_an_engine_that_ends(qtbot, page):
    session, painting, dissecting = page.bench.session, page.painting, page.dissecting
    drag(qtbot, page.grid, at(page.grid, 2, 8, 4), at(page.grid, 2, 12, 8))
    looked(qtbot, page)
    page.units.choose((SQUARE,))
    page.part._buttons["paint"].click()
    qtbot.mouseClick(page.canvas, LEFT, NONE, at(page.canvas, 0, 9, 5))
    qtbot.waitUntil(lambda: painting.picture is not None and painting._asked is None)
    painted = painting.picture.copy()
    model = dissecting.model
    page.link.died.emit("killed")
    page.link = session._link
    page.link.others |= {Render: fake_render, Paint: fake_render, AskUnits: fake_units}
    qtbot.waitUntil(lambda: dissecting.model is not model and dissecting.pictures is not None)
    looked(qtbot, page)
    assert asked(page, AskUnits)[-1].region.samples.tolist() == [2]
    assert dissecting.chosen == (SQUARE,)
    qtbot.waitUntil(lambda: painting._asked is None and len(asked(page, Paint)) > 0)
    np.testing.assert_array_equal(painting.picture, painted)
    session._link = None
    page.panel.rank.click()
    assert page.panel.effect_refusal.text() == "No engine is running."
    session._link = page.link


def test_what_is_missing_is_said_in_words(qtbot, page):
    link, panel = page.link, page.panel
    del link.others[AskUnits]
    page.dissecting.set_seed(3)
    qtbot.waitUntil(lambda: page.dissecting.looking.busy)
    assert panel.looking.isVisible()
    page.dissecting._forget_units()
    qtbot.mouseClick(panel.looking.cancel, LEFT)
    assert "Look again" in page.units._empty
    link.others[AskUnits] = fake_units
    assert panel.again.isVisible()
    qtbot.mouseClick(panel.again, LEFT)
    qtbot.waitUntil(lambda: page.units.units.rowCount() == UNITS)
    assert not panel.again.isVisible()
    page.bench.show_model("plain")
    qtbot.waitUntil(lambda: page.dissecting.model.name == "Plain")
    assert "no layer with feature maps" in panel.refusal.text()
    assert "no units" in page.units._empty
    assert not panel.rank.isEnabled()
    assert page.units.units.rowCount() == 0
    page.bench.show_model("planted")
    qtbot.waitUntil(lambda: page.units.units.rowCount() == UNITS)
    assert panel.refusal.text() == ""

"""The Images bench with real widgets and an engine that answers at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from ganstudio.checkpoints import inputs
from ganstudio.checkpoints.model import read_model
from ganstudio.gui.images.arithmetic_panel import SHARES
from ganstudio.gui.images.opened import REACH
from ganstudio.image_messages import WriteSheet
from ganstudio.sheets import picture
from ganstudio.sheets.recipe import Recipe


def posted(bench, kind):
    return [message for message in bench.session._link.posted if isinstance(message, kind)]


def settled(qtbot, bench):
    """Wait until everything that was asked is drawn."""
    qtbot.waitUntil(lambda: not bench.session._flying and not bench.session._waiting)


def current_given(bench):
    return bench.explorer.moment.given(bench.explorer.model)


def test_the_shipped_models_stand_on_the_left_with_samples(qtbot, bench):
    assert list(bench.models.cards) == ["a-classes", "b-codes", "c-plain"]
    qtbot.waitUntil(lambda: all(card.thumbnail.count == 9 for card in bench.models.cards.values()))
    assert bench.models.cards["b-codes"].isChecked()
    assert "10 categories" in bench.models.cards["b-codes"].accessibleDescription()
    bench.models.cards["a-classes"].click()
    assert bench.explorer.model.name == "Classes"
    assert list(bench.sampling.pickers) == ["class"]
    assert bench.sampling.pickers["class"].button(2).text() == "Bird"


def test_the_grid_fills_its_panel_with_the_samples_that_the_command_draws(qtbot, bench):
    shown = bench.rendering.shown
    rows, columns = bench.grid.shape
    assert bench.grid.count == rows * columns == shown.recipe.n
    first, last = bench.grid.place_of(0), bench.grid.place_of(rows * columns - 1)
    covered = (last.right() - first.left()) * (last.bottom() - first.top())
    assert covered > 0.8 * bench.grid.width() * bench.grid.height()
    assert shown.latents is None
    assert shown.recipe.values == {}
    drawn = inputs.draw(bench.explorer.model.architecture, shown.recipe.n, 0)
    for ours, theirs in zip(shown.given(bench.explorer.model), drawn, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_cell_that_is_clicked_becomes_the_current_sample(qtbot, bench):
    model = bench.explorer.model
    qtbot.mouseClick(bench.grid, Qt.MouseButton.LeftButton, pos=bench.grid.place_of(5).center())
    np.testing.assert_array_equal(bench.explorer.latent, model.latents(6, 0, None)[5])
    assert bench.explorer.moment.values == model.values(model.draw(6, 0, None), 5)
    settled(qtbot, bench)
    assert bench.grid.current == 5
    bench.grid.setFocus()
    qtbot.keyClick(bench.grid, Qt.Key.Key_Right)
    qtbot.keyClick(bench.grid, Qt.Key.Key_Return)
    np.testing.assert_array_equal(bench.explorer.latent, model.latents(7, 0, None)[6])
    assert "sample 6" in bench.words.picture(6)


def test_a_slider_moves_the_current_sample_alone_and_undo_brings_it_back(qtbot, bench):
    settled(qtbot, bench)
    explorer, link = bench.explorer, bench.session._link
    before, grids = explorer.latent.copy(), len(link.renders("grid"))
    knob = bench.sampling.latent.knobs[0]
    knob.slider.setSliderDown(True)
    for position in (100, 300, 500):
        knob.slider.setValue(position)
    knob.slider.setSliderDown(False)
    settled(qtbot, bench)
    direction = explorer.model.directions[0]
    assert explorer.latent @ direction == pytest.approx(2.0, abs=1e-3)
    across = (explorer.latent - before) - ((explorer.latent - before) @ direction) * direction
    assert np.abs(across).max() < 1e-5
    assert len(link.renders("grid")) == grids, "the other samples have not changed"
    shown = bench.rendering.shown
    np.testing.assert_array_equal(shown.latents[0], explorer.latent)
    np.testing.assert_array_equal(shown.latents[1:], explorer.model.latents(shown.recipe.n, 0, None)[1:])
    bench.sampling.tools["undo"].click()
    np.testing.assert_array_equal(explorer.latent, before)
    assert not explorer.can_undo
    bench.sampling.tools["redo"].click()
    assert explorer.latent @ direction == pytest.approx(2.0, abs=1e-3)
    qtbot.keyClick(bench.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    np.testing.assert_array_equal(explorer.latent, before)


def test_what_is_typed_counts_and_reset_takes_it_back(qtbot, bench):
    explorer, knob = bench.explorer, bench.sampling.latent.knobs[2]
    before = explorer.latent.copy()
    knob.field.line.selectAll()
    qtbot.keyClicks(knob.field.line, "-1.25")
    qtbot.keyClick(knob.field.line, Qt.Key.Key_Return)
    assert explorer.coordinate(2) == pytest.approx(-1.25, abs=1e-5)
    assert bench.sampling.buttons["reset"].isEnabled()
    knob._reset.click()
    np.testing.assert_allclose(explorer.latent, before, atol=1e-6)


def test_a_locked_coordinate_survives_a_new_latent(bench):
    explorer = bench.explorer
    bench.sampling.latent.kinds._buttons["coordinates"].click()
    explorer.set_coordinate(3, 1.5)
    bench.sampling.latent.knobs[3]._lock.click()
    before = explorer.latent.copy()
    bench.sampling.buttons["random"].click()
    assert explorer.latent[3] == pytest.approx(1.5, abs=1e-5)
    assert np.abs(np.delete(explorer.latent - before, 3)).min() > 1e-6


def test_of_many_changes_only_the_newest_is_drawn(qtbot, bench):
    settled(qtbot, bench)
    link, explorer = bench.session._link, bench.explorer
    link.hold()
    asked = len(link.renders("current"))
    for value in np.linspace(-2, 2, 20):
        explorer.set_coordinate(0, float(value))
    assert len(link.renders("current")) == asked + 1, "one request is under way, however many changes there are"
    link.release()
    settled(qtbot, bench)
    last = link.renders("current")[-1]
    assert len(link.renders("current")) == asked + 2
    np.testing.assert_array_equal(last.given[0][0], explorer.latent)


def test_by_category_has_a_row_for_each_and_a_code_across(qtbot, bench):
    bench.modes.button("by").click()
    qtbot.waitUntil(lambda: bench.rendering.shown.recipe.down is not None)
    recipe = bench.rendering.shown.recipe
    assert (recipe.down.name, recipe.across.name) == ("category", "c1")
    assert bench.grid.shape[0] == 10
    given = bench.rendering.shown.given(bench.explorer.model)
    assert len(np.unique(given[0], axis=0)) == 1, "all are the current sample"
    columns = bench.grid.shape[1]
    np.testing.assert_allclose(given[2][:columns, 0], np.linspace(-REACH, REACH, columns), atol=1e-6)
    bench.take(3 * columns + 1)
    assert bench.explorer.moment.values["category"] == 3
    settled(qtbot, bench)
    assert bench.grid.current == 3 * columns + 1


def test_by_class_shows_each_latent_as_every_class(qtbot, make_bench):
    bench = make_bench("a-classes")
    bench.explorer.set_mode("by")
    qtbot.waitUntil(lambda: bench.rendering.shown.recipe.down is not None)
    shown, columns = bench.rendering.shown, bench.grid.shape[1]
    given = shown.given(bench.explorer.model)
    np.testing.assert_array_equal(given[0][:columns], given[0][columns : 2 * columns])
    assert given[1][: columns + 1].tolist() == [0] * columns + [1]
    assert bench.grid._row_titles == ["Cat", "Dog", "Bird"]


def test_classes_are_picked_blended_and_released(qtbot, make_bench):
    bench = make_bench("a-classes")
    picker, explorer = bench.sampling.pickers["class"], bench.explorer
    picker.button(1).click()
    settled(qtbot, bench)
    assert set(bench.rendering.shown.given(explorer.model)[1].tolist()) == {1}
    picker.other.setCurrentIndex(picker.other.findData(2))
    picker.other.activated.emit(picker.other.currentIndex())
    assert picker.share.isVisibleTo(bench)
    picker.share.slider.setValue(-500)
    settled(qtbot, bench)
    shares = bench.rendering.shown.given(explorer.model)[1]
    np.testing.assert_allclose(shares, np.tile([0.0, 0.75, 0.25], (len(shares), 1)), atol=1e-6)
    np.testing.assert_allclose(current_given(bench)[1], [[0.0, 0.75, 0.25]], atol=1e-6)
    picker.button(-1).click()
    settled(qtbot, bench)
    assert set(bench.rendering.shown.given(explorer.model)[1].tolist()) == {0, 1, 2}


def test_a_code_has_a_strip_whose_pictures_set_it(qtbot, bench):
    settled(qtbot, bench)
    knob = bench.sampling.codes["c1"]
    assert knob.strip.count == 9
    assert knob.knob.accessibleName() == "c1 slant"
    asked = bench.session._link.renders("strip c1")[-1]
    np.testing.assert_allclose(asked.given[2][:, 0], np.linspace(-REACH, REACH, 9))
    qtbot.mouseClick(knob.strip, Qt.MouseButton.LeftButton, pos=knob.strip.place_of(8).center())
    assert bench.explorer.moment.values["c1"] == REACH
    assert bench.explorer.moment.fixed == {"c1"}


def test_truncation_holds_the_latents_of_the_grid(qtbot, bench):
    bench.sampling.truncation.field.line.selectAll()
    qtbot.keyClicks(bench.sampling.truncation.field.line, "0.5")
    qtbot.keyClick(bench.sampling.truncation.field.line, Qt.Key.Key_Return)
    settled(qtbot, bench)
    assert bench.rendering.shown.recipe.truncation == 0.5
    assert np.abs(bench.rendering.shown.given(bench.explorer.model)[0]).max() <= 0.5
    bench.sampling.truncation._reset.click()
    assert bench.explorer.moment.truncation is None


def test_pins_make_a_walk_whose_ends_they_are(qtbot, bench):
    explorer = bench.explorer
    bench.sampling.buttons["A"].click()
    bench.take(7)
    bench.sampling.buttons["B"].click()
    settled(qtbot, bench)
    assert bench.strip.isVisible()
    walk = bench.rendering.walk(11)
    np.testing.assert_allclose(walk[[0, -1]], [explorer.pins["A"], explorer.pins["B"]], atol=1e-6)
    lengths = np.linalg.norm(walk, axis=1)
    bench.explorer.set_mode("walk")
    bench.film_bar.way._buttons["linear"].click()
    assert np.linalg.norm(bench.rendering.walk(11), axis=1)[5] < lengths[5], "the chord is shorter than the arc"
    settled(qtbot, bench)
    np.testing.assert_allclose(bench.rendering.shown.latents[0], explorer.pins["A"], atol=1e-6)
    bench.take(2)
    np.testing.assert_allclose(explorer.latent, bench.rendering.shown.latents[2], atol=1e-5)


def test_the_plane_has_its_three_latents_in_its_corners(qtbot, bench):
    bench.explorer.set_mode("plane")
    settled(qtbot, bench)
    rows, columns = bench.grid.shape
    latents = bench.rendering.shown.latents.reshape(rows, columns, -1)
    corners = bench.explorer.model.latents(3, 0, None)
    for found, wanted in zip((latents[0, 0], latents[0, -1], latents[-1, 0]), corners, strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_arithmetic_on_three_samples_each(qtbot, bench):
    explorer, model = bench.explorer, bench.explorer.model
    bench.explorer.set_mode("arithmetic")
    settled(qtbot, bench)
    bench.grid.setFocus()
    for number, name in enumerate("AAABBBCCC"):
        bench.take(number)
        bench._add_at_cursor(name)
    settled(qtbot, bench)
    z = model.latents(9, 0, None)
    wanted = z[:3].mean(axis=0) - z[3:6].mean(axis=0) + z[6:9].mean(axis=0)
    assert bench.arithmetic.result.count == 9
    np.testing.assert_allclose(bench.rendering.result_latent("result", 4), wanted, atol=1e-5)
    others = np.delete(np.stack([bench.rendering.result_latent("result", n) for n in range(9)]), 4, axis=0)
    assert 0.2 < np.abs(others - wanted).max() <= 0.25 + 1e-5
    assert bench.arithmetic.pixels.count == 1
    bench.arithmetic.result.taken.emit(4)
    np.testing.assert_allclose(explorer.latent, wanted, atol=1e-5)
    bench.arithmetic.what._buttons["turn"].click()
    settled(qtbot, bench)
    turn = z[3:6].mean(axis=0) - z[:3].mean(axis=0)
    last = bench.rendering.result_latent("turned", len(SHARES) - 1)
    np.testing.assert_allclose(last, wanted + turn, atol=1e-5)
    bench.arithmetic.clears["B"].click()
    assert bench.arithmetic.turned.count == 0


def test_a_sheet_is_exported_as_it_is_seen_and_dropped_back(qtbot, bench, models_folder, tmp_path):
    bench.explorer.set_seed(11)
    bench.explorer.set_mode("by")
    bench.explorer.set_coordinate(1, 2.0)
    settled(qtbot, bench)
    path = tmp_path / "sheet.png"
    bench.taking.write(str(path))
    qtbot.waitUntil(lambda: any("Saved" in message.text for message in bench._messages.messages()))
    (asked,) = posted(bench, WriteSheet)
    recipe = Recipe.model_validate_json(asked.recipe)
    latent = bench.explorer.latent.copy()
    model = read_model(models_folder / "b-codes.safetensors")
    samples = np.zeros((recipe.n, 1, 8, 8), np.float32)
    path.write_bytes(picture.png(samples, model, recipe, asked.latents))

    bench.show_model("c-plain")
    bench.open_path(str(path))
    settled(qtbot, bench)
    assert bench.explorer.model.name == "Codes"
    assert bench.explorer.mode == "by"
    assert bench.explorer.moment.seed == 11
    np.testing.assert_allclose(bench.explorer.latent, latent, atol=1e-6)
    assert replace(bench.rendering.shown, current=None).recipe == recipe


def test_the_grid_is_copied(qtbot, bench):
    bench.grid.setFocus()
    qtbot.keyClick(bench.grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    image: QImage = QGuiApplication.clipboard().image()
    rows, columns = bench.grid.shape
    assert (image.width(), image.height()) == (columns * 10 + 2, rows * 10 + 2)


def test_a_film_of_the_walk_is_written(qtbot, bench, tmp_path):
    bench.explorer.set_mode("walk")
    path = tmp_path / "walk.gif"
    bench.taking.set_film(8, 10)
    bench.taking.write_film(str(path))
    qtbot.waitUntil(path.exists, timeout=60_000)
    qtbot.waitUntil(lambda: not bench.film_bar.cancel.isVisible(), timeout=10_000)
    assert path.read_bytes()[:4] == b"GIF8"


def test_a_walk_plays_in_one_large_picture_until_it_is_paused(qtbot, bench):
    explorer, player, bar = bench.explorer, bench.player, bench.film_bar
    bench.sampling.buttons["A"].click()
    bench.take(7)
    bench.sampling.buttons["B"].click()
    settled(qtbot, bench)
    bench.strip.play.click()
    assert explorer.mode == "walk"
    assert (bench.film_screen.isVisible(), bench.grid.isVisible()) == (True, False)
    bar.frames.set_value(10)
    bar.rate.set_value(60)
    bench._on_film_settings()
    qtbot.waitUntil(lambda: player.number > 2)
    assert player._frames.shape[0] == 10
    assert bar.play.text() == "Pause"
    # Space and a click pause; what is seen stays.
    QTest.keyClick(bench.film_screen, Qt.Key.Key_Space)
    number = player.number
    assert not player.playing
    qtbot.wait(50)
    assert (player.number, bar.play.text()) == (number, "Play")
    QTest.mouseClick(bench.film_screen, Qt.MouseButton.LeftButton)
    assert player.playing
    # Another way is drawn while the old one plays.
    before = player._frames
    bar.way._buttons["linear"].click()
    qtbot.waitUntil(lambda: player._frames is not before)
    assert player.playing
    assert bench.take_key(QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier))
    assert (bench.film_screen.isVisible(), bench.grid.isVisible(), player.playing) == (False, True, False)
    bar.play.click()
    assert player.playing
    explorer.set_mode("samples")
    assert not player.playing
    assert bench.grid.isVisible()


def test_in_little_room_pages_and_modes_are_chosen_from_lists(qtbot, make_bench):
    bench = make_bench("c-plain", (730, 560))
    for switch in (bench.inside.switch, bench.modes):
        assert (switch._segments.isVisible(), switch._list.isVisible()) == (False, True)
    # A model without classes and codes has no such mode.
    modes = bench.modes._list
    assert not modes.model().item(1).isEnabled()
    assert modes.model().item(3).isEnabled()
    modes.setFocus()
    qtbot.keyClick(modes, Qt.Key.Key_End)
    assert bench.explorer.mode == bench.modes.offered[-1]
    bench.resize(730, 560)
    assert bench.width() < 800  # what the smallest window leaves
    pages = bench.inside.switch._list
    pages.setFocus()
    qtbot.keyClick(pages, Qt.Key.Key_Down)
    assert bench.inside.current == bench.inside.switch.offered[1] == "filters"


def test_what_is_being_loaded_is_said(qtbot, bench):
    assert bench.loading.isHidden()
    bench.session._link.hold()
    key = bench.session.open_path(bench.session.model("a-classes").path)
    bench.session.model(key).opened = None
    bench.show_model(key)
    assert bench.loading.text == "Loading Classes; this is still Codes"
    bench.session._link.release()
    qtbot.waitUntil(lambda: bench.explorer.model.key == key)
    assert bench.loading.isHidden()


def test_an_engine_that_dies_is_started_again_and_told_what_was_open(qtbot, bench):
    settled(qtbot, bench)
    bench.explorer.set_coordinate(0, 1.0)
    latent, link = bench.explorer.latent.copy(), bench.session._link
    link.died.emit("killed")
    assert bench.session._link is not link
    qtbot.waitUntil(lambda: bool(bench.session._link.renders("grid")) and not bench.session._flying)
    np.testing.assert_array_equal(bench.explorer.latent, latent)
    for _ in range(2):
        bench.session._link.died.emit("killed")
    assert bench.session._link is None
    bench._messages.messages()[0].findChildren(QPushButton)[0].click()
    qtbot.waitUntil(lambda: bench.session._link is not None and bool(bench.session._link.renders("grid")))


@pytest.mark.parametrize("name", ["broken.safetensors", "notes.pt"])
def test_a_file_that_is_no_model_is_refused_in_a_line(qtbot, bench, tmp_path, name):
    path: Path = tmp_path / name
    path.write_bytes(b"no model")
    bench.open_path(str(path))
    qtbot.waitUntil(lambda: any(name in message.text for message in bench._messages.messages()))
    assert bench.explorer.model.name == "Codes"
    assert len(bench.models.cards) == 3


def test_without_any_model_it_says_what_to_do(qtbot, make_bench, monkeypatch, tmp_path):
    bench = make_bench()
    for model in list(bench.session.shelf):
        bench.session.close(model.key)
    assert bench.explorer.model is None
    assert "Open one" in bench.grid._empty
    assert not bench.footer.export.isEnabled()

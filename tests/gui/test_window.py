"""The window without an engine: what is shown, what a press does, what is remembered."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from ganstudio import files, presets
from ganstudio.experiment import Comparison, Experiment
from ganstudio.gui import theme
from ganstudio.gui.about import AboutBox
from ganstudio.gui.actions import ACTIONS
from ganstudio.gui.main_window import MainWindow
from ganstudio.gui.setup.panel import PendingBar
from ganstudio.gui.wording import verdict
from ganstudio.messages import CreateRefused, RunPaused, RunRefused
from ganstudio.methods import METHODS

MakeWindow = Callable[..., MainWindow]
Feed = Callable[..., None]


def click(widget: object) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)  # type: ignore[call-overload]


def button(window: MainWindow, text: str) -> QPushButton:
    """Return the visible button with a text."""
    return next(b for b in window.findChildren(QPushButton) if b.text() == text and b.isVisible())


def type_into(field: object, text: str) -> None:
    """Type a value into a form's field and press Enter, as a person would."""
    line = getattr(field, "line", field)
    assert isinstance(line, QLineEdit)
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)


def messages(window: MainWindow) -> list[str]:
    return [message.text for message in window.messages.messages()]


def labels(widget: object) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]  # type: ignore[attr-defined]


# ---- the first look ----------------------------------------------------------------------------------


def test_it_opens_on_the_start_up_comparison(window: MainWindow) -> None:
    panes = window.session.panes
    assert [pane.experiment.title for pane in panes] == ["NS GAN", "WGAN-GP"]
    left, right = (pane.experiment for pane in panes)
    assert left.data == right.data
    assert left.noise == right.noise
    assert left.generator == right.generator
    assert left.critic == right.critic
    assert left.seed == right.seed
    assert left.data.standard_deviation / left.data.radius <= 0.05  # type: ignore[attr-defined]


def test_headers_name_every_setting_that_differs(window: MainWindow) -> None:
    left, right = (labels(view) for view in window.bench.views())
    assert "critic learning rate 1e-4 \N{MIDDLE DOT} 1 critic step" in left
    assert any("critic learning rate 1e-3" in text and "5 critic steps" in text for text in right)
    differing = set(window.session.distinctions(window.session.panes[0]))
    assert differing <= {
        "objective.name",
        "objective.smoothing",
        "constraints.gradient_penalty",
        "critic_optimiser.learning_rate",
        "training.critic_steps",
    }


def test_real_samples_are_there_before_any_engine(window: MainWindow) -> None:
    first, second = (view.plane._real._points for view in window.bench.views())
    assert len(first) == 1000
    assert (first == second).all()


def test_every_action_has_a_tooltip_and_its_keys_are_its_own(window: MainWindow) -> None:
    keys: dict[str, str] = {}
    for name, action in window.actions_table.items():
        assert action.toolTip()
        if key := ACTIONS[name].keys:
            assert key not in keys, f"{name} and {keys.get(key)}"
            keys[key] = name


def test_every_field_of_the_setup_has_a_tooltip_and_a_name(window: MainWindow) -> None:
    for line in window.setup.findChildren(QLineEdit):
        assert line.toolTip(), line.accessibleName()
        assert line.accessibleName()
    for tool in window.bench.findChildren(QToolButton):
        assert tool.toolTip()


# ---- snapshots ---------------------------------------------------------------------------------------


def test_a_snapshot_is_shown(window: MainWindow, feed: Feed) -> None:
    pane = window.session.panes[0]
    feed(window.session, pane, 1234, modes=1.0, divergence=1.9)
    view = window.bench.view(pane)
    texts = labels(view)
    assert "step 1,234" in texts
    assert "collapsed: 1 of 8 modes" in texts
    assert view.metrics.card("modes").text == "1 / 8"
    assert view.losses.names() == ["critic", "generator"]
    assert len(view.plane._generated._points) == 200


def test_a_late_answer_of_a_run_that_is_no_more_is_dropped(window: MainWindow, feed: Feed) -> None:
    pane = window.session.panes[0]
    feed(window.session, pane, 99, stamp=pane.stamp + 1)
    assert pane.step == 0
    window.session._receive(RunRefused("pane of yesterday", 1, "no"))
    assert not messages(window)


def test_what_a_run_says_of_itself_is_a_message_that_names_it(window: MainWindow) -> None:
    pane = window.session.panes[1]
    window.session.play()
    window.session._receive(RunPaused(pane.name, pane.stamp, "Paused: the critic loss of seed 0 became NaN"))
    assert messages(window) == ["WGAN-GP: Paused: the critic loss of seed 0 became NaN"]
    assert not pane.playing
    assert window.session.playing  # the other one trains on


def test_a_run_that_cannot_start_says_so_and_does_not_count_as_playing(window: MainWindow) -> None:
    for pane in window.session.panes:
        window.session._receive(CreateRefused(pane.name, pane.stamp, "This run cannot start: device: 'cuda'"))
    assert "not training" in labels(window.bench.views()[0])
    window.session.toggle()
    assert not window.session.playing


def test_panes_with_other_data_can_be_compared(make_window: MakeWindow) -> None:
    ring = Experiment.of("ns").with_value("data.weights", [1, 1, 2, 1, 1, 1, 1, 1])
    roll = Experiment.of("ns").with_value("data.name", "swiss_roll")
    window = make_window(Comparison(experiments=(Experiment.of("ns"), ring, roll)))
    texts = [" ".join(labels(view)) for view in window.bench.views()]
    assert "1, 1, 2, 1" in texts[1]
    assert "data swiss roll" in texts[2]
    window.session.select(window.session.panes[2])
    window.session.edit("data.noise", 0.3)  # goes to the panes that share it only
    assert [pane.experiment.data.name for pane in window.session.panes] == ["ring", "ring", "swiss_roll"]
    assert window.session.sharers("data.noise") == [window.session.panes[2]]
    assert window.session.sharers("seed") == window.session.panes


def test_modes_without_weight_are_not_missed() -> None:
    data = Experiment.of("ns").with_value("data.count", 4).with_value("data.weights", [1, 1, 1, 0]).data
    said = verdict({"modes": 3.0, "reverse_kl": 0.0}, data)
    assert said is not None
    assert (said.text, said.state) == ("3 of 3 modes", "good")


def test_layers_that_are_off_are_not_computed(window: MainWindow) -> None:
    pane = window.session.panes[0]
    view = window.bench.view(pane)
    click(view.layers.pills["field"])
    assert pane.view.field  # the contour still needs it
    click(view.layers.pills["contour"])
    assert not pane.view.field
    assert not view.plane.layer("field")
    click(view.layers.pills["field"])
    assert pane.view.field


# ---- editing -----------------------------------------------------------------------------------------


def test_data_are_edited_in_all_panes_and_at_step_0_at_once(window: MainWindow) -> None:
    type_into(window.setup._data.field("count"), "5")
    assert [pane.experiment.data.count for pane in window.session.panes] == [5, 5]  # type: ignore[attr-defined]
    assert not window.session.pending


def test_networks_are_edited_in_the_selected_pane_only(window: MainWindow) -> None:
    click(window.bench.views()[0].plane)
    type_into(window.setup._networks.field("critic.width"), "32")
    assert [pane.experiment.critic.width for pane in window.session.panes] == [32, 64]
    assert any("critic width 32" in text for text in labels(window.bench.views()[0]))


def test_what_needs_a_restart_waits_for_it(window: MainWindow, feed: Feed) -> None:
    pane = window.session.panes[1]
    feed(window.session, pane, 10)
    type_into(window.setup._networks.field("generator.width"), "16")
    bar = window.setup.findChild(PendingBar)
    assert bar is not None
    assert bar.isVisible()
    assert "generator width" in " ".join(labels(bar))
    assert pane.experiment.generator.width == 64
    click(button(window, "Undo"))
    assert pane.draft.generator.width == 64
    assert not bar.isVisible()
    type_into(window.setup._networks.field("generator.width"), "16")
    click(button(window, "Restart"))
    assert pane.experiment.generator.width == 16
    assert not bar.isVisible()


def test_live_settings_need_no_restart(window: MainWindow, feed: Feed) -> None:
    pane = window.session.panes[1]
    feed(window.session, pane, 10)
    type_into(window.setup._optimisers.field("critic_optimiser.learning_rate"), "3e-4")
    assert pane.experiment.critic_optimiser.learning_rate == pytest.approx(3e-4)
    assert not window.session.pending
    type_into(window.setup._parts.constraints.field("penalty_weight"), "0.5")
    assert pane.experiment.constraints.penalty_weight == 0.5
    assert pane.step == 10


@pytest.mark.parametrize("text", ["-1", "abc", "1e9", "nan"])
def test_a_bad_number_is_refused_in_place_and_nothing_is_lost(window: MainWindow, text: str) -> None:
    before = window.session.comparison()
    field = window.setup._optimisers.field("critic_optimiser.learning_rate")
    type_into(field, text)
    assert window.session.comparison() == before
    assert field.message.endswith("at most 10")


def test_bad_weights_of_modes_are_refused_under_their_field(window: MainWindow) -> None:
    before = window.session.comparison()
    window.setup._data.set_more_opened(True)
    field = window.setup._data.field("weights")
    for _ in range(2):
        type_into(field, "1, 2, 3")
        assert window.session.comparison() == before
        assert field.message.startswith("3 numbers for 8 modes")


def test_methods_are_chosen_from_the_list(window: MainWindow) -> None:
    box = window.setup.method
    box.setFocus()
    box.showPopup()
    row = box.findData("hinge")
    index = box.model().index(row, 0)
    click_at = box.view().visualRect(index).center()
    QTest.mouseClick(box.view().viewport(), Qt.MouseButton.LeftButton, pos=click_at)
    assert window.session.panes[1].experiment.method == "hinge"
    assert window.session.panes[0].experiment.method == "ns"
    assert "Hinge GAN" in window.windowTitle()


def test_methods_are_chosen_from_the_gallery(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_table["methods"].trigger()
    gallery = window.pages.page("methods")
    qtbot.waitUntil(lambda: gallery.complete)
    assert [card.key for card in gallery.cards] == list(METHODS)
    card = next(card for card in gallery.cards if card.key == "lsgan")
    card.setFocus()
    QTest.keyClick(card, Qt.Key.Key_Return)
    assert window.session.panes[1].experiment.method == "lsgan"
    assert window.pages.currentWidget() is window.bench


def test_presets_open_from_their_gallery(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_table["presets"].trigger()
    qtbot.waitUntil(lambda: window.pages.page("presets").complete)
    card = next(card for card in window.pages.page("presets").cards if card.key == "penalty_weight")
    click(card)
    assert window.session.comparison() == presets.load("penalty_weight")
    assert len(window.bench.views()) == len(presets.load("penalty_weight").experiments)


@pytest.mark.parametrize("name", presets.names())
def test_every_preset_opens(window: MainWindow, name: str, qtbot: QtBot) -> None:
    window.open_preset(name)
    qtbot.wait(1)
    assert [view.isVisible() for view in window.bench.views()] == [True] * len(window.session.panes)


# ---- panes -------------------------------------------------------------------------------------------


def test_one_to_four_panes(window: MainWindow, qtbot: QtBot) -> None:
    add = window.actions_table["add_pane"]
    add.trigger()
    add.trigger()
    qtbot.wait(1)
    assert len(window.bench.views()) == 4
    assert not add.isEnabled()
    assert len({(view.x(), view.y()) for view in window.bench.views()}) == 4
    for _ in range(5):
        window.actions_table["close_pane"].trigger()
    assert len(window.bench.views()) == 1
    assert not window.actions_table["close_pane"].isEnabled()
    assert add.isEnabled()


def test_closing_a_pane_by_its_cross_keeps_the_others(window: MainWindow) -> None:
    second = window.bench.views()[1]
    click(window.bench.views()[0]._close)
    assert window.bench.views() == [second]
    assert window.session.active is second.pane
    assert not second._close.isVisible()


def test_the_next_pane_is_selected_by_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    assert window.session.active is window.session.panes[1]
    window.actions_table["next_pane"].trigger()
    assert window.session.active is window.session.panes[0]
    assert window.setup.method.value() == "ns"


# ---- keyboard ----------------------------------------------------------------------------------------


def test_space_plays_and_pauses_except_in_fields_and_on_buttons(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    window.bench.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert window.session.playing
    assert button(window, "Pause")
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert not window.session.playing
    line = window.setup._training.field("batch").line  # type: ignore[union-attr]
    line.setFocus()
    qtbot.keyClick(line, Qt.Key.Key_Space)
    assert not window.session.playing
    pill = window.bench.views()[0].layers.pills["real"]
    pill.setFocus()
    qtbot.keyClick(pill, Qt.Key.Key_Space)
    assert not window.session.playing
    assert not pill.isChecked()


def test_the_command_palette_finds_and_does(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_table["palette"].trigger()
    box = window.palette_box
    assert box.isVisible()
    qtbot.keyClicks(box._field, "two moons")
    qtbot.keyClick(box._field, Qt.Key.Key_Return)
    assert not box.isVisible()
    assert {pane.experiment.data.name for pane in window.session.panes} == {"two_moons"}
    window.actions_table["palette"].trigger()
    qtbot.keyClick(box._field, Qt.Key.Key_Escape)
    assert not box.isVisible()


def test_speed_is_stepped_by_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    assert window.transport.pace is None
    qtbot.keyClick(window, Qt.Key.Key_Comma)
    assert window.transport.pace == 200
    qtbot.keyClick(window, Qt.Key.Key_Period)
    assert window.transport.pace is None


def test_letters_typed_into_a_list_do_nothing_to_the_runs(window: MainWindow, qtbot: QtBot, feed: Feed) -> None:
    pane = window.session.panes[1]
    feed(window.session, pane, 10)
    box = window.setup._networks.field("generator.activation")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_R)
    assert pane.step == 10
    qtbot.keyClick(window, Qt.Key.Key_R)
    assert pane.step == 0


# ---- files and memory --------------------------------------------------------------------------------


def test_what_is_open_is_saved_and_opened_again(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    type_into(window.setup._data.field("count"), "6")
    before = window.session.comparison()
    window.save_path(str(path))
    assert files.load(path) == before
    window.open_preset("saturation")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    drop = QDropEvent(
        QPointF(10, 10), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    window.dropEvent(drop)
    assert window.session.comparison() == before


@pytest.mark.parametrize("content", ["version = [", "version = 99", "[data]\nname = 'nowhere'", "\x00"])
def test_a_broken_file_is_one_message_and_nothing_changes(window: MainWindow, tmp_path: Path, content: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(content)
    before = window.session.comparison()
    window.open_path(str(path))
    assert window.session.comparison() == before
    assert len(messages(window)) == 1
    assert str(path) in messages(window)[0]
    assert "\n" not in messages(window)[0]


def test_an_unwritable_place_is_a_message(window: MainWindow, tmp_path: Path) -> None:
    window.save_path(str(tmp_path / "missing" / "a.toml"))
    assert len(messages(window)) == 1


def test_changes_that_wait_are_told_when_the_setup_is_hidden(window: MainWindow, feed: Feed) -> None:
    pane = window.session.panes[1]
    feed(window.session, pane, 10)
    window.actions_table["setup"].trigger()
    window.choose_method("hinge")
    assert messages(window) == ["Changes wait for a restart."]
    click(button(window, "Restart"))
    assert pane.experiment.method == "hinge"
    assert not messages(window)


def test_layout_and_experiment_are_remembered(make_window: MakeWindow, qtbot: QtBot) -> None:
    first = make_window()
    first.open_preset("latent_size")
    first.actions_table["setup"].trigger()
    before = first.session.comparison()
    first.resize(1111, 777)
    first.close()
    second = make_window(size=(1111, 777))
    assert second.session.comparison() == before
    assert not second.setup.isVisible()


def test_a_broken_memory_starts_with_the_preset_and_says_so(make_window: MakeWindow, tmp_path: Path) -> None:
    (tmp_path / "memory").mkdir()
    (tmp_path / "memory" / "last.toml").write_text("nonsense")
    window = make_window()
    assert window.session.comparison() == presets.load(presets.STARTUP)
    assert "last.toml" in messages(window)[0]
    assert (tmp_path / "memory" / "last.toml.bak").read_text() == "nonsense"


# ---- looks -------------------------------------------------------------------------------------------


def test_theme_changes_everywhere(window: MainWindow) -> None:
    before = theme.current().palette
    try:
        pixel = window.grab().toImage().pixelColor(3, 400)
        window.actions_table["theme"].trigger()
        assert theme.current().palette is not before
        assert window.grab().toImage().pixelColor(3, 400) != pixel
    finally:
        theme.current().set_mode(before.name)  # type: ignore[arg-type]


def test_the_about_box_names_versions(window: MainWindow) -> None:
    window.actions_table["about"].trigger()
    box = window.findChild(AboutBox)
    assert box is not None
    assert not box.isModal()
    text = " ".join(labels(box))
    for part in ("GAN Studio: ", "Python: ", "PyTorch: ", "Qt: 6.", "NumPy: "):
        assert part in text
    box.close()


@pytest.mark.parametrize("size", [(900, 600), (1280, 800), (1920, 1080)])
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_nothing_in_a_pane_is_cut_or_overlaps(
    make_window: MakeWindow, size: tuple[int, int], count: int, qtbot: QtBot, feed: Feed
) -> None:
    experiments = tuple(Experiment.of(method) for method in ("ns", "wgan_gp", "wgan", "lsgan"))[:count]
    window = make_window(Comparison(experiments=experiments), size=size)
    for pane in window.session.panes:
        feed(window.session, pane, 12345, playing=True)
    qtbot.wait(20)
    assert window.size().toTuple() == size
    scrolls = [window.bench.verticalScrollBar(), window.bench.horizontalScrollBar()]
    assert size == (900, 600) or not any(bar.isVisible() for bar in scrolls)
    for view in window.bench.views():
        parts = [view._title, view.plane, *(part for part in (view.losses, view.metrics) if part.isVisible())]
        places = [QRect(part.mapTo(view, QPoint(0, 0)), part.size()) for part in parts]
        for part, place in zip(parts, places, strict=True):
            assert view.rect().contains(place), type(part).__name__
        assert not any(a.intersects(b) for a, b in itertools.combinations(places, 2)), places
        square = view.plane.plot_rect()
        assert view.plane.rect().contains(square), square
        assert min(square.width(), square.height()) >= 120


def test_a_folder_that_cannot_be_written_is_told(make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganstudio.gui.memory.os.access", lambda *_: False)
    assert any("cannot be remembered" in text for text in messages(make_window()))


def test_the_about_box_is_one(window: MainWindow) -> None:
    window.actions_table["about"].trigger()
    window.actions_table["about"].trigger()
    assert len(window.findChildren(AboutBox)) == 1
    window.findChild(AboutBox).close()

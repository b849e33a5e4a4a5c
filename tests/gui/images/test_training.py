"""The training page, with a link that goes nowhere: what is sent, and what is made of the answers."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from ganstudio.gui.app import application
from ganstudio.gui.images.training import TrainingPage, TrainingSession
from ganstudio.gui.images.training.mosaic import mosaic, resampled
from ganstudio.gui.images.training.set_card import duration
from ganstudio.gui.images.training.setup import picture_methods
from ganstudio.image_experiment import ImageExperiment
from ganstudio.image_messages import CreateImages, ImageSnapshot, ImageView, ModelSaved, SaveModel
from ganstudio.imagesets import IMAGE_SETS
from ganstudio.messages import (
    Change,
    CreateRefused,
    EngineReady,
    Knobs,
    Losses,
    Pause,
    Play,
    Reading,
    References,
    Remove,
    RunPaused,
    RunRefused,
    Step,
    Taken,
)
from ganstudio.methods import METHODS
from ganstudio.recipes import recipe
from ganstudio.settings import SettingsError

# What Qt's offscreen platform says of every window that has a least size.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


class DeadEnd(QObject):
    """A link to an engine that a test plays itself."""

    arrived = Signal(object)
    died = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.posted: list[object] = []
        self.pid = None
        self.heard, self.begun = time.monotonic(), False
        self.ended: list[str] = []

    def start(self) -> None:
        self.ended.append("started")

    def post(self, message: object) -> None:
        self.posted.append(message)

    def stop(self) -> None:
        self.ended.append("stopped")

    def kill(self) -> None:
        self.ended.append("killed")

    def dispose(self) -> None:
        self.ended.append("disposed")
        self.deleteLater()

    def created(self) -> CreateImages:
        return next(message for message in reversed(self.posted) if isinstance(message, CreateImages))


@pytest.fixture
def links() -> list[DeadEnd]:
    return []


@pytest.fixture
def session(qtbot: QtBot, links: list[DeadEnd]) -> Iterator[TrainingSession]:
    application()

    def make(parent: QObject) -> DeadEnd:
        links.append(DeadEnd(parent))
        return links[-1]

    session = TrainingSession(make_link=make)  # type: ignore[arg-type]
    yield session
    session.stop()
    session.deleteLater()


@pytest.fixture
def page(qtbot: QtBot, session: TrainingSession) -> Iterator[TrainingPage]:
    page = TrainingPage(session)
    page.resize(1264, 784)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitExposed(page)
    yield page
    page.stop()


def snapshot(session: TrainingSession, step: int, **more: object) -> ImageSnapshot:
    shape = (64, 8, 8, 1)
    values: dict[str, object] = {
        "run": "training",
        "stamp": session._stamp,
        "step": step,
        "steps_per_second": 10.0,
        "playing": session.playing,
        "device": "cpu",
        "pictures": np.random.default_rng(step).integers(0, 256, shape, dtype=np.uint8),
        "losses": Losses(np.array([step]), {"critic": np.ones((1, 1), np.float32)}),
        "real": np.linspace(1, 3, 128, dtype=np.float32),
        "fake": np.linspace(-3, -1, 128, dtype=np.float32),
    }
    return ImageSnapshot(**{**values, **more})  # type: ignore[arg-type]


def kinds(link: DeadEnd) -> list[type]:
    return [type(message) for message in link.posted]


# ---- the session -------------------------------------------------------------------------------------


def test_the_engine_starts_with_the_first_play_and_ends_with_the_session(session, links):
    session.edit("training.batch", 32)
    session.choose_method("wgan_gp")
    assert links == []
    session.play()
    (link,) = links
    assert kinds(link) == [CreateImages, Play]
    assert ImageExperiment.read(link.created().experiment) == recipe("wgan_gp", IMAGE_SETS["digits"]())[0]
    session.step_on()
    assert kinds(link)[-2:] == [Pause, Step]
    session.stop()
    assert link.ended == ["started", "stopped", "disposed"]


def test_snapshots_are_taken_and_late_ones_are_dropped(session, links):
    session.play()
    seen = []
    session.snapshot_arrived.connect(seen.append)
    link = links[0]
    old = snapshot(session, 5)
    link.arrived.emit(old)
    assert session.step == 5
    assert session.seconds_left == pytest.approx((3000 - 5) / 10)
    assert kinds(link)[-1] is Taken
    session.reset()
    link.arrived.emit(old)
    assert session.step == 0
    assert len(seen) == 1


def test_edits_hold_at_once_until_something_is_trained(session, links):
    session.play()
    link = links[0]
    link.arrived.emit(snapshot(session, 0))
    session.pause()
    session.edit("generator.width", 8)
    assert (session.exists, session.pending, kinds(link)[-1]) == (False, [], Remove)
    session.play()
    assert link.created().experiment["generator"]["width"] == 8
    link.arrived.emit(snapshot(session, 7))
    session.edit("generator.width", 16)
    assert session.pending == ["generator.width"]
    session.edit("critic_optimiser.learning_rate", 1e-3)
    assert link.posted[-1] == Change("training", "critic_optimiser.learning_rate", 1e-3)
    assert session.pending == ["generator.width"]
    with pytest.raises(SettingsError, match=r"data\.size"):
        session.edit("data.size", 9)
    session.discard_pending()
    assert (session.pending, session.draft.generator.width) == ([], 8)


def test_data_bring_their_recipe_and_keep_the_method_and_the_seed(session):
    session.edit("seed", 11)
    session.choose_method("lsgan")
    session.choose_data(IMAGE_SETS["mnist"]())
    wanted, steps = recipe("lsgan", IMAGE_SETS["mnist"]())
    assert session.draft == wanted.changed(seed=11)
    assert session.steps == steps
    session.set_steps(500)
    assert session.draft.training.decay_steps == 500
    session.edit("constraints.gradient_penalty", "real")
    assert session.draft.method is None
    session.choose_data(IMAGE_SETS["digits"]())
    assert session.draft.constraints.gradient_penalty == "real"
    assert session.draft.generator.dense == 256


def test_training_pauses_at_its_last_step_and_goes_on_when_asked_to(session, links):
    said = []
    session.message.connect(lambda level, text: said.append((level, text)))
    session.set_steps(10)
    session.play()
    link = links[0]
    link.arrived.emit(snapshot(session, 10))
    assert not session.playing
    assert kinds(link)[-1] is Pause
    assert said[0][0] == "good"
    session.play()
    link.arrived.emit(snapshot(session, 12))
    assert session.playing
    assert session.seconds_left is None


def test_a_dead_engine_is_replaced_when_training_begins_again(session, links):
    died = []
    session.engine_died.connect(died.append)
    session.play()
    links[0].arrived.emit(snapshot(session, 20))
    links[0].died.emit("it was killed")
    assert died == ["it was killed"]
    assert not session.playing
    assert session.step == 20  # the last picture stays
    session.restart()
    assert len(links) == 2
    assert session.step == 0
    links[0].arrived.emit(snapshot(session, 30))  # from beyond the grave
    assert session.step == 0


def test_a_silent_engine_is_noticed(session, links, monkeypatch):
    silent = []
    session.engine_silent.connect(silent.append)
    session.play()
    links[0].arrived.emit(snapshot(session, 1))
    links[0].heard -= 60
    session._look_after_engine()
    links[0].arrived.emit(snapshot(session, 2))
    session._look_after_engine()
    assert silent == [True, False]


def test_a_resumed_run_keeps_its_state_until_its_settings_change(session, links):
    experiment = recipe("ns", IMAGE_SETS["digits"]())[0]
    state = {"step": np.array(400), "generator.x": np.zeros(2)}
    session.resume(experiment, state)
    link = links[0]
    assert link.created().resume is state
    assert session.step == 400
    link.arrived.emit(snapshot(session, 400))
    session.edit("training.batch", 16)  # 400 steps are not thrown away for an edit
    assert session.pending == ["training.batch"]
    session.discard_pending()
    session.reset()
    assert (session.step, link.created().resume is state) == (400, True)
    session.edit("training.batch", 16)
    session.apply_pending()
    assert (session.step, link.created().resume) == (0, None)


# ---- the page ----------------------------------------------------------------------------------------


def test_space_trains_and_pictures_fill_the_panel(page, session, links, qtbot):
    QTest.keyClick(page, Qt.Key.Key_Space)
    assert session.playing
    assert page.transport.buttons["play"].text() == "Pause"
    links[0].arrived.emit(EngineReady("2.9", ("cpu",)))
    links[0].arrived.emit(snapshot(session, 3))
    grid = page.view.grid
    image = grid.image.deviceIndependentSize()
    assert (grid.columns, min(grid.width(), grid.height()) - image.height() < 9) == (8, True)
    assert "step 3 of 3,000" in page.view.clock.text()
    assert "5 min left" in page.view.clock.text()
    assert page.view.losses.names() == ["critic"]
    means = page.view.scores.means
    assert means["generated"] < 0.3 < 0.7 < means["real"]
    assert page.view.scores.range == (0.0, 1.0)
    QTest.keyClick(page, Qt.Key.Key_Space)
    assert not session.playing
    QTest.keyClick(page, Qt.Key.Key_S)
    assert kinds(links[0])[-1] is Step
    # What was learned is not lost without a question in the page.
    QTest.keyClick(page, Qt.Key.Key_R)
    assert session.step == 3
    (question,) = page.messages.messages()
    assert "in 3 steps is lost" in question.text
    saving, losing = question.findChildren(QPushButton)
    assert saving.text().startswith("Save model")
    losing.click()
    assert session.step == 0
    assert page.messages.messages() == []
    assert page.view.grid.image is None
    assert page.view.scores.empty


def test_scores_have_their_objectives_axis_and_distances_a_perfect_samplers_line(page, session, links):
    session.choose_method("wgan_gp")
    session.play()
    links[0].arrived.emit(snapshot(session, 1))
    low, high = page.view.scores.range
    assert low < -3 < 3 < high
    assert page.view.scores.means["real"] == pytest.approx(2.0)
    links[0].arrived.emit(snapshot(session, 2, real=None, fake=None))
    assert page.view.scores.empty
    check_distances(page, session, links)


def check_distances(page: TrainingPage, session: TrainingSession, links: list[DeadEnd]) -> None:
    chart = page.view.distance
    assert chart.empty
    readings = tuple(Reading(step, {"frechet_distance": np.array([value])}) for step, value in ((1, 9.0), (2, 4.0)))
    links[0].arrived.emit(snapshot(session, 2, readings=readings))
    links[0].arrived.emit(References("training", session._stamp, {"frechet_distance": (0.5, 0.1)}))
    assert (chart.name, chart.values, chart.reference) == ("frechet_distance", [9.0, 4.0], 0.5)
    assert not chart.empty
    session.reset()
    assert chart.values == []


def test_what_goes_wrong_is_said_and_nothing_else_is_lost(page, session, links):
    session.play()
    link = links[0]
    link.arrived.emit(snapshot(session, 8))
    link.arrived.emit(RunPaused("training", session._stamp, "Paused: the critic loss of seed 0 became NaN."))
    assert not session.playing
    assert page.messages.messages()[0].text.startswith("Paused: the critic loss")
    assert page.view.grid.image is not None
    session.save("/full/disk.safetensors", "x", resume=False)
    link.arrived.emit(RunRefused("training", session._stamp, "/full/disk.safetensors: No space left on device"))
    assert "No space left" in page.messages.messages()[0].text
    link.died.emit("it ended with code 9")
    assert "it ended with code 9" in page.messages.messages()[0].text
    assert page.view.grid.image is not None


def test_missing_data_are_said_at_the_data(page, session, links, monkeypatch):
    session.choose_data(IMAGE_SETS["mnist"]())
    session.play()
    told = "This run cannot start: mnist: its files (...) are not in ...; `ganstudio data get mnist` downloads them"
    links[0].arrived.emit(CreateRefused("training", session._stamp, told))
    card = page.setup.chooser.cards["mnist"]
    assert card.refusal.text() == told.partition(": ")[2]
    assert card.button.isVisible()
    assert not session.playing
    assert page.view.state.text() == "cannot train"
    session.choose_data(IMAGE_SETS["digits"]())
    assert (session.problem, card.refusal.text()) == ("", "")


def test_a_conditional_generator_is_asked_for_a_class_by_name(page, session, links):
    assert page.view.knobs.isHidden()
    session.choose_data(IMAGE_SETS["fashion_mnist"]())
    session.choose_method("cgan")
    session.play()
    choice = page.view.knobs.label_choice
    assert [choice.itemText(index) for index in (0, 1, 10)] == ["all", "T-shirt/top", "Ankle boot"]
    choice.setCurrentIndex(10)
    choice.activated.emit(10)
    assert links[0].posted[-1] == ImageView("training", knobs=Knobs(label=9))
    assert session.row_titles == ()
    # With any class, each row is of one, with its name beside it.
    choice.setCurrentIndex(0)
    choice.activated.emit(0)
    assert links[0].posted[-1] == ImageView("training", 80, Knobs(), 8)
    links[0].arrived.emit(snapshot(session, 1, pictures=np.zeros((64, 28, 28, 1), np.uint8)))
    assert page.view.grid.titles == ()
    links[0].arrived.emit(snapshot(session, 2, pictures=np.zeros((80, 28, 28, 1), np.uint8)))
    assert page.view.grid.titles[0] == "T-shirt/top"
    assert page.view.grid.image is not None
    assert page.view.grid.columns == 8
    choice.setCurrentIndex(10)
    choice.activated.emit(10)
    session.reset()
    assert kinds(links[0])[-3:] == [CreateImages, ImageView, Play]
    assert choice.value() == 9
    session.choose_method("ns")
    session.apply_pending()
    assert page.view.knobs.isHidden()
    assert session.knobs == Knobs()


def test_nothing_begins_without_pictures(page, session, links):
    session.choose_data(IMAGE_SETS["pictures"]())
    for key in (Qt.Key.Key_Space, Qt.Key.Key_S, Qt.Key.Key_R, Qt.Key.Key_N):
        QTest.keyClick(page, key)
    assert links == []
    assert "Choose a folder" in page.setup.chooser.own.refusal.text()
    page.setup.chooser.cards["digits"].choice.click()
    assert page.setup.chooser.own.refusal.text() == ""
    QTest.keyClick(page, Qt.Key.Key_N)
    assert links[0].created().experiment["seed"] == session.draft.seed != 0
    assert not session.playing


def test_a_model_is_saved_with_a_name_and_told_of(page, session, links, qtbot):
    assert not page.transport.buttons["save"].isEnabled()
    session.play()
    links[0].arrived.emit(snapshot(session, 40))
    page.transport.buttons["save"].click()
    card = page.save_card
    assert card.isVisible()
    assert card.name.text() == "DCGAN on Digits, 8 x 8"
    assert card.file_name == "dcgan-on-digits-8-x-8.safetensors"
    card.name.clear()
    assert not card.save.isEnabled()
    card.name.setText("Mine")
    assert card.state.isChecked()
    with qtbot.waitSignal(page.model_saved) as saved:
        card.use("/tmp/mine.safetensors")
        assert links[0].posted[-1] == SaveModel("training", "/tmp/mine.safetensors", "Mine", True)
        links[0].arrived.emit(ModelSaved("training", "/tmp/mine.safetensors", 40))
    assert saved.args == ["/tmp/mine.safetensors"]
    assert page.view.saved.text() == "saved at step 40"
    assert not card.isVisible()


def test_a_refused_setting_is_said_under_its_field(page, session):
    field = page.setup._networks.field("generator.width")
    field.line.selectAll()
    QTest.keyClicks(field.line, "0")
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    assert "Allowed: 1 to 512" in field.message
    page.setup._on_method("quadrature")
    assert "density" in page.setup._method_refused.text()
    assert session.draft.method == "ns"
    page.setup.method.edited.emit("infogan")
    assert session.draft.noise.dimensions == 62
    assert page.setup.method.currentText() == "InfoGAN"
    assert page.view.title.text() == "InfoGAN on Digits, 8 x 8"


def test_edits_of_a_trained_run_offer_a_restart(page, session, links):
    session.play()
    links[0].arrived.emit(snapshot(session, 9))
    session.edit("critic.width", 48)
    pending = page.setup.pending
    assert pending.isVisible()
    assert "critic width" in pending.text
    session.choose_data(IMAGE_SETS["pictures"]())
    assert "data" in pending.text
    pending.discard.click()
    assert not pending.isVisible()
    session.edit("critic.width", 48)
    pending.restart.click()
    assert links[0].created().experiment["critic"]["width"] == 48
    assert session.step == 0


def test_methods_begin_with_dcgan_and_leave_out_what_pictures_cannot():
    groups = picture_methods()
    assert next(iter(groups[""].values())) == "DCGAN"
    assert {key for titles in groups.values() for key in titles} == set(METHODS) - {"quadrature"}


def test_nothing_overlaps_nor_is_cut_and_everything_has_a_name(page, session, links):
    session.play()
    links[0].arrived.emit(snapshot(session, 1))
    for size in ((884, 500), (1264, 784)):
        page.resize(*size)
        QApplication.processEvents()
        check_places(page)
        assert (page.width(), page.height()) == size
    check_names(page)


def check_places(page: TrainingPage) -> None:
    view = page.view
    boxes = [one.geometry() for one in (view.grid, view.losses, view.scores, view.distance) if one.isVisible()]
    assert len(boxes) >= 3
    assert not any(one.intersects(other) for i, one in enumerate(boxes) for other in boxes[i + 1 :])
    assert all(view.grid.parentWidget().rect().contains(box) for box in boxes)
    row = [button.geometry() for button in page.transport.buttons.values()]
    assert not any(one.intersects(other) for i, one in enumerate(row) for other in row[i + 1 :])
    assert all(page.transport.rect().contains(box) for box in row)


def check_names(page: TrainingPage) -> None:
    for button in (*page.transport.buttons.values(), *(card.button for card in page.setup.chooser.cards.values())):
        if not button.isHidden():
            assert button.accessibleName()
            assert button.toolTip()
    assert page.setup.steps.line.accessibleName()
    assert page.view.grid.accessibleName()


def drop(page: TrainingPage, path: str) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path)])
    action, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.dropEvent(QDropEvent(QPoint(5, 5), action, data, button, keys, QEvent.Type.Drop))


def test_a_dropped_folder_is_learned_and_a_file_that_is_no_model_says_so(page, session, tmp_path, qtbot):
    wrong = tmp_path / "wrong.safetensors"
    wrong.write_text("no model")
    drop(page, str(wrong))
    qtbot.waitUntil(lambda: bool(page.messages.messages()))
    assert str(wrong) in page.messages.messages()[0].text
    drop(page, str(tmp_path))
    assert session.draft.data.path == str(tmp_path)
    chooser = page.setup.chooser
    qtbot.waitUntil(lambda: bool(chooser.own.refusal.text()))
    assert "holds no pictures" in chooser.own.refusal.text()


# ---- pictures as pixels ------------------------------------------------------------------------------


def test_enlarging_keeps_means_and_hard_edges():
    picture = np.zeros((1, 4, 4, 1), dtype=np.uint8)
    picture[0, 1, 2] = 255
    assert np.array_equal(resampled(picture, 8)[0, 2:4, 4:6, 0], np.full((2, 2), 255))
    large = resampled(picture, 10)[0, ..., 0]  # two and a half pixels each
    assert large.mean() == pytest.approx(255 / 16, abs=0.5)
    assert large[3, 6] == 255
    assert resampled(large[None, ..., None], 1)[0, 0, 0, 0] == pytest.approx(255 / 16, abs=1)


def test_a_mosaic_has_gaps_in_the_grounds_colour():
    pictures = np.full((3, 2, 2, 3), 200, dtype=np.uint8)
    pictures[2] = (250, 0, 0)
    sheet = mosaic(pictures, 2, 4, 1, "#102030", 1.0)
    assert (sheet.width(), sheet.height()) == (9, 9)
    seen = {name: sheet.pixelColor(*at).name() for name, at in {"gap": (4, 0), "none": (8, 8), "last": (0, 8)}.items()}
    assert seen == {"gap": "#102030", "none": "#102030", "last": "#fa0000"}
    grey = mosaic(pictures[:2, ..., :1], 2, 2, 1, "#102030", 2.0)
    assert grey.pixelColor(3, 1).name() == "#c8c8c8"
    assert grey.deviceIndependentSize().width() == 2.5


def test_times_are_said_as_people_do():
    said = [duration(seconds) for seconds in (0.2, 59, 61, 3600, 4800)]
    assert said == ["1 s", "59 s", "1 min", "1 h", "1 h 20 min"]

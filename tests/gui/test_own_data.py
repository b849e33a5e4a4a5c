"""Data of one's own in the window: drawn with mouse and keys, from files, and weights that act at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from ganstudio import presets
from ganstudio.data import Distribution
from ganstudio.data.own_gaussians import OwnGaussians
from ganstudio.data.points import Points
from ganstudio.data.raster import Raster
from ganstudio.data.ring import GaussianRing
from ganstudio.experiment import Experiment
from ganstudio.gui.app import application, open_window
from ganstudio.gui.main_window import MainWindow
from ganstudio.gui.memory import Memory
from ganstudio.gui.own_data.editor import DataEditor
from ganstudio.gui.setup.mode_weights import ModeWeights
from ganstudio.messages import Change
from ganstudio.settings import SettingsError

Feed = Callable[..., None]
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
Key = Qt.Key


class Hand:
    """A person's hand on the plane of the open editor."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        qtbot.keyClick(window.bench, Key.Key_E)
        assert window.own_data.editor is not None
        self.editor: DataEditor = window.own_data.editor
        self.plane = self.editor.view.plane
        self.port = self.plane.canvas

    @property
    def board(self) -> Any:
        return self.editor.board

    def at(self, x: float, y: float) -> QPoint:
        """Return where a place of the plane is on the viewport."""
        left, right, bottom, top = self.plane.visible_window()
        inside = self.port.mapFrom(self.plane, self.plane.plot_rect().topLeft())
        side = self.plane.plot_rect().width()
        return inside + QPoint(round((x - left) / (right - left) * side), round((top - y) / (top - bottom) * side))

    def send(self, kind: QEvent.Type, x: float, y: float, keys: Qt.KeyboardModifier = NONE) -> None:
        where = QPointF(self.at(x, y))
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else LEFT
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else LEFT
        event = QMouseEvent(kind, where, QPointF(self.port.mapToGlobal(where)), button, held, keys)
        QApplication.sendEvent(self.port, event)

    def hover(self, x: float, y: float) -> None:
        self.qtbot.mouseMove(self.port, self.at(0, 0))
        self.qtbot.mouseMove(self.port, self.at(x, y))

    def drag(self, *places: tuple[float, float], keys: Qt.KeyboardModifier = NONE) -> None:
        self.send(QEvent.Type.MouseButtonPress, *places[0], keys)
        for place in places[1:]:
            self.send(QEvent.Type.MouseMove, *place, keys)
        self.send(QEvent.Type.MouseButtonRelease, *places[-1], keys)

    def wheel(self, x: float, y: float, notches: int) -> None:
        where = QPointF(self.at(x, y))
        event = QWheelEvent(
            where,
            QPointF(self.port.mapToGlobal(where)),
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            NONE,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.port, event)

    def key(self, *keys: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
        for key in keys:
            self.qtbot.keyClick(self.plane, key, held)

    def pixels(self) -> np.ndarray:
        image = self.plane.grab(self.plane.plot_rect()).toImage()
        return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1).astype(int)

    def press(self, button: Any) -> None:
        self.qtbot.mouseClick(button, LEFT)


@pytest.fixture(scope="module")
def shared(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainWindow]:
    """One window for most tests here, without engines: making one takes longer than any of them."""
    application()
    window = open_window(presets.load(presets.STARTUP), Memory(tmp_path_factory.mktemp("memory")))
    window.painted.disconnect(window.session.start_soon)
    window.resize(1280, 800)
    window.show()
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def window(shared: MainWindow, qtbot: QtBot) -> MainWindow:
    """Return the window as it was at the start; its panes are the same, since pyqtgraph's views are not soon gone."""
    session = shared.session
    if shared.own_data.editor is not None:
        shared.own_data._close()
    for pane in session.panes:
        pane.playing = False
    session.set_drafts(dict(zip(session.panes, presets.load(presets.STARTUP).experiments, strict=True)))
    session.select(session.panes[-1])
    session.reset()
    shared.messages.clear()
    shared.activateWindow()
    qtbot.waitActive(shared)
    return shared


@pytest.fixture
def hand(window: MainWindow, qtbot: QtBot) -> Hand:
    return Hand(window, qtbot)


def data_of(window: MainWindow) -> list[Distribution]:
    return [pane.draft.data for pane in window.session.panes]


def told(window: MainWindow) -> str:
    return window.messages.messages()[0].text if window.messages.messages() else ""


def answer(window: MainWindow, text: str) -> QPushButton:
    """Return a button of the newest message."""
    return next(b for b in window.messages.messages()[0].findChildren(QPushButton) if b.text() == text)


# ---- brush and eraser --------------------------------------------------------------------------------


def test_painting_with_the_mouse(window: MainWindow, hand: Hand, qtbot: QtBot) -> None:
    ring = window.session.panes[0].draft.data
    bar, before = hand.editor.bar, hand.pixels()
    assert not bar.use.isEnabled()
    assert not window.bench.views()[0].isVisible()  # all the room is for the one that is drawn on
    hand.hover(1, -1)
    assert not hand.plane._readout.isVisible()  # it would speak of the old data, and lie over the drawing
    hand.drag((-2, 1), (0, 1), (2, 1))
    line = hand.board.drawing
    assert np.abs(hand.pixels() - before).max() > 60
    data = line.distribution()
    assert data.cell_masses(np.array([-2.3, 2.3]), np.array([0.75, 1.25])).item() == pytest.approx(1.0, abs=0.01)
    assert hand.plane.visible_window()[1] == pytest.approx(3.18)  # a left drag does not pan
    # The wheel and the fields change the brush; the eraser takes away.
    hand.wheel(0, 0, 5)
    assert hand.board.brush.size == pytest.approx(0.4 * 1.1**5, rel=0.01)
    qtbot.keyClicks(bar.size_field.line, "1.2")
    assert bar.size_slider.isVisible()
    bar.size_field.line.selectAll()
    qtbot.keyClicks(bar.size_field.line, "1.2")
    qtbot.keyClick(bar.size_field.line, Key.Key_Return)
    assert hand.board.brush.size == 1.2
    assert bar.size_slider.size_at() == pytest.approx(1.2, rel=0.05)
    hand.press(bar.tools.findChild(QPushButton, "eraser"))
    hand.drag((1.2, 1), (3, 1))
    shorter = hand.board.drawing
    assert shorter.ink.sum() < 0.85 * line.ink.sum()
    # Undo and redo, by button and by keys.
    hand.press(bar.undo)
    assert hand.board.drawing is line
    hand.key(Key.Key_Z, held=CONTROL)
    assert not hand.board.drawing.ink.any()
    assert not bar.undo.isEnabled()
    hand.key(Key.Key_Z, held=CONTROL | SHIFT)
    hand.press(bar.redo)
    assert hand.board.drawing is shorter
    hand.press(bar.clear)
    assert hand.board.drawing.empty
    assert not bar.use.isEnabled()
    hand.key(Key.Key_Return)  # nothing to use
    assert window.own_data.editor is hand.editor
    hand.press(bar.undo)
    # Use it: all panes that share the data get it, at once, since nothing was trained yet; one step takes it back.
    hand.press(bar.use)
    assert window.own_data.editor is None
    assert isinstance(data_of(window)[0], Raster)
    assert data_of(window)[0] == data_of(window)[1] == window.session.panes[0].experiment.data
    assert told(window) == "Drawing of 96 x 96 cells: now the data of all 2 panes."
    assert all(view.isVisible() for view in window.bench.views())
    hand.hover(1, -1)
    assert hand.plane._readout.isVisible()
    QApplication.sendEvent(hand.plane.canvas, QEvent(QEvent.Type.Leave))
    hand.press(answer(window, "Undo"))
    assert data_of(window) == [ring, ring]


def test_painting_with_the_keyboard(window: MainWindow, hand: Hand, qtbot: QtBot) -> None:
    hand.key(*[Key.Key_Left] * 10)
    hand.key(Key.Key_PageUp, Key.Key_BracketRight, Key.Key_BracketLeft)
    assert hand.board.brush.size == pytest.approx(0.44, rel=0.01)
    assert not hand.board.drawing.ink.any()
    qtbot.keyPress(hand.plane, Key.Key_Space)
    assert hand.board.busy
    repeat = QKeyEvent(QEvent.Type.KeyPress, Key.Key_Space, NONE, " ", True)
    for _ in range(3):
        hand.key(Key.Key_Right, held=SHIFT)
        QApplication.sendEvent(hand.plane, repeat)
    QApplication.sendEvent(hand.plane, QKeyEvent(QEvent.Type.KeyRelease, Key.Key_Space, NONE, " ", True))
    assert hand.board.busy
    qtbot.keyRelease(hand.plane, Key.Key_Space)
    assert not hand.board.busy
    assert not window.session.playing  # Space was the brush's
    column = np.nonzero(hand.board.drawing.ink.any(axis=0))[0]
    length = (column[-1] - column[0] + 1) / 16
    assert length == pytest.approx(3 * 0.05 * 6.36 + 0.44, abs=0.15)
    hand.key(Key.Key_2)
    assert hand.editor.bar.tools.current == "eraser"
    hand.key(Key.Key_Space)
    assert hand.board.drawing.ink.sum() > 0
    # Escape first ends a stroke that is going on, then the editor.
    qtbot.keyPress(hand.plane, Key.Key_Space)
    before = hand.board.history.index()
    hand.key(Key.Key_Escape)
    qtbot.keyRelease(hand.plane, Key.Key_Space)
    assert hand.board.history.index() == before
    hand.key(Key.Key_Return)
    assert isinstance(data_of(window)[1], Raster)


# ---- Gaussians ---------------------------------------------------------------------------------------


def test_gaussians_with_the_mouse(window: MainWindow, hand: Hand, qtbot: QtBot) -> None:
    hand.key(Key.Key_3)
    board, bar = hand.board, hand.editor.bar
    assert not bar.weight.isEnabled()
    hand.drag((-1, 0))
    hand.drag((1, 1), (1.5, 1.5))
    assert board.chosen == 1
    first, second = board.drawing.gaussians
    assert first.centre == pytest.approx((-1, 0), abs=0.02)
    assert second.centre == pytest.approx((1.5, 1.5), abs=0.02)
    # A handle changes one deviation, the wheel both; the next one begins with them.
    hand.drag((1.7, 1.5), (2.1, 1.5))
    hand.drag((1.5, 1.7), (1.5, 1.8))
    assert board.gaussian.deviations == pytest.approx((0.6, 0.3), abs=0.03)
    hand.wheel(1.5, 1.5, -1)
    assert board.gaussian.deviations == pytest.approx((0.6 / 1.1, 0.3 / 1.1), abs=0.03)
    seen = hand.plane.visible_window()
    hand.wheel(-2.5, -2.5, 1)  # there is none: the plane zooms as it does
    assert hand.plane.visible_window() != pytest.approx(seen)
    hand.key(Key.Key_Home)
    assert hand.plane.visible_window() == pytest.approx(seen)
    hand.drag((1.5, 1.5), keys=SHIFT)  # one on top of another
    assert len(board.drawing.gaussians) == 3
    assert board.gaussian.deviations == pytest.approx((0.6 / 1.1, 0.3 / 1.1), abs=0.03)
    hand.press(bar.remove)
    assert board.chosen == 1
    # Fields.
    for field, value in ((bar.weight, "3"), (bar.centre[1], "-1.25"), (bar.deviations[0], "0.5")):
        field.line.setFocus()
        field.line.selectAll()
        qtbot.keyClicks(field.line, value)
        qtbot.keyClick(field.line, Key.Key_Return)
    assert window.own_data.editor is hand.editor  # Enter was the field's
    qtbot.keyClick(bar.weight.line, Key.Key_Up)
    assert board.gaussian.weight == pytest.approx(3.1)
    assert board.gaussian.centre[1] == -1.25
    assert board.gaussian.deviations[0] == 0.5
    # Everything can be taken back, one gesture at a time.
    steps = board.history.count()
    assert steps == 11  # three added, two handles, the wheel, one removed, four fields
    while board.history.canUndo():
        hand.key(Key.Key_Z, held=CONTROL)
    assert board.drawing.empty
    for _ in range(steps):
        board.history.redo()
    hand.press(bar.use)
    data = data_of(window)[0]
    assert isinstance(data, OwnGaussians)
    assert data.centres[0] == first.centre
    assert data.weights == (1.0, pytest.approx(3.1))
    assert told(window) == "2 Gaussians: now the data of all 2 panes."
    assert window.setup._own_data.words.text() == "2 Gaussians"
    # They are there to be gone on with.
    hand = Hand(window, qtbot)
    assert hand.editor.bar.tools.current == "gaussians"
    assert [gaussian.centre for gaussian in hand.board.drawing.gaussians] == list(data.centres)


def test_gaussians_with_the_keyboard(window: MainWindow, hand: Hand, qtbot: QtBot) -> None:
    hand.key(Key.Key_3, Key.Key_Space)
    board = hand.board
    assert board.gaussian.centre == pytest.approx((0, 0), abs=1e-9)
    stride = 0.01 * 6.36
    hand.key(Key.Key_Up, Key.Key_Left)
    hand.key(Key.Key_Right, held=SHIFT)
    assert board.gaussian.centre == pytest.approx((4 * stride, stride), abs=1e-4)
    hand.key(Key.Key_Right, Key.Key_Down, held=CONTROL)
    assert board.gaussian.deviations == pytest.approx((0.22, 0.2 / 1.1), rel=1e-4)
    hand.key(Key.Key_Plus, Key.Key_Plus, Key.Key_Minus)
    assert board.gaussian.weight == 2.0
    assert board.history.count() == 4  # added, moved, widened, weighed
    hand.key(Key.Key_Insert)
    assert len(board.drawing.gaussians) == 2
    # Tab goes through them and then on to the next widget.
    hand.key(Key.Key_Backtab)
    assert board.chosen == 0
    hand.key(Key.Key_Tab)
    assert board.chosen == 1
    assert hand.plane.hasFocus()
    hand.key(Key.Key_Tab)
    assert board.chosen is None
    assert not hand.plane.hasFocus()
    hand.plane.setFocus()
    hand.key(Key.Key_Tab)
    hand.key(*[Key.Key_Minus] * 9)
    assert board.gaussian.weight == 0.0
    hand.key(Key.Key_Plus)
    assert board.gaussian.weight == 0.01
    hand.key(Key.Key_Delete)
    hand.key(Key.Key_Backspace)
    assert board.drawing.empty
    hand.key(Key.Key_Delete, Key.Key_Up)
    assert board.drawing.empty


def test_present_data_can_be_taken_over(window: MainWindow, hand: Hand) -> None:
    hand.press(hand.editor.bar.take_over)
    gaussians = hand.board.drawing.gaussians
    assert len(gaussians) == 8
    assert np.hypot(*np.array([gaussian.centre for gaussian in gaussians]).T) == pytest.approx(2.0)
    assert hand.editor.bar.tools.current == "gaussians"
    hand.key(Key.Key_Tab, Key.Key_Delete)
    hand.key(Key.Key_1)
    hand.drag((-1, 0), (1, 0))
    hand.key(Key.Key_Return)
    data = data_of(window)[0]
    assert isinstance(data, Raster)  # ink makes cells of all
    assert data.cell_masses(np.array([1.6, 2.4]), np.array([-0.4, 0.4])).item() < 0.01  # the mode that was removed
    assert data.cell_masses(np.array([-2.4, -1.6]), np.array([-0.4, 0.4])).item() > 0.05


# ---- the session -------------------------------------------------------------------------------------


def test_a_run_that_has_begun_keeps_its_data_until_a_restart(
    window: MainWindow, hand: Hand, feed: Feed, qtbot: QtBot
) -> None:
    session = window.session
    for pane in session.panes:
        feed(session, pane, 30)
    hand.drag((0, 0), (1, 1))
    hand.key(Key.Key_Return)
    assert isinstance(data_of(window)[0], Raster)
    assert isinstance(session.panes[0].experiment.data, GaussianRing)
    assert told(window).endswith("Runs go on with their old data until a restart.")
    assert session.pending
    hand.press(answer(window, "Restart"))
    assert isinstance(session.panes[0].experiment.data, Raster)
    assert not session.pending


def test_only_panes_that_share_their_data_get_it(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    session.set_drafts({session.panes[0]: session.panes[0].draft.with_value("data.name", "spirals")})
    session.select(session.panes[1])
    hand = Hand(window, qtbot)
    hand.drag((0, 0), (1, 1))
    session.select(session.panes[0])  # whoever is selected meanwhile: it was drawn on the other one
    hand.key(Key.Key_Return)
    assert [data.name for data in data_of(window)] == ["spirals", "raster"]
    assert told(window) == "Drawing of 96 x 96 cells: now the data of the selected pane."


def test_cancelling_leaves_all_as_it_was_and_nothing_is_lost(window: MainWindow, hand: Hand, qtbot: QtBot) -> None:
    before = data_of(window)
    hand.drag((0, 0), (1, 1))
    ink = hand.board.drawing.ink
    view = hand.editor.view
    hand.key(Key.Key_Escape)
    assert window.own_data.editor is None
    assert data_of(window) == before
    assert view.layers.isVisible()
    assert view.plane.visible_window() == pytest.approx(before[0].window())
    assert told(window) == "The drawing was put away."
    hand.press(answer(window, "Draw on"))
    assert window.own_data.editor is not None
    np.testing.assert_array_equal(window.own_data.editor.board.drawing.ink, ink)
    # Without a change there is nothing to say; the view comes back to where a person had zoomed to.
    hand.press(window.own_data.editor.bar.cancel)
    window.messages.clear()
    view.plane.zoom(1.5)
    seen = view.plane.visible_window()
    again = Hand(window, qtbot)
    assert again.plane.visible_window() != pytest.approx(seen)
    hand.press(again.editor.bar.cancel)
    assert not window.messages.messages()
    assert view.plane.visible_window() == pytest.approx(seen)
    view.plane.home()


def test_a_wall_of_seeds_makes_room_for_the_plane_to_draw_on(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    session.set_drafts({pane: pane.draft.changed(runs=3) for pane in session.panes})
    stage = window.bench.views()[1].stage
    assert stage.wall.isVisible()
    hand = Hand(window, qtbot)
    assert hand.plane.isVisible()
    hand.drag((0, 0), (1, 1))
    hand.key(Key.Key_Return)
    assert stage.wall.isVisible()
    assert [data.name for data in data_of(window)] == ["raster", "raster"]


def test_what_does_not_go_together_is_said_and_the_drawing_stays(
    window: MainWindow, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = window.session
    session.select(session.panes[0])
    before = data_of(window)
    hand.drag((0, 0), (1, 1))

    def refused(self: Experiment, **values: Any) -> Experiment:
        raise SettingsError("additions.quadrature.on: these data have no density to integrate")

    monkeypatch.setattr(Experiment, "changed", refused)
    hand.key(Key.Key_Return)
    assert told(window) == "Quadrature: these data have no density to integrate"
    assert window.own_data.editor is hand.editor
    assert data_of(window) == before


# ---- files -------------------------------------------------------------------------------------------


def drop(window: MainWindow, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    window.dropEvent(QDropEvent(QPointF(10, 10), Qt.DropAction.CopyAction, mime, LEFT, NONE))


SAID = "dark is dense; it carries no experiment"


def test_files_that_are_dropped_become_data(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    rows = np.random.default_rng(0).uniform(900, 1100, (60, 2))
    np.savetxt(tmp_path / "moons.csv", rows, delimiter=",", header="x,y")
    np.save(tmp_path / "cloud.npy", rows)
    image = Image.new("L", (60, 30), 255)
    ImageDraw.Draw(image).ellipse((5, 5, 25, 25), fill=0)
    image.save(tmp_path / "spot.png")
    for name, kind, said in (
        ("moons.csv", Points, "60 points of moons.csv, scaled by 0.0"),
        ("cloud.npy", Points, "60 points of cloud.npy, scaled by 0.0"),
        ("spot.png", Raster, f"spot.png, 60 x 30 pixels as 96 x 96 cells, {SAID}: now the data of all 2 panes."),
    ):
        drop(window, tmp_path / name)
        assert told(window) == f"Reading {name}\N{HORIZONTAL ELLIPSIS}"
        qtbot.waitUntil(lambda said=said: told(window).startswith(said))
        assert all(isinstance(data, kind) for data in data_of(window))
        qtbot.waitUntil(lambda: window.own_data._reader is None)
    before = data_of(window)
    (tmp_path / "broken.npy").write_bytes(b"no array")
    drop(window, tmp_path / "moons.csv")  # nobody waits for it
    drop(window, tmp_path / "broken.npy")
    qtbot.waitUntil(lambda: "is no NPY file" in told(window))
    assert told(window).startswith(str(tmp_path / "broken.npy"))
    assert data_of(window) == before
    assert len(window.messages.messages()) == 1


def test_a_file_is_asked_for_without_blocking(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1,2\n3,4\n0,1\n")
    window.actions_table["data_file"].trigger()
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    assert "*.npy" in dialog.nameFilters()[0]
    with qtbot.waitSignal(dialog.destroyed):
        dialog.fileSelected.emit(str(tmp_path / "a.csv"))
        dialog.close()
    qtbot.waitUntil(lambda: "3 points of a.csv" in told(window))
    assert window.session.active.draft.data.summary == "3 points of a.csv"


# ---- weights that act at once ------------------------------------------------------------------------


def test_sliders_weigh_modes_while_the_runs_go_on(
    window: MainWindow, qtbot: QtBot, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, row = window.session, window.findChild(ModeWeights)
    assert row is not None
    posted: list[Any] = []
    monkeypatch.setattr(session, "_post", lambda pane, message: posted.append(message))
    for pane in session.panes:
        feed(session, pane, 50, playing=True)
    assert [slider.value() for slider in row.sliders] == [50] * 8
    plane = window.bench.views()[0].plane
    before = plane._real._points.copy()
    # The mouse, at the upper end: twice as much as the others.
    posted.clear()
    qtbot.mouseClick(row.sliders[2], LEFT, pos=QPoint(7, 3))
    weights = session.panes[0].experiment.data.model_dump()["weights"]
    assert weights[2] == pytest.approx(2.0, abs=0.05)
    assert weights[:2] == [1.0, 1.0] or weights[:2] == (1.0, 1.0)
    assert {type(message) for message in posted} == {Change}
    assert [message.path for message in posted] == ["data.weights"] * 2
    assert not session.pending
    assert len(plane._real._points) == len(before)
    assert not np.array_equal(plane._real._points, before)  # drawn anew at once
    assert "Mode 3 at" in row.sliders[2].toolTip()
    assert "22.2% of the data" in row.sliders[2].toolTip()
    # Keys: left and right go from one to the next, up and down change it; Tab comes to one of them alone.
    row.sliders[2].setFocus()
    qtbot.keyClick(row.sliders[2], Key.Key_Right)
    assert row.sliders[3].hasFocus()
    qtbot.keyClick(row.sliders[3], Key.Key_Down)
    assert session.panes[1].experiment.data.model_dump()["weights"][3] == pytest.approx(0.9)
    tabbed = [slider for slider in row.sliders if slider.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert tabbed == [row.sliders[3]]
    # What is typed shows in the sliders.
    session.edit("data.weights", (0, 1, 1, 1, 1, 1, 1, 6))
    assert [slider.value() for slider in row.sliders] == [0, *[10] * 6, 60]
    # Not everything can be 0.
    session.edit("data.weights", (0, 0, 0, 0, 0, 0, 0, 1))
    row.sliders[7].setValue(0)
    assert "at least one has to be above 0" in row._refusal.text()
    assert row.sliders[7].value() == 50
    assert session.panes[0].draft.data.model_dump()["weights"][7] == 1


def test_weights_of_data_that_wait_do_not_reach_the_old_run(window: MainWindow, qtbot: QtBot, feed: Feed) -> None:
    session, row = window.session, window.findChild(ModeWeights)
    for pane in session.panes:
        feed(session, pane, 50)
    session.edit("data.name", "three_gaussians")
    assert len(row.sliders) == 3
    row.sliders[0].setValue(100)
    assert session.panes[0].draft.data.model_dump()["weights"] == (2.0, 1.0, 1.0)
    assert session.panes[0].experiment.data == GaussianRing()
    session.apply_pending()
    assert session.panes[0].experiment.data.name == "three_gaussians"
    session.edit("data.name", "swiss_roll")
    assert not row.isVisible()
    session.set_drafts({pane: pane.draft.changed(data=OwnGaussians()) for pane in session.panes})
    assert len(row.sliders) == 3
    grid = pane.draft.with_value("data.name", "grid25").with_value("data.side", 5)
    session.set_drafts(dict.fromkeys(session.panes, grid))
    assert len(row.sliders) == 25
    session.set_drafts({pane: grid.with_value("data.side", 6) for pane in session.panes})
    assert not row.isVisible()


# ---- a window of its own, whose panes come and go ------------------------------------------------------


def test_the_editor_outlives_a_restart_but_not_its_pane(make_window: Callable[..., MainWindow], qtbot: QtBot) -> None:
    window = make_window(presets.load(presets.STARTUP))
    hand, session = Hand(window, qtbot), window.session
    hand.drag((0, 0), (1, 1))
    seen = hand.plane.visible_window()
    session.reset()
    assert hand.plane.visible_window() == pytest.approx(seen)
    qtbot.keyClick(hand.plane, Key.Key_E)  # it is open already
    assert window.own_data.editor is hand.editor
    session.remove(hand.editor.view.pane)
    assert window.own_data.editor is None
    assert window.bench.views()[0].isVisible()
    Hand(window, qtbot).drag((0, 0), (1, 1))
    session.open(presets.load(presets.STARTUP))
    assert window.own_data.editor is None
    assert all(view.isVisible() for view in window.bench.views())

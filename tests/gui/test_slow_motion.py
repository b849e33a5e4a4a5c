"""The Graph page: live pictures, and an iteration in slow motion by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ganstudio import presets
from ganstudio.experiment import Comparison, Experiment
from ganstudio.gui import theme
from ganstudio.gui.main_window import MainWindow
from ganstudio.gui.session import Pane
from ganstudio.gui.walk import GraphPage
from ganstudio.gui.walk.picture import Blank
from ganstudio.gui.walk.plane_picture import PlanePicture
from ganstudio.messages import RunPaused, Walked
from ganstudio.training import Trainer

MakeWindow = Callable[..., MainWindow]
Feed = Callable[..., None]
STEP = 40
"""Of the iteration that is fed."""
START = 60_000


@cache
def walked(method: str) -> Walked:
    """Return an iteration of a real trainer."""
    trainer = Trainer(Experiment.of(method))
    trainer.train(1)
    return Walked("", 0, STEP, *trainer.walk())


def give(window: MainWindow, pane: Pane, method: str = "wgan_gp") -> None:
    """Give a pane an iteration as an engine would."""
    window.session._receive(replace(walked(method), run=pane.name, stamp=pane.stamp))


def press(window: MainWindow, key: Qt.Key) -> None:
    """Press a key where the keyboard is."""
    QTest.keyClick(window.focusWidget() or window, key)


def walking(window: MainWindow, feed: Feed) -> GraphPage:
    """Bring the selected pane's iteration on the page with M."""
    pane = window.session.active
    assert pane is not None
    feed(window.session, pane, STEP)
    press(window, Qt.Key.Key_M)
    give(window, pane)
    feed(window.session, pane, STEP + 1)
    assert window.graph is not None
    assert window.graph.director.state == "walking"
    return window.graph


# ---- live --------------------------------------------------------------------------------------------


def test_the_graph_is_live_before_any_iteration(window: MainWindow, feed: Feed, qtbot: QtBot) -> None:
    pane = window.session.active
    QTest.keyClick(window, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    page = window.graph
    assert page is not None
    assert page.isVisible()
    assert page.hasFocus()
    assert isinstance(page.canvas.box("fake").picture, Blank)
    feed(window.session, pane, 7, playing=True)
    first = page.canvas.box("fake").picture
    assert isinstance(first, PlanePicture)
    assert np.array_equal(first.dots[0].points, pane.snapshot.generated[0])
    assert "step 7" in page._note.text()
    # The next one comes too soon, and is drawn when its time has come.
    feed(window.session, pane, 8, playing=True)
    assert page.canvas.box("fake").picture is first
    qtbot.waitUntil(lambda: page.canvas.box("fake").picture is not first, timeout=2000)
    assert dict(page.canvas.box("critic_loss").picture.rows)["critic"] == 1.25
    assert page.canvas.box("critic").picture.field is not None
    assert not page.strip.isVisible()
    assert page.controls.begin.isVisible()
    _check_large(page)
    present = page._evidence.snapshot
    feed(window.session, pane, 8, shown_step=2)
    assert page._evidence.snapshot is present  # a look at the past says nothing of the present
    qtbot.waitUntil(lambda: not page._pacer.isActive(), timeout=2000)
    feed(window.session, pane, 9, field=None)
    assert "off" in page.canvas.box("critic").picture.words


def _check_large(page: GraphPage) -> None:
    """A box is shown in large at a press, and the plane at another."""
    plane = page.picture.picture
    box = page.canvas.box("scores")
    QTest.mouseClick(box, Qt.MouseButton.LeftButton)
    assert page.picture.picture is box.picture
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert page.picture.picture.words == plane.words
    for box in (page.canvas.box(key) for key in page.canvas.graph.keys):
        assert box.toolTip()
        assert box.accessibleName()
        assert box.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_the_graph_is_that_of_the_selected_pane(window: MainWindow) -> None:
    window.show_page("graph")
    page = window.graph
    assert "penalty" in page.canvas.graph.keys
    window.session.select(window.session.panes[0])
    assert "penalty" not in page.canvas.graph.keys
    assert page._title.text() == "NS GAN"
    # A setting that changes while the run goes on.
    real = page.canvas.box("real").picture.dots[0].points
    window.session.edit("critic_optimiser.learning_rate", 0.0123)
    assert "0.0123" in page.canvas.box("critic").toolTip()
    window.session.edit("data.weights", (1.0, *[0.0] * 7))
    assert not np.array_equal(page.canvas.box("real").picture.dots[0].points, real)
    window.session.choose_method("vae")
    assert "critic" not in page.canvas.graph.keys
    window.session.remove(window.session.panes[0])
    assert page._title.text() == "WGAN-GP"
    window.open(Comparison(experiments=(Experiment.of("bigan"),)))
    assert "encoder" in page.canvas.graph.keys


# ---- slow motion -------------------------------------------------------------------------------------


def test_m_pauses_and_asks_once_the_present_has_been_seen(
    window: MainWindow, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Pane] = []
    monkeypatch.setattr(window.session, "walk", asked.append)
    pane = window.session.active
    going_on: list[bool] = []
    window.session.going_on.connect(lambda: going_on.append(True))
    for other in window.session.panes:
        feed(window.session, other, STEP - 1, playing=True)
    window.session.play()
    press(window, Qt.Key.Key_M)
    assert not window.session.playing
    assert window.graph.director.state == "waiting"
    assert not asked
    assert len(going_on) == 2  # the play and this: whoever looks back returns to the present
    feed(window.session, pane, STEP, playing=False)
    assert asked == [pane]
    press(window, Qt.Key.Key_Return)
    assert asked == [pane]
    give(window, pane)
    assert window.graph.director.state == "walking"


def test_it_goes_through_every_stop_by_itself_and_rests_at_the_end(window: MainWindow, feed: Feed) -> None:
    page = walking(window, feed)
    director, seen = page.director, []
    for _ in range(200):
        stop = director.stop
        if not seen or seen[-1][0] is not stop:
            lit = {key for key in page.canvas.graph.keys if page.canvas.box(key).lit}
            assert lit == stop.nodes
            seen.append((stop, page.caption.text()))
        if not director.playing:
            break
        director.advance(1.0)
    assert [stop for stop, _ in seen] == list(director.stops)
    assert len({caption for _, caption in seen}) == len(seen)
    assert not director.playing
    assert director.index == len(director.stops) - 1
    press(window, Qt.Key.Key_Space)  # once more from the beginning
    assert director.playing
    assert director.index == 0
    page.controls.speed.setValue(page.controls.speed.maximum())
    director.advance(director.duration / 4 + 0.01)
    assert director.index == 1
    page.controls.speed.setValue(0)
    director.advance(director.duration)
    assert director.index == 1
    assert director.share == pytest.approx(0.5)
    page.controls.speed.setValue(2)
    _check_updates(page)


def _check_updates(page: GraphPage) -> None:
    """The updates show field and samples before and after."""
    director, told = page.director, walked("wgan_gp")
    index = next(i for i, stop in enumerate(director.stops) if (stop.part, stop.key) == ("critic", "update"))
    director.go(index)
    critic = page.canvas.box("critic").picture
    assert critic.field is not None
    assert critic.later is not None
    assert critic.later.shown.reach == critic.field.shown.reach
    director.go(len(director.stops) - 1)
    (dots,) = page.canvas.box("fake").picture.dots
    assert np.array_equal(dots.at(0.0), told.generator["fake"])
    assert np.allclose(dots.at(1.0), told.generator["new_fake"])
    assert page.picture._progress == 0.0
    director.advance(5.0)
    assert page.picture._progress == 1.0


def test_the_keys_of_slow_motion(window: MainWindow, feed: Feed) -> None:
    page = walking(window, feed)
    director = page.director
    assert director.playing
    press(window, Qt.Key.Key_Space)
    assert not director.playing
    assert not window.session.playing
    press(window, Qt.Key.Key_Left)
    assert director.index == 0
    for _ in range(3):
        press(window, Qt.Key.Key_Right)
    assert director.index == 3
    assert page._heading.text() == "The critic's scores"
    assert "step 5 of 5, the first 4 ran already" in page._turn.text()
    mean = walked("wgan_gp").critic["real_scores"].mean()
    assert f"{mean:+.3g}".replace("-", "\N{MINUS SIGN}").rstrip("0") in page.caption.text()
    press(window, Qt.Key.Key_Left)
    assert director.index == 2
    # The field of a setting keeps the keys that it uses; the rest are those of the slow motion.
    window.setup.setFocus()
    QTest.keyClick(window, Qt.Key.Key_Right)
    assert director.index == 3
    press(window, Qt.Key.Key_Space)
    assert director.playing
    window.show_page("plane")  # it rests while nobody looks
    assert director.state == "walking"
    assert not director.playing
    window.show_page("graph")
    press(window, Qt.Key.Key_Return)
    assert director.state == "waiting"
    press(window, Qt.Key.Key_Escape)
    assert director.state == "live"
    assert not page.strip.isVisible()
    press(window, Qt.Key.Key_Space)
    assert window.session.playing


def test_the_buttons_of_slow_motion(window: MainWindow, feed: Feed) -> None:
    page = walking(window, feed)
    controls, director = page.controls, page.director
    QTest.mouseClick(controls.rest, Qt.MouseButton.LeftButton)
    assert not director.playing
    assert not controls.back.isEnabled()
    QTest.mouseClick(controls.forward, Qt.MouseButton.LeftButton)
    QTest.mouseClick(controls.forward, Qt.MouseButton.LeftButton)
    QTest.mouseClick(controls.back, Qt.MouseButton.LeftButton)
    assert director.index == 1
    middle = page.strip.segments()[-1].center().toPoint()
    QTest.mouseClick(page.strip, Qt.MouseButton.LeftButton, pos=middle)
    assert director.index == len(director.stops) - 1
    assert not controls.forward.isEnabled()
    QTest.mouseClick(controls.leave, Qt.MouseButton.LeftButton)
    assert director.state == "live"
    # The field of another step is not shown as this iteration's.
    director._last_step = 0
    feed(window.session, window.session.active, STEP - 5)
    QTest.mouseClick(controls.begin, Qt.MouseButton.LeftButton)
    assert director.state == "waiting"
    give(window, window.session.active)
    director.go(3)
    assert page.canvas.box("critic").picture.field is None


def test_it_ends_when_the_run_goes_on(window: MainWindow, feed: Feed) -> None:
    session = window.session
    first, pane = session.panes

    def one_more_step() -> None:
        feed(session, pane, STEP + 2)

    def stop_by_itself() -> None:
        press(window, Qt.Key.Key_Return)
        session._receive(RunPaused(pane.name, pane.stamp, "Paused: it became NaN."))

    def select_other() -> None:
        session.select(first)

    def close() -> None:
        session.remove(pane)

    for end in (session.play, session.reset, one_more_step, stop_by_itself, select_other, close):
        session.pause()
        session.select(pane)
        page = walking(window, feed)
        end()
        assert page.director.state == "live", end
        assert not page.director.playing
        assert page.controls.begin.isVisible()
        assert not any(page.canvas.box(key).lit for key in page.canvas.graph.keys)
        page.director._last_step = 0  # the next iteration that is fed is this one again


def test_what_cannot_be_followed_is_said(make_window: MakeWindow, feed: Feed) -> None:
    window = make_window(Comparison(experiments=(Experiment.of("quadrature"),)))
    press(window, Qt.Key.Key_M)
    assert "just starting" in window.messages.messages()[0].text
    feed(window.session, window.session.active, 1)
    press(window, Qt.Key.Key_M)
    assert any("no samples to follow" in message.text for message in window.messages.messages())
    assert window.graph.director.state == "live"


@pytest.mark.parametrize(("size", "scale"), [((900, 600), 1.0), ((1280, 800), 1.4)])
def test_nothing_overlaps_or_is_cut(
    make_window: MakeWindow, feed: Feed, size: tuple[int, int], scale: float, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(lambda: theme.current().set_scale(1.0))
    theme.current().set_scale(scale)
    window = make_window(presets.load(presets.STARTUP), size=size)
    page = walking(window, feed)
    page.director.go(4)
    window.grab()
    assert window.width() <= size[0] + 1
    parts = [page.picture, page.strip, page.controls, page._title]
    areas = [QRect(part.mapTo(window, QPoint()), part.size()) for part in parts]
    for i, area in enumerate(areas):
        assert window.rect().contains(area)
        assert not any(area.intersects(other) for other in areas[i + 1 :])
    shown = [child for child in page.controls.findChildren(QWidget) if child.isVisible()]
    for child in shown:
        assert page.controls.rect().contains(child.geometry())
    # The box that the stop is about is in sight.
    port = page._room.viewport()
    box = page.canvas.box("penalty")
    assert port.rect().contains(QRect(box.mapTo(port, QPoint()), box.size()).center())


def test_a_real_engine_tells_an_iteration(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(Comparison(experiments=(Experiment.of("ns"),)), engine=1)
    pane = window.session.active
    qtbot.waitUntil(lambda: pane.ready, timeout=START)
    window.session.play()
    qtbot.waitUntil(lambda: pane.step > 3, timeout=20_000)
    press(window, Qt.Key.Key_M)
    page = window.graph
    qtbot.waitUntil(lambda: page.director.state == "walking", timeout=10_000)
    told = page.director.walked
    qtbot.waitUntil(lambda: page._evidence.later is not None, timeout=10_000)
    assert page._evidence.snapshot.step == told.step
    assert pane.step == told.step + 1
    assert page._evidence.field is not None
    press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.director.walked is not None and page.director.walked is not told, timeout=10_000)
    assert page.director.walked.step == told.step + 1

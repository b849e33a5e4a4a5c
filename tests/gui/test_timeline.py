"""Looking back: by keys and mouse, what panes show then, bookmarks, and one view at a time."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from ganstudio.gui import theme
from ganstudio.gui.main_window import MainWindow
from ganstudio.gui.session import Pane
from ganstudio.messages import Bookmark, History, Losses, Pause, Play, Step, View

Feed = Callable[..., None]
MB = 2**20
SPACING = {0: 8, 1: 4}
PRESENT = {0: 400, 1: 200}
BEST = {0: Bookmark(120, 0.2), 1: Bookmark(84, 0.3)}


class Fake:
    """An engine that answers when a test says so, and remembers what it was told."""

    def __init__(self, window: MainWindow, feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
        self.window, self.session, self._feed = window, window.session, feed
        self.told: list[object] = []
        monkeypatch.setattr(self.session, "_post", self._hear)
        self.history = {
            index: History(
                np.arange(0, PRESENT[index] + 1, SPACING[index]), {"sliced_w2": BEST[index]}, 9 * MB, 64 * MB
            )
            for index in PRESENT
        }
        for index, pane in enumerate(self.session.panes):
            for step in range(0, PRESENT[index] + 1, 100):
                feed(self.session, pane, step, modes=float(step // 100), history=self.history[index])
        self.told.clear()

    def _hear(self, pane: Pane, message: object) -> None:
        self.told.append(message)

    def views(self, index: int) -> list[int | None]:
        """Return what a pane was asked to look at since this was last called."""
        name = self.session.panes[index].name
        found = [message.at for message in self.told if isinstance(message, View) and message.run == name]
        self.told = [message for message in self.told if not (isinstance(message, View) and message.run == name)]
        return found

    def answer(self, index: int, **more: object) -> None:
        """Show what a pane was asked for."""
        pane, history = self.session.panes[index], self.history[index]
        at, present = pane.view.at, pane.step
        kept = np.append(history.steps, [mark.step for mark in history.best.values()])
        shown = present if at is None or at >= present else int(kept[kept <= at].max())
        nothing = Losses(np.empty(0, np.int64), {})
        fields = {"losses": nothing, "readings": (), "history": history, "at": at, "shown_step": shown}
        self._feed(self.session, pane, present, **{**fields, **more})

    def settle(self) -> None:
        """Answer until nobody asks."""
        for _ in range(3):
            for index in range(len(self.session.panes)):
                self.answer(index)


@pytest.fixture
def fake(window: MainWindow, feed: Feed, monkeypatch: pytest.MonkeyPatch) -> Fake:
    return Fake(window, feed, monkeypatch)


def shown(fake: Fake) -> list[int]:
    return [pane.snapshot.shown_step for pane in fake.session.panes if pane.snapshot]


def labels(widget: object) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]  # type: ignore[attr-defined]


def button(window: MainWindow, text: str) -> QPushButton:
    return next(b for b in window.timeline.findChildren(QPushButton) if b.text() == text)


def test_keys_go_from_one_kept_step_to_the_next(fake: Fake, qtbot: QtBot) -> None:
    window, track = fake.window, fake.window.timeline.track
    track.setFocus()
    qtbot.keyClick(track, Qt.Key.Key_Left)
    fake.settle()
    assert shown(fake) == [392, 200]  # the other pane has not got there yet
    qtbot.keyClick(track, Qt.Key.Key_PageDown)
    fake.settle()
    assert shown(fake) == [312, 200]
    qtbot.keyClick(track, Qt.Key.Key_PageUp)
    qtbot.keyClick(track, Qt.Key.Key_Right)
    fake.settle()
    assert shown(fake) == [400, 200]
    assert window.past.at is None
    qtbot.keyClick(track, Qt.Key.Key_Home)
    fake.settle()
    assert shown(fake) == [0, 0]
    qtbot.keyClick(track, Qt.Key.Key_End)
    fake.settle()
    assert shown(fake) == [400, 200]
    # Wherever the keyboard is.
    window.bench.setFocus()
    window.past.go(100)
    for key, expected in (("[", [96, 96]), ("[", [88, 92]), ("]", [96, 96]), ("\\", [400, 200])):
        qtbot.keyClick(window, key)
        fake.settle()
        assert shown(fake) == expected


def test_the_mouse_goes_to_the_step_before_it_and_drags(fake: Fake, qtbot: QtBot) -> None:
    track = fake.window.timeline.track
    place = QPoint(round(track.x_of(130)), track.height() // 2)
    qtbot.mousePress(track, Qt.MouseButton.LeftButton, pos=place)
    fake.settle()
    assert shown(fake) == [128, 128]
    for step in (150, 170, 182):
        place = QPoint(round(track.x_of(step)), 5)
        QTest.mouseMove(track, place)
    fake.settle()
    assert shown(fake) == [176, 180]
    QTest.mouseRelease(track, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseMove(track, QPoint(20, 5))
    fake.settle()
    assert shown(fake) == [176, 180]
    assert "pane 2: step 180" in track._said_at(place.x())
    qtbot.mouseClick(track, Qt.MouseButton.LeftButton, pos=QPoint(track.width() - 2, 5))
    fake.settle()
    assert shown(fake) == [400, 200]


def test_only_one_view_is_under_way_and_the_newest_comes_next(fake: Fake) -> None:
    past = fake.window.past
    for step in (100, 92, 40, 60):
        past.go(step)
    assert [fake.views(0), fake.views(1)] == [[100], [100]]
    fake.answer(1)
    assert [fake.views(0), fake.views(1)] == [[], [60]]
    fake.answer(0, at=None, shown_step=400)  # it was on its way already
    assert fake.views(0) == []
    fake.answer(0)
    assert fake.views(0) == [60]
    past.now()
    assert fake.views(0) == []
    fake.answer(0)
    assert fake.views(0) == [None]
    fake.settle()
    # An engine that failed does not keep the next view back.
    for step in (100, 80):
        past.go(step)
    assert fake.views(0) == [100]
    fake.session.panes[0].state_changed.emit()
    past.go(64)
    assert fake.views(0) == [64]
    # A pane that began later shows its beginning.
    past.now()
    fake.settle()
    fake.session.panes[1].begin_with(100, {})
    fake.history[1] = History(np.arange(100, 201, 4), {}, MB, 64 * MB)
    fake.answer(1)
    fake.views(0), fake.views(1)
    past.go(48)
    assert [fake.views(0), fake.views(1)] == [[48], [100]]


def test_a_pane_says_that_it_looks_back_and_shows_what_was_measured_then(fake: Fake) -> None:
    view = fake.window.bench.views()[0]
    card, clock = view.metrics.card("modes"), view._clock
    points = len(view.losses.series("critic"))
    assert card.text == "4 / 8"
    fake.window.past.go(184)
    fake.settle()
    assert "step 184 of 400 \N{MIDDLE DOT} looking back" in labels(view)
    assert clock.property("role") == "accent"
    assert clock.palette().windowText().color() == QColor(theme.current().palette.accent)
    assert "at step 200" in clock.toolTip()
    assert card.text == "2 / 8"
    assert "2 of 8" in view._state.text()
    assert (view.losses._cursor.step, view.losses._cursor.isVisible()) == (184, True)
    assert card._cursor is not None
    assert (card._cursor[0], card._cursor[1].tolist()) == (184, [2.0])
    assert (len(view.losses.series("critic")), len(card._table)) == (points, 5)
    theme.current().set_mode("light" if theme.current().mode == "dark" else "dark")
    assert clock.palette().windowText().color() == QColor(theme.current().palette.accent)
    fake.window.past.now()
    fake.settle()
    assert "step 400" in labels(view)
    assert clock.property("role") == "muted"
    assert (card.text, card._cursor, view.losses._cursor.isVisible()) == ("4 / 8", None, False)


def test_training_stops_to_look_back_and_goes_on_from_now(fake: Fake, qtbot: QtBot) -> None:
    window, session = fake.window, fake.session
    session.play()
    fake.told.clear()
    qtbot.keyClick(window, "[")
    assert not session.playing
    assert [type(message) for message in fake.told] == [Pause, Pause, View]  # the shorter pane stays where it is
    fake.settle()
    fake.told.clear()
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert session.playing
    assert [type(message) for message in fake.told] == [View, Play, Play]
    assert all(pane.view.at is None for pane in session.panes)
    qtbot.keyClick(window, "[")
    fake.settle()
    fake.told.clear()
    qtbot.keyClick(window, "S")
    assert [type(message) for message in fake.told] == [View, Step, Step]
    # A run that begins anew has no past.
    window.past.go(80)
    fake.settle()
    qtbot.keyClick(window, "R")
    assert (window.past.at, window.past.is_back) == (None, False)
    assert all(pane.view.at is None for pane in session.panes)


def test_bookmarks_lead_every_pane_to_its_own_best_step_and_to_the_last(fake: Fake, qtbot: QtBot) -> None:
    window, timeline = fake.window, fake.window.timeline
    assert timeline.by.value() == "sliced_w2"
    assert "best of the steps at which metrics were measured" in timeline.by.toolTip()
    qtbot.keyClick(window, "B")
    fake.settle()
    assert shown(fake) == [120, 84]
    assert window.past.at == 84  # the selected pane's
    fake.session.select(fake.session.panes[0])
    assert window.past.at == 120
    qtbot.keyClick(window, "L")
    fake.settle()
    assert shown(fake) == [400, 200]
    qtbot.mouseClick(button(window, "Best"), Qt.MouseButton.LeftButton)
    fake.settle()
    assert shown(fake) == [120, 84]
    qtbot.mouseClick(button(window, "Last"), Qt.MouseButton.LeftButton)
    fake.settle()
    assert shown(fake) == [400, 200]
    assert not button(window, "Last").isEnabled()
    # By another metric nothing is kept; by one that other data lack, the default counts.
    timeline.by.set_value("modes")
    timeline.by.edited.emit("modes")
    assert not window.actions_table["best"].isEnabled()
    qtbot.keyClick(window, "B")
    assert window.past.at is None
    fake.session.edit("data.name", "swiss_roll")
    fake.session.apply_pending()
    assert window.past.metric == "sliced_w2"
    assert timeline.by.findData("modes") < 0


def test_the_track_shows_what_is_kept_honestly(window: MainWindow, feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    timeline = window.timeline
    theme.current().set_mode("dark")  # whatever a test before this one has left
    theme.current().set_scale(1.0)
    window.resize(1280, 800)
    assert not timeline.track.isEnabled()
    assert timeline.kept.text() == ""
    fake = Fake(window, feed, monkeypatch)
    assert timeline.kept.text() == "51 kept, one every 4"
    pane = window.session.panes[1]
    few = History(np.array([0, 64, 128, 192]), {}, 60 * MB, 64 * MB)
    feed(fake.session, pane, 200, history=few)
    assert timeline.kept.text() == "4 kept, one every 64"
    colour = QColor(theme.current().palette.panel)

    def marked(step: float) -> bool:
        """Whether there is a tick of the lower lane at a step."""
        image = timeline.track.grab().toImage()
        ratio = image.devicePixelRatio()
        x = round((timeline.track.x_of(step) + 0.2) * ratio)
        column = [image.pixelColor(x, y) for y in range(image.height() * 5 // 8 + 1, image.height() * 7 // 8 - 2)]
        return sum(abs(pixel.lightness() - colour.lightness()) > 25 for pixel in column) > 4

    assert [marked(step) for step in (64, 128, 192)] == [True] * 3
    assert [marked(step) for step in (32, 96, 160)] == [False] * 3
    assert timeline.track.accessibleDescription() == "now, step 400"


def test_nothing_in_the_timeline_is_cut(fake: Fake, qtbot: QtBot) -> None:
    timeline = fake.window.timeline
    fake.window.past.go(100)
    try:
        for scale, size in ((1.0, (1280, 800)), (1.0, (900, 600)), (1.3, (900, 600))):
            theme.current().set_scale(scale)
            fake.window.resize(*size)
            qtbot.wait(10)
            assert timeline.track.width() >= 120
            parts = [timeline.track, timeline.where, timeline.kept, timeline.by, *timeline.findChildren(QPushButton)]
            seen = [widget for widget in parts if widget.isVisible()]
            for left, right in itertools.pairwise(seen):
                assert left.geometry().right() < right.x()
            assert seen[-1].geometry().right() <= timeline.width()
            for widget in (timeline.where, *timeline.findChildren(QPushButton)):
                assert widget.width() >= widget.sizeHint().width()
    finally:
        theme.current().set_scale(1.0)


def test_readings_are_found_by_their_steps() -> None:
    from ganstudio.diagnosis import Told
    from ganstudio.gui.readings import Readings

    readings = Readings(capacity=8)
    assert readings.nearest(5) is None
    assert readings.until(5) == readings.until(None) == []
    for step in range(0, 160, 10):
        readings.add(Told(step, {"modes": float(step)}))
    kept = [told.step for told in readings.until(None)]
    assert 4 < len(kept) <= 8
    assert kept == sorted(kept)
    assert (kept[0], kept[-1]) == (0, 150)
    for step in range(160):
        near = readings.nearest(step)
        assert near is not None
        assert abs(near.step - step) == min(abs(other - step) for other in kept)
        assert readings.until(step)[-1] is near

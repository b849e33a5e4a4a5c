"""Measure how long the timeline takes to show a kept step: ``make measure-timeline``.

Opens the real window on two panes with an engine, trains until each keeps 200 steps, switches every layer on, and goes
back through 200 of them with the left arrow key. The time is from the key to the end of the turn of the event loop in
which the last pane that moved was painted. Then it drags the mouse over the whole track. Exits with 1 if a step took
longer than promised.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from ganstudio import presets
from ganstudio.gui.app import application, open_window
from ganstudio.gui.main_window import MainWindow
from ganstudio.gui.memory import Memory
from ganstudio.gui.past import kept_steps
from ganstudio.gui.session import Pane

STEPS = 200
PACE = 40.0
"""Steps a second while training, so that both panes keep the same steps."""
LIMIT = 0.100
PATIENCE = 120.0
SIZE = (1280, 800)


class Painted(QObject):
    """Counts how often a plane is painted."""

    def __init__(self, window: MainWindow, pane: Pane) -> None:
        super().__init__(window)
        self.count = 0
        window.bench.view(pane).plane._view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Count a paint event."""
        self.count += event.type() == QEvent.Type.Paint
        return False


def wait(app: QApplication, done: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Turn the event loop until something is so."""
    waker = QTimer(app, interval=200)
    waker.start()
    end = time.perf_counter() + seconds
    while not done():
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if time.perf_counter() > end:
            raise TimeoutError("the window did not get there")
    waker.stop()
    waker.deleteLater()


def prepare(app: QApplication, window: MainWindow) -> None:
    """Train until there is enough to look back at, and show every layer."""
    session = window.session
    session.set_pace(PACE)
    wait(app, lambda: all(pane.ready for pane in session.panes))
    session.play()
    wait(app, lambda: min(len(kept_steps(pane)) for pane in session.panes) > STEPS)
    session.pause()
    wait(app, lambda: not any(pane.snapshot.playing for pane in session.panes if pane.snapshot))
    for pane in session.panes:
        for pill in window.bench.view(pane).layers.pills.values():
            pill.setChecked(True)  # of those that cover the plane the last one stays on
    wait(
        app, lambda: all(pane.snapshot and set(pane.snapshot.layers) == set(pane.view.layers) for pane in session.panes)
    )


def press(widget: QWidget, key: Qt.Key) -> None:
    """Press a key."""
    QApplication.sendEvent(widget, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier))


def point(widget: QWidget, kind: QEvent.Type, x: float) -> None:
    """Press, move or let go the left button at a place of a widget."""
    where = QPointF(x, widget.height() / 2)
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    button = none if kind == QEvent.Type.MouseMove else left
    held = none if kind == QEvent.Type.MouseButtonRelease else left
    there = QPointF(widget.mapToGlobal(QPoint(0, 0))) + where
    QApplication.sendEvent(widget, QMouseEvent(kind, where, there, button, held, Qt.KeyboardModifier.NoModifier))


def shown(pane: Pane) -> bool:
    """Whether a pane shows what it was asked for."""
    return pane.snapshot is not None and pane.snapshot.at == pane.view.at


def one_step(app: QApplication, window: MainWindow, painted: dict[Pane, Painted]) -> tuple[float, int]:
    """Press the left arrow key; return seconds until all panes that moved are painted, and how many did."""
    before = {pane: (pane.view.at, painted[pane].count) for pane in painted}
    start = time.perf_counter()
    press(window.timeline.track, Qt.Key.Key_Left)
    movers = [pane for pane in painted if pane.view.at != before[pane][0]]
    assert movers, "a key that changed nothing"
    wait(app, lambda: all(shown(pane) and painted[pane].count > before[pane][1] for pane in movers))
    app.processEvents()
    return time.perf_counter() - start, len(movers)


def go_back(app: QApplication, window: MainWindow, painted: dict[Pane, Painted]) -> tuple[list[float], int]:
    """Return seconds from a key to the picture, for every step, and how many panes moved in all."""
    window.past.go(min(pane.step for pane in painted) - 1)
    wait(app, lambda: all(shown(pane) for pane in painted))
    app.processEvents()
    seconds, moved = zip(*(one_step(app, window, painted) for _ in range(STEPS)), strict=True)
    return list(seconds), sum(moved)


def drag(app: QApplication, window: MainWindow) -> float:
    """Drag over the whole track at 120 movements a second; return seconds from the last one to its picture."""
    track = window.timeline.track
    point(track, QEvent.Type.MouseButtonPress, track.x_of(0))
    for x in np.linspace(track.x_of(0), track.x_of(window.past.present) * 0.8, 240):
        point(track, QEvent.Type.MouseMove, x)
        app.processEvents()
        time.sleep(1 / 120)
    start = time.perf_counter()
    point(track, QEvent.Type.MouseButtonRelease, track.x_of(window.past.position()))
    wanted = {pane: window.past.step_of(pane) for pane in window.session.panes}
    wait(app, lambda: all(pane.snapshot is not None and pane.snapshot.at == wanted[pane] for pane in wanted))
    app.processEvents()
    return time.perf_counter() - start


def main() -> int:
    """Measure, print, and return the exit code."""
    app = application()
    layers: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        window = open_window(presets.load(presets.STARTUP), Memory(Path(folder)))
        window.resize(*SIZE)
        window.show()
        try:
            prepare(app, window)
            layers = [", ".join(pane.view.layers) for pane in window.session.panes]
            painted = {pane: Painted(window, pane) for pane in window.session.panes}
            seconds, moved = go_back(app, window, painted)
            last = drag(app, window)
        finally:
            window.close()
    milliseconds = 1000 * np.array(seconds)
    p50, p99 = np.percentile(milliseconds, [50, 99])
    kept = milliseconds.max() <= 1000 * LIMIT
    print(
        f"{'kept  ' if kept else 'BROKEN'} {len(seconds)} steps back, {moved} pictures: "
        f"largest {milliseconds.max():.0f} ms, p99 {p99:.0f} ms, median {p50:.0f} ms"
    )
    print(f"       layers beside samples and contour: {' | '.join(layers)}")
    print(f"       after a drag over the track: {1000 * last:.0f} ms")
    return 0 if kept and last <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())

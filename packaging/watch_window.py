"""Open a preset in a window, let it train, and print as JSON how the window fares.

`measure.py` starts it: ``python watch_window.py FOLDER PRESET default|all``. It is a file of its own since engines
import the main module again.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from ganstudio import presets
from ganstudio.gui.app import application, open_window
from ganstudio.gui.memory import Memory
from ganstudio.gui.plane.layer_bar import LayerBar
from ganstudio.gui.plane.pane_view import PaneView
from ganstudio.gui.session import Pane
from ganstudio.layers import LAYERS

SETTLE_SECONDS = 4.0
WATCH_SECONDS = 20.0
TICK = 0.010


class Painted(QObject):
    """Counts how often a plane is painted that a snapshot has changed."""

    def __init__(self, pane: Pane, viewport: QWidget) -> None:
        super().__init__()
        self.frames, self._new = 0, False
        pane.snapshot_arrived.connect(self._note)
        viewport.installEventFilter(self)

    def _note(self, snapshot: object) -> None:
        self._new = True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Count the first painting after each snapshot."""
        if event.type() == QEvent.Type.Paint and self._new:
            self.frames, self._new = self.frames + 1, False
        return False


class Ticks(QObject):
    """Notes how late the event loop comes to a timer that is due every ten milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.late: list[float] = []
        self._timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer, interval=round(1000 * TICK))
        self._timer.timeout.connect(self._tick)
        self._due = time.perf_counter() + TICK
        self._timer.start()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.late.append(max(0.0, now - self._due))
        self._due = now + TICK

    def stop(self) -> None:
        """Count no more."""
        self._timer.stop()


def spin(seconds: float) -> None:
    """Let the event loop run for so long."""
    loop = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()


def switch_all_on(bar: LayerBar) -> None:
    """Switch every layer on; of those that cover the plane, of which one can be seen, the one that costs most."""
    covering = next(name for name in ("difference", "optimal") if bar.pills[name].isEnabled())
    for name, layer in LAYERS.items():
        if name == covering or not layer.fills:
            bar.pills[name].setChecked(True)


def canvas(view: PaneView) -> QWidget:
    """Return what a pane's picture is painted on: that of the last of its seeds, if it is a wall."""
    return view.stage.wall.cells()[-1] if view.stage.shows_wall else view.plane.canvas


def main() -> None:
    """Watch."""
    app = application()
    window = open_window(presets.load(sys.argv[2]), Memory(Path(sys.argv[1])))
    window.resize(1280, 800)
    window.show()
    session, views = window.session, window.bench.views()
    if sys.argv[3] == "all":
        for view in views:
            switch_all_on(view.layers)
    session.play()
    while not all(pane.step for pane in session.panes):
        spin(0.2)
    spin(SETTLE_SECONDS)
    painted = [Painted(view.pane, canvas(view)) for view in views]
    ticks = Ticks()
    start, steps = time.perf_counter(), [pane.step for pane in session.panes]
    spin(WATCH_SECONDS)
    elapsed = time.perf_counter() - start
    ticks.stop()
    measured = {
        "late": ticks.late,
        "rates": [(pane.step - step) / elapsed for pane, step in zip(session.panes, steps, strict=True)],
        "frames": [one.frames / elapsed for one in painted],
        "engines": len(session.engine_pids),
    }
    window.close()
    app.processEvents()
    print(json.dumps(measured))


if __name__ == "__main__":
    main()

"""Train pictures on the training page and print as JSON how the window fares: ``python watch_training.py SET SECONDS``.

It is a file of its own since engines import the main module again. `GANSTUDIO_DATA` says where MNIST is.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
from PySide6.QtCore import QObject
from watch_window import Ticks, spin

from ganstudio.gui.app import application
from ganstudio.gui.images.training import TrainingPage
from ganstudio.gui.images.training.session import TrainingSession
from ganstudio.imagesets import IMAGE_SETS

SETTLE_SECONDS = 3.0
START_SECONDS = 120.0


class Turns(QObject):
    """Notes the processor time that this thread spends on each snapshot, painting included."""

    def __init__(self, page: TrainingPage) -> None:
        super().__init__()
        self.seconds: list[float] = []
        self._page = page
        page.session.snapshot_arrived.connect(self._paint)  # after the page's own slots

    def _paint(self, snapshot: object) -> None:
        before = time.thread_time()
        self._page.view.grab()
        self.seconds.append(time.thread_time() - before)


def percentiles(seconds: list[float]) -> dict[str, float]:
    """Return the median, the 99th percentile and the largest in milliseconds."""
    values = 1000 * np.array(seconds or [np.nan])
    return {
        "median": float(np.median(values)),
        "p99": float(np.percentile(values, 99)),
        "most": float(values.max()),
        "count": len(seconds),
    }


def main() -> None:
    """Watch."""
    app = application()
    page = TrainingPage(TrainingSession())
    page.resize(1264, 784)
    page.show()
    session = page.session
    session.choose_data(IMAGE_SETS[sys.argv[1]]())  # type: ignore[call-arg]
    spin(SETTLE_SECONDS)
    idle = Ticks()
    spin(float(sys.argv[2]) / 2)
    idle.stop()
    session.play()
    begun = time.monotonic()
    while not session.step and time.monotonic() - begun < START_SECONDS:
        spin(0.2)
    spin(SETTLE_SECONDS)
    ticks, start, step = Ticks(), time.monotonic(), session.step
    spin(float(sys.argv[2]))
    ticks.stop()
    rate = (session.step - step) / (time.monotonic() - start)
    turns = Turns(page)
    spin(float(sys.argv[2]) / 2)
    measured = {
        "late while nothing trains, ms": percentiles(idle.late),
        "late while it trains, ms": percentiles(ticks.late),
        "processor time of a repaint of the view, ms": percentiles(turns.seconds),
        "steps/s": rate,
    }
    page.stop()
    page.close()
    app.processEvents()
    print(json.dumps(measured, indent=2))


if __name__ == "__main__":
    main()

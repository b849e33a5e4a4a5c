"""Measure how long a slider of the Images bench takes to show another picture: ``make measure-images``.

A window with an engine of its own has a DCGAN of width 24 for colour pictures of 64 x 64 open. A slider is dragged by
mouse events, sixty a second, and for each the time is taken until the first paint that shows it or a later one; then
single events one after the other. The budget is 100 ms at the median and 200 ms at the 99th percentile.
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
from PySide6.QtCore import QEvent, QEventLoop, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QSlider

from ganstudio import presets
from ganstudio.architecture import Activation, Architecture, BatchNorm, Input, Layer, Reshape, TransposedConvolution
from ganstudio.checkpoints.model import Model, write_model
from ganstudio.gui.app import application, open_window
from ganstudio.gui.images import ImagesBench
from ganstudio.gui.memory import Memory
from ganstudio.image_messages import Render, Rendered

WIDTH, LATENT = 24, 100
EVENTS = 300
RATE = 60.0
SINGLE = 100
MEDIAN, P99 = 0.100, 0.200
PATIENCE = 180.0
SIZE = (1280, 800)


def dcgan() -> Model:
    """Return an untrained DCGAN for colour pictures of 64 x 64; its numbers take as long as trained ones."""
    maps = [LATENT, 8 * WIDTH, 4 * WIDTH, 2 * WIDTH, WIDTH]
    layers: list[Layer] = [Reshape(channels=LATENT, height=1, width=1)]
    for number, (inputs, outputs) in enumerate(zip(maps, [*maps[1:], 3], strict=True)):
        grown = {"stride": 2, "padding": 1} if number else {"stride": 1, "padding": 0}
        layers.append(TransposedConvolution(inputs=inputs, outputs=outputs, kernel=4, **grown))
        last = number == len(maps) - 1
        layers += [Activation(function="tanh")] if last else [BatchNorm(features=outputs), Activation(function="relu")]
    architecture = Architecture(inputs=(Input(kind="latent", size=LATENT),), layers=tuple(layers))
    random = np.random.default_rng(0)
    tensors = {
        name: np.abs(array) if "running_var" in name else array
        for name, shape in architecture.tensors().items()
        if (array := random.normal(scale=0.2, size=shape).astype(np.float32)) is not None
    }
    return Model("DCGAN 64", architecture, tensors)


class Watch(QObject):
    """Notes which event each request was sent after, and when its picture was painted."""

    def __init__(self, bench: ImagesBench) -> None:
        super().__init__(bench)
        self.number = -1
        self.sent: dict[int, int] = {}
        self.arrived = -1
        self.times: list[float] = []
        self.painted: dict[int, float] = {}
        link = bench.session._link
        assert link is not None
        self._post = link.post
        link.post = self._on_post  # type: ignore[method-assign]
        link.arrived.connect(self._on_arrived)
        bench.sampling.preview.installEventFilter(self)

    def _on_post(self, message: object) -> None:
        if isinstance(message, Render) and message.slot == "current":
            self.sent[message.request] = self.number
        self._post(message)  # type: ignore[arg-type]

    def _on_arrived(self, message: object) -> None:
        if isinstance(message, Rendered) and message.slot == "current":
            self.arrived = self.sent.get(message.request, -1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Note when the preview is painted, after it has been."""
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self, self._on_painted)
        return False

    def _on_painted(self) -> None:
        now = time.perf_counter()
        for number in range(self.arrived + 1):
            self.painted.setdefault(number, now)

    def begin(self) -> None:
        """Say that an event is about to be sent."""
        self.number += 1
        self.times.append(time.perf_counter())

    def latencies(self) -> np.ndarray:
        """Return seconds from each event to its paint."""
        return np.array([self.painted[number] - begun for number, begun in enumerate(self.times)])


def wait(app: QApplication, done: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Turn the event loop until something is so."""
    end = time.perf_counter() + seconds
    while not done():
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
        time.sleep(0.0005)
        if time.perf_counter() > end:
            raise SystemExit("the window does not come to an end")


def press(slider: QSlider, kind: QEvent.Type, share: float) -> None:
    """Send a mouse event to a place along a slider."""
    place = QPointF(6 + share * (slider.width() - 12), slider.height() / 2)
    button = Qt.MouseButton.LeftButton
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button
    one = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else button
    event = QMouseEvent(kind, place, slider.mapToGlobal(place), one, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(slider, event)


def drag(app: QApplication, watch: Watch, slider: QSlider) -> np.ndarray:
    """Drag a slider to and fro, sixty events a second; return their latencies."""
    position = (slider.value() - slider.minimum()) / (slider.maximum() - slider.minimum())
    press(slider, QEvent.Type.MouseButtonPress, position)
    begun = time.perf_counter()
    for number in range(EVENTS):
        due = begun + number / RATE
        app.processEvents(
            QEventLoop.ProcessEventsFlag.AllEvents, 5
        )  # one that is late must not keep the others waiting
        wait(app, lambda due=due: time.perf_counter() >= due)  # type: ignore[misc]
        watch.begin()
        press(slider, QEvent.Type.MouseMove, 0.5 + 0.45 * np.sin(number / 15 + 0.3))
    press(slider, QEvent.Type.MouseButtonRelease, 0.5)
    wait(app, lambda: len(watch.painted) >= len(watch.times))
    return watch.latencies()


def single(app: QApplication, watch: Watch, slider: QSlider) -> np.ndarray:
    """Move a slider, wait for the picture, and again; return the latencies."""
    before = len(watch.times)
    for number in range(SINGLE):
        watch.begin()
        slider.setValue(round(900 * np.sin(number + 0.5)))
        wait(app, lambda: len(watch.painted) >= len(watch.times))
    return watch.latencies()[before:]


def report(what: str, seconds: np.ndarray) -> bool:
    """Print what was measured; return whether it is within the budget."""
    p50, p99 = np.percentile(seconds, [50, 99])
    kept = bool(p50 <= MEDIAN and p99 <= P99)
    numbers = f"median {1000 * p50:.0f} ms, p99 {1000 * p99:.0f} ms, largest {1000 * seconds.max():.0f} ms"
    print(f"{'kept  ' if kept else 'BROKEN'} {what}, {len(seconds)} events to the paint: {numbers}")
    return kept


def main() -> int:
    """Measure, print, and return the exit code."""
    app = application()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dcgan.safetensors"
        write_model(path, dcgan())
        window = open_window(presets.load(presets.STARTUP), Memory(Path(folder)))
        window.painted.disconnect(window.session.start_soon)
        window.resize(*SIZE)
        window.show()
        try:
            window.open_images(str(path))
            bench = window.pages.page("images")
            assert isinstance(bench, ImagesBench)
            wait(app, lambda: bench.rendering.shown is not None and not bench.session._flying)
            slider = bench.sampling.latent.knobs[0].slider
            watch = Watch(bench)
            kept = report("drag", drag(app, watch, slider))
            kept &= report("single", single(app, watch, slider))
        finally:
            window.close()
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())

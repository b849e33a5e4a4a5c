"""Where the frames of a film come from: the timeline, step by step, or what is on the screen as it goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
import shiboken6
from PySide6.QtCore import QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from ganstudio.gui import theme
from ganstudio.gui.past import Past, kept_steps
from ganstudio.gui.session import Pane
from ganstudio.gui.take_away import camera
from ganstudio.gui.take_away.film_writer import FilmWriter

__all__ = ["Film", "LiveFilm", "TimelineFilm", "chosen"]

MOST_WAITING = 12
"""Frames that may wait for the encoder: some tens of megabytes."""
REST = 0.6
"""Between two frames of a recording, in the time that the first of them took."""
LAST_SECONDS = 2.0
"""How long a film of the timeline shows its end before it begins again."""
PATIENCE_MILLISECONDS = 15_000
"""How long an engine may owe a frame."""
LONGEST_SECONDS = 60.0
"""Of a live recording."""


class Film(QObject):
    """Takes frames of a widget, a slice at each turn of the event loop, and gives them to a writer.

    Parameters
    ----------
    widget
        What is filmed. The film is as large as it is now.
    panes
        Returns the widgets inside that are drawn one at a time.

    Attributes
    ----------
    progressed : Signal(int, int)
        Frames so far, and all of them, 0 if that is not known.
    done, failed : Signal(str)
        As those of `FilmWriter`.
    ended : Signal()
        In any case, and last.
    """

    progressed = Signal(int, int)
    done = Signal(str)
    failed = Signal(str)
    ended = Signal()

    def __init__(
        self, path: str, widget: QWidget, panes: Callable[[], list[QWidget]], rate: int, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.rate = rate
        self._widget = widget
        self._panes = panes
        self._size = widget.size()
        self._slices: list[QRegion] = []
        self._image = QImage()
        self._over = False
        self.writer = FilmWriter(path, (self._size.width(), self._size.height()), rate, self)
        self.writer.done.connect(self.done)
        self.writer.failed.connect(self._on_failed)
        self.writer.finished.connect(self._on_finished)
        self._shutter = QTimer(self, interval=0)
        self._shutter.timeout.connect(self._expose)

    def start(self) -> None:
        """Begin."""
        self.writer.start()

    def finish(self) -> None:
        """Take no more frames; what there is becomes the film."""
        if not self._over:
            self._over = True
            self._rest()
            self.writer.finish()

    def cancel(self) -> None:
        """Give up; nothing is left of it."""
        if not self._over:
            self._over = True
            self._rest()
        self.writer.cancel()

    def dispose(self) -> None:
        """Give up at once, and wait until it is over."""
        self.cancel()
        self.writer.wait()

    @property
    def is_over(self) -> bool:
        """Whether there will be no more frames."""
        return self._over

    def _rest(self) -> None:
        """Stop taking frames."""
        self._shutter.stop()

    def _on_failed(self, text: str) -> None:
        if not self._over:
            self._over = True
            self._rest()
        self.failed.emit(text)

    def _on_finished(self) -> None:
        self.ended.emit()
        self.deleteLater()

    # ---- one frame -----------------------------------------------------------------------------------

    def _begin_frame(self) -> None:
        if not shiboken6.isValid(self._widget):  # its pane was closed
            self.finish()
            return
        self._image = camera.blank(self._widget)
        self._slices = camera.slices(self._widget, self._panes())
        self._shutter.start()

    def _expose(self) -> None:
        if not shiboken6.isValid(self._widget) or self._image.size() != self._widget.size():
            self._shutter.stop()
            self._begin_frame()
            return
        camera.expose(self._image, self._widget, self._slices.pop())
        if not self._slices:
            self._shutter.stop()
            self._on_frame(fitted(self._image, self._size))

    def _on_frame(self, image: QImage) -> None:
        raise NotImplementedError


class LiveFilm(Film):
    """What is on the screen, until it is told to finish or a minute is over.

    Frames that could not be taken in time are those before them, so that the film is as fast as life was.

    Attributes
    ----------
    seconds_passed : Signal(int)
        Every second.
    limit_reached : Signal()
        The minute is over.
    """

    seconds_passed = Signal(int)
    limit_reached = Signal()

    def __init__(
        self, path: str, widget: QWidget, panes: Callable[[], list[QWidget]], rate: int, parent: QObject | None = None
    ) -> None:
        super().__init__(path, widget, panes, rate, parent)
        self._begun = 0.0
        self._seconds = 0
        self._written = 0
        self._due = 0
        self._frame_begun = self._resting = 0.0
        self._clock = QTimer(self, interval=round(1000 / rate), timerType=Qt.TimerType.PreciseTimer)
        self._clock.timeout.connect(self._on_tick)

    def start(self) -> None:
        """Begin."""
        super().start()
        self._begun = time.monotonic()
        self._clock.start()
        self.seconds_passed.emit(0)
        self._begin_frame()

    def _on_tick(self) -> None:
        elapsed = time.monotonic() - self._begun
        if int(elapsed) != self._seconds:
            self._seconds = int(elapsed)
            self.seconds_passed.emit(self._seconds)
        if elapsed >= LONGEST_SECONDS:
            self.finish()
            self.limit_reached.emit()
        elif not self._shutter.isActive() and elapsed >= self._resting and self.writer.waiting < MOST_WAITING:
            self._due, self._frame_begun = int(elapsed * self.rate), elapsed
            self._begin_frame()

    def _on_frame(self, image: QImage) -> None:
        times = max(1, self._due + 1 - self._written)
        self._written += times
        # On a machine with much to do, a film with fewer frames is better than a window that is late.
        elapsed = time.monotonic() - self._begun
        self._resting = elapsed + REST * (elapsed - self._frame_begun)
        self.writer.put(pixels(image), times)

    def _rest(self) -> None:
        super()._rest()
        self._clock.stop()


class TimelineFilm(Film):
    """Kept steps of one or more runs, each as if a person had looked back at it.

    Parameters
    ----------
    past
        Goes from step to step, in all panes at once; its runs stand still meanwhile.
    runs
        Those that have to show a step before a frame is taken.
    steps
        Ascending.
    """

    def __init__(
        self,
        path: str,
        widget: QWidget,
        panes: Callable[[], list[QWidget]],
        rate: int,
        past: Past,
        runs: Sequence[Pane],
        steps: Sequence[int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(path, widget, panes, rate, parent)
        self._past, self._session = past, past.session
        self._runs = list(runs)
        self._steps = [*steps]
        self._index = 0
        self._before = past.at
        self._played = self._session.playing
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MILLISECONDS)
        self._patience.timeout.connect(self._on_silence)
        self._breath = QTimer(self, singleShot=True, interval=20)
        self._breath.timeout.connect(self._next)

    def start(self) -> None:
        """Begin."""
        super().start()
        if self._played:
            self._session.pause()
        self._session.panes_changed.connect(self.finish)
        for pane in self._runs:
            pane.snapshot_arrived.connect(self._look)
            pane.started.connect(self.finish)
        self._next()

    def _next(self) -> None:
        if self._over:
            return
        if self.writer.waiting >= MOST_WAITING:
            self._breath.start()
            return
        self._patience.start()
        self._past.go(self._steps[self._index])
        self._look()

    def _look(self) -> None:
        """Take the frame as soon as every run shows the step that it should."""
        if not self._over and self._patience.isActive() and all(map(self._shows, self._runs)):
            self._patience.stop()
            self._begin_frame()

    def _shows(self, pane: Pane) -> bool:
        snapshot, at = pane.snapshot, self._past.step_of(pane)
        return snapshot is not None and not snapshot.playing and snapshot.at == pane.view.at == at

    def _on_frame(self, image: QImage) -> None:
        self._index += 1
        last = self._index == len(self._steps)
        self.writer.put(pixels(image), max(1, round(LAST_SECONDS * self.rate)) if last else 1)
        self.progressed.emit(self._index, len(self._steps))
        if last:
            self.finish()
        else:
            self._breath.start(0)

    def _on_silence(self) -> None:
        self.cancel()
        self.failed.emit(self.tr("The engine did not show the steps that the film needs; nothing was saved."))

    def _rest(self) -> None:
        super()._rest()
        self._patience.stop()
        self._breath.stop()
        self._session.panes_changed.disconnect(self.finish)
        for pane in self._runs:
            pane.snapshot_arrived.disconnect(self._look)
            pane.started.disconnect(self.finish)
        if not all(pane in self._session.panes for pane in self._runs):
            return
        if self._before is None:
            self._past.now()
        else:
            self._past.go(self._before)
        if self._played:
            self._session.play()


def chosen(runs: Sequence[Pane], most: int) -> list[int]:
    """Return at most so many of the steps that runs have kept, evenly, from the first to the present one."""
    kept = [kept_steps(pane) for pane in runs]
    steps = np.unique(np.concatenate([*kept, [max((pane.step for pane in runs), default=0)]]).astype(np.int64))
    if len(steps) > most:
        steps = steps[np.linspace(0, len(steps) - 1, most).round().astype(int)]
    return [int(step) for step in steps]


def fitted(image: QImage, size: QSize) -> QImage:
    """Return an image in another size, with the ground around it that it does not fill."""
    if image.size() == size:
        return image
    scaled = image.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    result = QImage(size, QImage.Format.Format_RGB32)
    result.fill(QColor(theme.current().palette.window))
    painter = QPainter(result)
    painter.drawImage(QPoint((size.width() - scaled.width()) // 2, (size.height() - scaled.height()) // 2), scaled)
    painter.end()
    return result


def pixels(image: QImage) -> bytes:
    """Return the pixels of an image, four bytes each, row by row from the top."""
    return bytes(image.constBits())

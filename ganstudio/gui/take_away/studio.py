"""One film at a time: how it is coming on, and its end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from ganstudio.gui.past import Past
from ganstudio.gui.plane.bench import PlaneBench
from ganstudio.gui.session import Pane
from ganstudio.gui.take_away.badge import FilmBadge
from ganstudio.gui.take_away.films import Film, LiveFilm, TimelineFilm, chosen
from ganstudio.gui.take_away.formats import Choices
from ganstudio.gui.widgets import MessageBar

__all__ = ["FilmStudio"]

LIVE_RATES = {".gif": 10, ".mp4": 15}
"""Frames a second of a live recording."""


class FilmStudio(QObject):
    """Makes films of the timeline and of what is on the screen.

    Parameters
    ----------
    record
        Checked while something is recorded.

    Attributes
    ----------
    badge
        Says how a film is coming on, and ends it; to be put where it can be seen.
    wanted : Signal()
        A person wants to record: `record` needs to be told into which file.
    """

    wanted = Signal()

    def __init__(
        self, past: Past, bench: PlaneBench, record: QAction, messages: MessageBar, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._past, self._bench, self._messages = past, bench, messages
        self._record = record
        self._record.setCheckable(True)
        self.badge = FilmBadge()
        self._film: Film | None = None
        self._path = self._name = ""
        self.badge.clicked.connect(self._on_badge)

    @property
    def busy(self) -> bool:
        """Whether a film is being made."""
        return self._film is not None

    @property
    def recording(self) -> bool:
        """Whether what is on the screen is recorded."""
        return isinstance(self._film, LiveFilm) and not self._film.is_over

    def toggle(self) -> None:
        """Begin to record, or end the recording."""
        if self.recording:
            assert self._film is not None
            self._film.finish()
            self._show_written(0)
        else:
            self.wanted.emit()
        self._follow()

    def record(self, path: str, widget: QWidget) -> None:
        """Record a widget from now on."""
        self._make_room()
        film = LiveFilm(path, widget, self._panes, LIVE_RATES[Path(path).suffix.lower()], self)
        film.seconds_passed.connect(self.badge.show_recording)
        film.limit_reached.connect(self._on_limit)
        self._begin(film, path)

    def make(self, path: str, widget: QWidget, panes: Sequence[Pane], choices: Choices) -> None:
        """Make a film of the kept steps of some runs."""
        runs = [pane for pane in panes if pane.ready and not pane.problem and pane.snapshot is not None]
        steps = chosen(runs, choices.frames)
        if len(steps) < 2:
            text = self.tr("There is no timeline yet: train first.")
            self._messages.say("warning", text)
            return
        self._make_room()
        film = TimelineFilm(path, widget, self._panes, choices.rate, self._past, runs, steps, self)
        film.progressed.connect(self._show_progress)
        self._begin(film, path)

    def cancel(self) -> None:
        """Give the film up; nothing is left of it."""
        if self._film is not None:
            self._film.cancel()
            self._messages.say("info", self.tr("Cancelled; {0} was not written").format(self._name))

    def stop(self) -> None:
        """Make a film of what was recorded, and give up one of the timeline: the window closes."""
        if isinstance(self._film, LiveFilm):
            self._film.finish()
            self._film.writer.wait()
        elif self._film is not None:
            self._film.dispose()
        self._film = None

    def _begin(self, film: Film, path: str) -> None:
        self._film, self._path, self._name = film, path, Path(path).name
        film.writer.progressed.connect(self._show_written)
        film.done.connect(self._on_done)
        film.failed.connect(self._on_failed)
        film.ended.connect(self._on_ended)
        film.start()
        self._follow()

    def _panes(self) -> list[QWidget]:
        return [*self._bench.views()]

    def _make_room(self) -> None:
        """Take messages away that would go by themselves soon, and make what is filmed larger in the middle of it."""
        for message in self._messages.messages():
            if message.level in ("info", "good"):
                message.dismissed.emit()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)

    def _follow(self) -> None:
        self._record.setChecked(self.recording)
        self.badge.setVisible(self.busy)

    def _on_badge(self) -> None:
        if self.recording:
            self.toggle()
        else:
            self.cancel()

    # ---- what it says --------------------------------------------------------------------------------

    def _show_progress(self, frames: int, of: int) -> None:
        self.badge.show_progress(self._name, self.tr("{0} of {1}").format(frames, of))

    def _show_written(self, frames: int) -> None:
        self.badge.show_progress(self._name, self.tr("writing {0}").format(frames or ""))

    def _on_limit(self) -> None:
        self._follow()
        self._show_written(0)

    def _on_done(self, path: str) -> None:
        self._messages.say("good", self.tr("Saved {0}").format(path), about=path)

    def _on_failed(self, text: str) -> None:
        self._messages.say("error", text, about=self._path)

    def _on_ended(self) -> None:
        self._film = None
        self._follow()

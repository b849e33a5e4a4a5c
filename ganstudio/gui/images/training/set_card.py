"""One known set of pictures to be chosen: whether it is here, and its download."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QRadioButton, QVBoxLayout, QWidget

from ganstudio.gui.images.training.background import Background
from ganstudio.gui.widgets import ElidedLabel, Panel, Refusal
from ganstudio.imagesets import ImageSet, PicturesError
from ganstudio.imagesets.download import DownloadError, Progress, bytes_to_get, discard_corrupt, download

__all__ = ["SetCard", "duration"]

Fetch = Callable[[ImageSet], Iterator[Progress]]


def fetch_again(data: ImageSet) -> Iterator[Progress]:
    """Throw files away that are no longer what was downloaded, and get what is missing."""
    discard_corrupt(data)
    yield from download(data)


class SetCard(Panel):
    """A row with a set's title, and at its right what can be done about its files.

    Parameters
    ----------
    data
        The set with its usual settings.
    fetch
        Downloads a set, piece by piece.

    Attributes
    ----------
    choice
        The button that chooses it.
    button
        Downloads, goes on with a download, or cancels it.
    fetched : Signal(str)
        The set with this name has been downloaded.
    """

    fetched = Signal(str)

    def __init__(self, data: ImageSet, fetch: Fetch = fetch_again, parent: QWidget | None = None) -> None:
        super().__init__(parent, role="card")
        self.data = data
        self._fetch = fetch
        self._work: Background | None = None
        self.choice = QRadioButton(data.title)
        self.choice.setObjectName(data.name)
        self.choice.setToolTip(f"<qt>{data.about}</qt>")
        self.state = ElidedLabel("", "small")
        self.state.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.button = QPushButton()
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Download of {0}").format(data.title))
        self.rate = ElidedLabel("", "small")
        self.refusal = Refusal()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.choice)
        row.addWidget(self.state, 1)
        row.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 5, 6, 5)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.bar)
        layout.addWidget(self.rate)
        layout.addWidget(self.refusal)
        self.button.clicked.connect(self._on_button)
        self._show_progress(shown=False)
        self.refresh()

    @property
    def downloading(self) -> bool:
        """Whether a download is going on, or ending."""
        return self._work is not None

    def refresh(self) -> None:
        """Show whether the set is here."""
        if self._work is not None:
            return
        if self.data.is_here():
            local = self.tr("comes with the program") if not self.data.sources else self.tr("on this machine")
            self.state.setText(local)
            self.button.hide()
            return
        left = bytes_to_get(self.data)
        begun = left < sum(source.length for source in self.data.sources)
        self.state.setText(self.tr("{0:,.0f} MB").format(max(1.0, left / 1e6)))
        self._label_button(self.tr("Resume") if begun else self.tr("Download"))

    def refuse(self, text: str) -> None:
        """Say why this set cannot be had or read, and offer to get it again if it can be; "" takes it back."""
        self.refusal.say(text)
        if text and self.data.sources and self._work is None:
            self._label_button(self.tr("Download again") if self.data.is_here() else self.tr("Try again"))

    def start(self) -> None:
        """Download what is missing."""
        if self._work is not None:
            return
        self.refusal.say("")
        self._work = Background(partial(self._fetch, self.data), (DownloadError, PicturesError), self)
        self._work.told.connect(self._on_progress)
        self._work.failed.connect(self._on_failed)
        self._work.finished.connect(self._on_finished)
        self._work.stopped.connect(self._on_stopped)
        self.bar.setValue(0)
        self.rate.setText(self.tr("Connecting\N{HORIZONTAL ELLIPSIS}"))
        self.state.setText("")
        self._show_progress(shown=True)
        self._label_button(self.tr("Cancel"))
        self._work.start()

    def cancel(self) -> None:
        """End the download; what has come is kept."""
        if self._work is not None and not self._work.cancelled:
            self._work.cancel()
            self.button.setEnabled(False)
            self.rate.setText(self.tr("Stopping; what has come is kept"))

    def stop(self) -> None:
        """End the download for good: the window closes."""
        if self._work is not None:
            self._work.dispose()
            self._work = None

    # ---- inside --------------------------------------------------------------------------------------

    def _on_button(self) -> None:
        if self._work is None:
            self.start()
        else:
            self.cancel()

    def _label_button(self, text: str) -> None:
        self.button.setText(text)
        self.button.setAccessibleName(f"{text}: {self.data.title}")
        self.button.setToolTip(
            self.tr("Stop; what has come is kept")
            if self._work is not None
            else self.tr("Get its files from the internet into this user's cache folder, and check them")
        )
        self.button.setEnabled(True)
        self.button.show()

    def _show_progress(self, *, shown: bool) -> None:
        self.bar.setVisible(shown)
        self.rate.setVisible(shown)

    def _on_progress(self, progress: Progress) -> None:
        if self._work is None or self._work.cancelled:
            return
        self.bar.setValue(round(1000 * progress.received / max(1, progress.total)))
        words = [self.tr("{0:,.1f} of {1:,.1f} MB").format(progress.received / 1e6, progress.total / 1e6)]
        if progress.rate > 0:
            words.append(self.tr("{0:,.1f} MB/s").format(progress.rate / 1e6))
        if progress.seconds_left is not None:
            words.append(self.tr("{0} left").format(duration(progress.seconds_left)))
        self.rate.setText(" \N{MIDDLE DOT} ".join(words))
        self.rate.set_hint(progress.file)

    def _end(self) -> None:
        if self._work is not None:
            self._work.dispose()
            self._work = None
        self._show_progress(shown=False)
        self.refresh()

    def _on_failed(self, message: str) -> None:
        self._end()
        self.refuse(message)

    def _on_stopped(self) -> None:
        self._end()

    def _on_finished(self) -> None:
        self._end()
        self.fetched.emit(self.data.name)


def duration(seconds: float) -> str:
    """Return a time as people say it, rounded: "8 s", "3 min", "1 h 20 min"."""
    if seconds < 59.5:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"

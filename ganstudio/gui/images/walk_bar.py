"""The way between two pins: straight or on the sphere, as pictures and as a film."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ganstudio.gui.images.picture_grid import PictureGrid
from ganstudio.gui.widgets import ElidedLabel, FlowLayout, NumberField, SegmentedControl

__all__ = ["FilmBar", "WalkStrip"]

STRIP_HEIGHT = 56


class FilmBar(QWidget):
    """How the walk goes, and its export.

    Attributes
    ----------
    way_chosen : Signal(str)
        "spherical" or "linear".
    film_wanted : Signal(str)
        A film of the walk: "gif" or "mp4".
    cancelled : Signal()
        The film that is being made is not wanted.
    """

    way_chosen = Signal(str)
    film_wanted = Signal(str)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.way = SegmentedControl({"spherical": self.tr("spherical"), "linear": self.tr("linear")})
        self.way.setAccessibleName(self.tr("Way"))
        self.way.setToolTip(
            self.tr(
                "Spherical: on the arc, where latents are as long as those of training. Linear: on the straight line, "
                "which in many dimensions passes through shorter ones."
            )
        )
        self.way.chosen.connect(self.way_chosen)
        self.frames = NumberField(whole=True, low=2, high=600, unit=self.tr("frames"))
        self.frames.set_value(60)
        self.frames.setFixedWidth(96)
        self.frames.line.setAccessibleName(self.tr("Frames"))
        self.frames.setToolTip(self.tr("Frames of the film, there and back"))
        self.rate = NumberField(whole=True, low=1, high=60, unit=self.tr("/s"))
        self.rate.set_value(20)
        self.rate.setFixedWidth(72)
        self.rate.line.setAccessibleName(self.tr("Frames a second"))
        self.rate.setToolTip(self.tr("Frames a second"))
        self.gif = self._button("gif", self.tr("GIF\N{HORIZONTAL ELLIPSIS}"))
        self.gif.setToolTip(self.tr("Save the walk as a film that plays everywhere"))
        self.mp4 = self._button("mp4", self.tr("MP4\N{HORIZONTAL ELLIPSIS}"))
        self.mp4.setToolTip(self.tr("Save the walk as a film; needs ffmpeg"))
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(80)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.clicked.connect(self.cancelled)
        flow = FlowLayout(self, 8)
        for group in (
            (self.way,),
            (self.frames, self.rate),
            (self.gif, self.mp4),
            (self.progress, self.cancel),
        ):
            flow.addWidget(_row(*group))
        self.show_progress(None)

    def _button(self, kind: str, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(kind)
        button.clicked.connect(self._on_film)
        return button

    def show_progress(self, share: float | None) -> None:
        """Show how far a film is, 0 to 1; None where none is being made."""
        self.progress.setVisible(share is not None)
        self.cancel.setVisible(share is not None)
        self.gif.setEnabled(share is None)
        self.mp4.setEnabled(share is None)
        if share is not None:
            self.progress.setValue(round(100 * share))

    def _on_film(self) -> None:
        self.film_wanted.emit(self.sender().objectName())


def _row(*widgets: QWidget) -> QWidget:
    """Return widgets side by side that stay together where lines break."""
    ground = QWidget()
    layout = QHBoxLayout(ground)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(6)
    for widget in widgets:
        layout.addWidget(widget)
    return ground


class WalkStrip(QWidget):
    """A row of pictures from pin A to pin B, under the grid.

    Attributes
    ----------
    taken : Signal(int)
        A picture of it.
    """

    taken = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel("", "heading")
        self.strip = PictureGrid(self.tr("From pin A to pin B"))
        self.strip.setFixedHeight(STRIP_HEIGHT)
        self.strip.taken.connect(self.taken)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.title)
        layout.addWidget(self.strip)

    @property
    def frames(self) -> int:
        """How many pictures there is room for, 7 to 15."""
        return min(15, max(7, self.width() // STRIP_HEIGHT))

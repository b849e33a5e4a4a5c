"""The way between two pins: straight or on the sphere, as pictures and as a film."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QToolButton, QVBoxLayout, QWidget

from ganstudio.gui import icons, theme
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
    play_wanted, grid_wanted : Signal()
        The walk is to be played or paused, or the grid to be seen again.
    settings_changed : Signal()
        Another number of frames, or rate.
    film_wanted : Signal(str)
        A film of the walk: "gif" or "mp4".
    cancelled : Signal()
        The film that is being made is not wanted.
    """

    way_chosen = Signal(str)
    play_wanted = Signal()
    grid_wanted = Signal()
    settings_changed = Signal()
    film_wanted = Signal(str)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._playing = False
        self.play = QPushButton(self.tr("Pause"))
        self.play.setIconSize(QSize(16, 16))
        self.play.setToolTip(self.tr("Play the way there and back in one large picture (P); a click or Space pauses"))
        self.play.clicked.connect(self.play_wanted)
        self.back = QPushButton(self.tr("Grid"))
        self.back.setToolTip(self.tr("See all pictures of the way again (Escape)"))
        self.back.clicked.connect(self.grid_wanted)
        policy = self.back.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # or the bar would break anew, and another button be under the mouse
        self.back.setSizePolicy(policy)
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
        self.frames.line.setAccessibleName(self.tr("Frames"))
        self.frames.setToolTip(self.tr("Frames of the film, there and back"))
        self.frames.edited.connect(self.settings_changed)
        self.rate = NumberField(whole=True, low=1, high=60, unit=self.tr("/s"))
        self.rate.set_value(20)
        self.rate.line.setAccessibleName(self.tr("Frames a second"))
        self.rate.setToolTip(self.tr("Frames a second"))
        self.rate.edited.connect(self.settings_changed)
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
            (self.play, self.back),
            (self.way,),
            (self.frames, self.rate),
            (self.gif, self.mp4),
            (self.progress, self.cancel),
        ):
            flow.addWidget(_row(*group))
        self.show_progress(None)
        self.show_playing(on=False, playing=False)
        theme.current().changed.connect(self._restyle)
        self._restyle()

    def _button(self, kind: str, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(kind)
        button.clicked.connect(self._on_film)
        return button

    def show_playing(self, *, on: bool, playing: bool) -> None:
        """Show whether the large picture is seen, and whether it moves."""
        self._playing = playing
        self.back.setVisible(on)
        self._restyle()

    def _restyle(self) -> None:
        scale = theme.current().scale
        self.frames.setFixedWidth(round(96 * scale))
        self.rate.setFixedWidth(round(72 * scale))
        # As wide for "Play" as for "Pause", so that nothing jumps.
        self.play.setMinimumWidth(0)
        self.play.setText(self.tr("Pause"))
        self.play.setMinimumWidth(self.play.sizeHint().width())
        self.play.setText(self.tr("Pause") if self._playing else self.tr("Play"))
        self.play.setAccessibleName(self.play.text())
        self.play.setIcon(icons.icon("pause" if self._playing else "play", theme.current().palette))

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
    play_wanted : Signal()
        It is to be played in the large picture.
    """

    taken = Signal(int)
    play_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel("", "heading")
        self.play = QToolButton()
        self.play.setProperty("role", "small")
        self.play.setToolTip(self.tr("Play it in one large picture"))
        self.play.setAccessibleName(self.tr("Play the way from A to B"))
        self.play.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.play.clicked.connect(self.play_wanted)
        self.strip = PictureGrid(self.tr("From pin A to pin B"))
        self.strip.setFixedHeight(STRIP_HEIGHT)
        self.strip.taken.connect(self.taken)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self.play)
        head.addWidget(self.title, 1)
        layout.addLayout(head)
        layout.addWidget(self.strip)
        theme.current().changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.play.setIcon(icons.icon("play", theme.current().palette))

    @property
    def frames(self) -> int:
        """How many pictures there is room for, 7 to 15."""
        return min(15, max(7, self.width() // STRIP_HEIGHT))

"""Plays the walk between the pins in one large picture."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from ganstudio.gui.images.explorer import Explorer
from ganstudio.gui.images.picture_grid import PictureGrid
from ganstudio.gui.images.rendering import Rendering
from ganstudio.gui.images.session import ImageSession
from ganstudio.image_messages import Pixels

__all__ = ["WalkPlayer"]

SLOT = "play"


class WalkPlayer(QObject):
    """Shows the walk there and back on a screen of its own, again and again.

    Parameters
    ----------
    screen
        Where it plays; shown while there is a film on it, playing or paused. Clicking it, Space or Enter pauses.

    Attributes
    ----------
    changed : Signal()
        It plays, pauses, or has ended.
    """

    changed = Signal()

    def __init__(
        self,
        session: ImageSession,
        explorer: Explorer,
        rendering: Rendering,
        screen: PictureGrid,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._explorer, self._rendering, self._screen = session, explorer, rendering, screen
        self._frames: Pixels | None = None
        self._key = ""
        self._asked = 0
        self._number = 0
        self._settings = 60, 20
        self.on = False
        """Whether the screen is shown."""
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._advance)
        screen.taken.connect(self.toggle)
        session.rendered.connect(self._on_rendered)
        session.progressed.connect(self._on_progressed)
        explorer.model_changed.connect(self.end)
        explorer.mode_changed.connect(self._on_mode)
        explorer.changed.connect(self._draw_again)
        explorer.pins_changed.connect(self._draw_again)

    @property
    def playing(self) -> bool:
        """Whether the picture changes by itself."""
        return self._timer.isActive()

    @property
    def number(self) -> int:
        """The frame that is shown, from 0."""
        return self._number

    def set_film(self, frames: int, rate: int) -> None:
        """Choose how many frames there and back has, and how many of them a second."""
        before, self._settings = self._settings, (frames, rate)
        self._timer.setInterval(round(1000 / rate))
        if frames != before[0]:
            self._draw_again()

    def toggle(self) -> None:
        """Play, or pause."""
        if self.playing:
            self._timer.stop()
        elif self._explorer.model is not None:
            self._timer.start(round(1000 / self._settings[1]))
            if not self.on:
                self.on = True
                self._number = 0
                self._draw_again()
        self.changed.emit()

    def end(self) -> None:
        """Stop, and go back to the grid."""
        self._timer.stop()
        if self.on:
            self.on = False
            self._session.forget(self._key, SLOT)
            self._frames = None
            self._screen.clear()
            self.changed.emit()

    def follow_way(self) -> None:
        """Play another way between the pins."""
        self._draw_again()

    # ---- inside --------------------------------------------------------------------------------------

    def _draw_again(self) -> None:
        """Ask for all frames; what plays goes on until they are there."""
        if self._frames is None:
            self._screen.set_empty_text(self.tr("Drawing the way\N{HORIZONTAL ELLIPSIS}"))
        model = self._explorer.model
        if not self.on or model is None:
            return
        latents = self._rendering.there_and_back(self._settings[0])
        self._key, self._asked = model.key, len(latents)
        self._session.ask(model.key, SLOT, self._explorer.moment.given(model, latents))

    def _on_rendered(self, key: str, slot: str, pictures: Pixels, _seconds: float) -> None:
        if slot != SLOT or key != self._key or not self.on or len(pictures) != self._asked:
            return
        self._frames = pictures
        self._number %= len(pictures)
        self._show()

    def _on_progressed(self, _key: str, slot: str, share: float) -> None:
        if slot == SLOT and self._frames is None:
            self._screen.set_empty_text(self.tr("Drawing the way: {0:.0%}").format(share))

    def _on_mode(self) -> None:
        if self._explorer.mode != "walk":
            self.end()

    def _advance(self) -> None:
        if self._frames is not None:
            self._number = (self._number + 1) % len(self._frames)
            self._show()

    def _show(self) -> None:
        assert self._frames is not None
        self._screen.set_pictures(self._frames[self._number][None], 1, 1)

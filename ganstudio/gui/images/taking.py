"""Taking away from the Images bench: sheets, numbers, films, the clipboard."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from ganstudio.films.writing import raw_frame
from ganstudio.gui.images.explorer import Explorer
from ganstudio.gui.images.picture_grid import image_of
from ganstudio.gui.images.rendering import Rendering
from ganstudio.gui.images.session import ImageSession
from ganstudio.gui.take_away.film_writer import FilmWriter
from ganstudio.image_messages import Pixels
from ganstudio.sheets.pixels import composed
from ganstudio.sheets.recipe import Arrangement

__all__ = ["Taking"]

FILM_SIDE = 256
"""Least side of a film's picture in pixels: small pictures are enlarged without smoothing."""
SLOT = "film"


class Taking(QObject):
    """Writes what the grid shows.

    Attributes
    ----------
    progressed : Signal(object)
        How far a film is, 0 to 1; None when it is there, or given up.
    message : Signal(str, str, str)
        (level, text, what it is about).
    """

    progressed = Signal(object)
    message = Signal(str, str, str)

    def __init__(self, session: ImageSession, explorer: Explorer, rendering: Rendering, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._explorer, self._rendering, self._window = session, explorer, rendering, window
        self._film: tuple[str, str, int] | None = None
        self._writer: FilmWriter | None = None
        self._frames = 0
        self._settings = 60, 20
        session.written.connect(self._on_written)
        session.rendered.connect(self._on_rendered)
        session.progressed.connect(self._on_progress)

    # ---- asking where to ---------------------------------------------------------------------------------

    def ask_png(self) -> None:
        """Ask where to, and write the grid as a picture."""
        self._ask(self.tr("Export grid"), "png", self.write)

    def ask_numbers(self) -> None:
        """Ask where to, and write what the generator gave."""
        self._ask(self.tr("Save numbers"), "npy", self.write)

    def ask_film(self, suffix: str) -> None:
        """Ask where to, and write the walk as a film."""
        self._ask(self.tr("Save film"), suffix, self.write_film)

    def _ask(self, title: str, suffix: str, then: object) -> None:
        if self._explorer.model is None:
            return
        dialog = QFileDialog(self._window, title)
        dialog.setObjectName("take images")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(f"*.{suffix}")
        dialog.setDefaultSuffix(suffix)
        dialog.selectFile(self.file_name(suffix))
        dialog.fileSelected.connect(then)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def file_name(self, suffix: str) -> str:
        """Return a name that says what is in a file, for example "infogan-mnist-by-seed-7.png"."""
        model, explorer = self._explorer.model, self._explorer
        assert model is not None
        name = re.sub(r"[^a-z0-9]+", "-", model.name.lower()).strip("-")[:60] or "samples"
        return f"{name}-{explorer.mode}-seed-{explorer.moment.seed}.{suffix}"

    # ---- sheets ------------------------------------------------------------------------------------------

    def write(self, path: str) -> None:
        """Write the grid into a PNG or NPY file."""
        model, shown = self._explorer.model, self._rendering.shown
        if model is not None and shown is not None:
            self._session.write_sheet(model.key, path, shown.recipe, shown.latents)

    def copy(self) -> None:
        """Put the grid on the clipboard as a picture."""
        shown, pictures = self._rendering.shown, self._rendering.pictures
        if shown is None or pictures is None or len(pictures) != shown.recipe.n:
            return
        try:
            sheet = composed(pictures, shown.recipe.arrangement)
        except ValueError as error:
            self.message.emit("error", str(error), "copy")
            return
        QGuiApplication.clipboard().setImage(image_of(sheet))
        self.message.emit("good", self.tr("The grid is on the clipboard."), "copy")

    def _on_written(self, path: str, problem: str) -> None:
        if problem:
            named = problem if Path(path).name in problem else f"{path}: {problem}"
            self.message.emit("error", named, path)
        else:
            self.message.emit("good", self.tr("Saved {0}").format(path), path)

    # ---- films -------------------------------------------------------------------------------------------

    def set_film(self, frames: int, rate: int) -> None:
        """Choose how many frames a film has, and how many of them a second."""
        self._settings = frames, rate

    def write_film(self, path: str) -> None:
        """Write the walk, there and back, as a GIF or MP4 film."""
        model = self._explorer.model
        if model is None or self._film is not None:
            return
        frames, rate = self._settings
        both = self._rendering.there_and_back(frames)
        self._film, self._frames = (path, model.key, rate), len(both)
        self.progressed.emit(0.0)
        self._session.ask(model.key, SLOT, self._explorer.moment.given(model, both))

    def cancel(self) -> None:
        """Give a film up; nothing is left of it."""
        if self._film is not None:
            self._session.forget(self._film[1], SLOT)
        if self._writer is not None:
            self._writer.cancel()
        self._end()

    def stop(self) -> None:
        """Give up whatever is going on, because the window closes."""
        writer = self._writer
        self.cancel()
        if writer is not None:
            writer.wait()

    def _on_progress(self, _key: str, slot: str, share: float) -> None:
        if slot == SLOT and self._film is not None:
            self.progressed.emit(share / 2)

    def _on_rendered(self, _key: str, slot: str, pictures: Pixels, _seconds: float) -> None:
        if slot != SLOT or self._film is None:
            return
        path, _, rate = self._film
        scale = min(32, max(1, -(-FILM_SIDE // pictures.shape[1])))
        arrangement = Arrangement(rows=1, columns=1, padding=0, scale=scale)
        frames = [composed(picture[None], arrangement) for picture in pictures]
        height, width = frames[0].shape[:2]
        self._writer = FilmWriter(path, (width, height), rate, self)
        self._writer.progressed.connect(self._on_encoded)
        self._writer.done.connect(self._on_done)
        self._writer.failed.connect(self._on_failed)
        self._writer.finished.connect(self._writer.deleteLater)
        for frame in frames:
            self._writer.put(raw_frame(frame))
        self._writer.finish()
        self._writer.start()

    def _on_encoded(self, frames: int) -> None:
        if self._film is not None:
            self.progressed.emit(0.5 + frames / self._frames / 2)

    def _on_done(self, path: str) -> None:
        self._end()
        self.message.emit("good", self.tr("Saved {0}").format(path), path)

    def _on_failed(self, text: str) -> None:
        self._end()
        self.message.emit("error", text, "film")

    def _end(self) -> None:
        self._film = self._writer = None
        self.progressed.emit(None)

"""The Images bench as the window has it: trained models, and the page on which one is trained."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from ganstudio.gui.images.bench import ImagesBench
from ganstudio.gui.images.session import ImageSession
from ganstudio.gui.images.training import TrainingPage
from ganstudio.gui.widgets import NOT_OPENED, MessageBar

__all__ = ["ImagesPage"]


class ImagesPage(QStackedWidget):
    """Samples of models, and behind "Train a model..." the training page, made when it is first wanted.

    Parameters
    ----------
    messages
        The window's.

    Attributes
    ----------
    bench : ImagesBench
    training : TrainingPage or None
    """

    def __init__(self, messages: MessageBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        session = ImageSession()
        self.bench = ImagesBench(session, messages)
        session.setParent(self.bench)
        self.training: TrainingPage | None = None
        self.addWidget(self.bench)
        self.bench.train_wanted.connect(self.train)

    def train(self) -> None:
        """Show the training page."""
        if self.training is None:
            self.training = TrainingPage()
            self.training.model_saved.connect(self._on_saved)
            self.training.closed.connect(self._show_models)
            self.addWidget(self.training)
        self.setCurrentWidget(self.training)
        self.training.setFocus()

    def open_path(self, path: str) -> None:
        """Show a model's or a sheet's file."""
        self._show_models()
        self.bench.open_path(path)

    def take_key(self, event: QKeyEvent) -> bool:
        """Do what a plain key stands for on the page that is shown; the plane's keys mean nothing here."""
        if self.training is not None and self.currentWidget() is self.training:
            return self.training.take_key(event)
        return self.bench.take_key(event)

    def take_data(self, path: str) -> None:
        """Train on a folder or an archive of pictures; of anything else say that it is nothing for this page."""
        if Path(path).is_dir() or path.lower().endswith(".zip") or self.currentWidget() is self.training:
            self.train()
            assert self.training is not None
            self.training.take(path)
            return
        if self.bench.inside.current == "latent":
            self.bench.inside.inverting.look_for(path)
            return
        text = self.tr("{0}: is no model and no exported grid of samples; those, and folders of pictures, open here")
        self._messages.say("error", text.format(path), about=NOT_OPENED)

    def stop(self) -> None:
        """End all engines and whatever is being written, because the window closes."""
        self.bench.stop()
        if self.training is not None:
            self.training.stop()

    def _show_models(self) -> None:
        self.setCurrentWidget(self.bench)

    def _on_saved(self, path: str) -> None:
        # Training goes on: the model waits in the list, and nothing takes the page away.
        self.bench.open_path(path)

"""The Evaluate page of the Images bench: an opened model against the pictures that it was trained on."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ganstudio.gui.images.evaluation.data_line import DataLine
from ganstudio.gui.images.evaluation.evaluation import Evaluation
from ganstudio.gui.images.evaluation.neighbours_panel import Shown
from ganstudio.gui.images.evaluation.subject import Subject
from ganstudio.gui.images.opened import OpenedModel
from ganstudio.gui.images.session import ImageSession

__all__ = ["EvaluationPage"]


class EvaluationPage(QWidget):
    """Which training pictures, and what is asked about them.

    Parameters
    ----------
    shown
        Returns the pictures of the samples that are explored.
    """

    def __init__(self, session: ImageSession, shown: Shown, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: OpenedModel | None = None
        self._subject: Subject | None = None
        self._shown_pictures = shown
        self.data = DataLine()
        of = {"current": self.tr("current sample"), "grid": self.tr("samples of the grid")}
        self.evaluation = Evaluation(session.post, session.told, shown, of)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.data)
        layout.addWidget(self.evaluation, 1)
        self.data.changed.connect(self._follow)
        session.opened.connect(self._on_opened)
        session.lost.connect(self._on_lost)

    def set_model(self, model: OpenedModel | None) -> None:
        """Evaluate a model, and look for the neighbours of its current sample."""
        self._model = model
        if model is None:
            self._subject = None
            self._follow()
            return
        self._subject = Subject(model.key, model.name, model.trained_on, "critic" in model.parts, model.weights)
        self.data.show_subject(self._subject, model.picture)
        self.data.refresh()
        self._follow()

    def find_neighbours(self) -> None:
        """Look for the nearest training pictures of the current sample."""
        self.evaluation.show_panel("neighbours")
        self.evaluation.neighbours.of.set_current("current")
        self.evaluation.neighbours.ask()

    def stop(self) -> None:
        """End a download: the window closes."""
        self.data.stop()

    def showEvent(self, event: QShowEvent) -> None:
        """Look whether the training pictures have come meanwhile."""
        super().showEvent(event)
        self.data.refresh()
        self._follow()

    def _follow(self) -> None:
        self.evaluation.show_subject(self._subject, self.data.settings if self.data.ready else None)

    def _on_opened(self, key: str) -> None:
        self.evaluation.lose(key, self.tr("The model was loaded again; ask once more."))

    def _on_lost(self) -> None:
        if self._subject is not None:
            self.evaluation.lose(self._subject.source, self.tr("The engine has ended."))

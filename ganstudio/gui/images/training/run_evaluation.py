"""What is asked about the run that is trained: neighbours of its samples, and what its critic has learned so far."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ganstudio.gui.images.evaluation import Evaluation
from ganstudio.gui.images.evaluation.subject import Subject
from ganstudio.gui.images.training.session import RUN, TrainingSession
from ganstudio.gui.images.training.view import run_title
from ganstudio.gui.widgets import ElidedLabel, Panel
from ganstudio.image_messages import Pixels

__all__ = ["RunEvaluation"]


class RunEvaluation(Panel):
    """In place of the samples, while training goes on.

    Attributes
    ----------
    back
        The button that leads back to the samples.
    """

    def __init__(self, session: TrainingSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._runs = 0
        self._title = ElidedLabel("", "title")
        self.back = QPushButton(self.tr("Back to the samples"))
        self.evaluation = Evaluation(session.ask, session.told, self._pictures, {"grid": self.tr("samples")})
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.back)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 12)
        layout.setSpacing(10)
        layout.addLayout(head)
        layout.addWidget(self.evaluation, 1)
        session.started.connect(self._on_started)
        session.state_changed.connect(self._follow)
        session.engine_died.connect(self._on_died)
        self._follow()

    def find_neighbours(self) -> None:
        """Look for the nearest training pictures of the samples as they are now."""
        self._follow()
        self.evaluation.neighbours.ask()

    def _pictures(self, _of: str) -> Pixels | None:
        snapshot = self._session.snapshot
        return None if snapshot is None else snapshot.pictures

    def _when(self) -> str:
        return self.tr("step {0:,}").format(self._session.step)

    def _on_started(self) -> None:
        self._runs += 1
        self.evaluation.cancel()
        self.evaluation.show_subject(None, None)
        self._follow()

    def _on_died(self, how: str) -> None:
        self.evaluation.lose(RUN, self.tr("The engine that trains is gone: {0}").format(how))

    def _follow(self) -> None:
        """Ask about the run as soon as there is one."""
        session, experiment = self._session, self._session.experiment
        self._title.setText(run_title(experiment))
        if not (session.exists and session.ready):
            self.evaluation.show_subject(None, None)
            return
        critic = experiment.objective.critic != "none"
        data = experiment.plain()["data"]
        subject = Subject(RUN, run_title(experiment), data, critic, str(self._runs), self._when)
        self.evaluation.show_subject(subject, data)

"""Both questions about one source side by side: its nearest training pictures, and its critic's features."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ganstudio.gui.images.evaluation.neighbours_panel import NeighboursPanel, Shown
from ganstudio.gui.images.evaluation.questioning import Post, Questioning
from ganstudio.gui.images.evaluation.representation_panel import RepresentationPanel
from ganstudio.gui.images.evaluation.subject import Subject
from ganstudio.gui.widgets import SegmentedControl

__all__ = ["Evaluation"]


class Evaluation(QWidget):
    """A switch, and what is asked.

    Parameters
    ----------
    post, told
        To and from the engine, see `Questioning`.
    shown, of
        Which pictures have neighbours, see `NeighboursPanel`.
    """

    def __init__(
        self, post: Post, told: SignalInstance, shown: Shown, of: Mapping[str, str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._source = ""
        self.neighbours = NeighboursPanel(Questioning(post, told, self), shown, of)
        self.representation = RepresentationPanel(Questioning(post, told, self))
        self._panels: dict[str, NeighboursPanel | RepresentationPanel] = {
            "neighbours": self.neighbours,
            "representation": self.representation,
        }
        self.what = SegmentedControl(
            {"neighbours": self.tr("Nearest training pictures"), "representation": self.tr("Critic's features")}
        )
        self.what.setAccessibleName(self.tr("What is asked"))
        self.what.chosen.connect(self.show_panel)
        self._stack = QStackedWidget()
        for panel in self._panels.values():
            self._stack.addWidget(panel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.what)
        layout.addWidget(self._stack, 1)

    def show_panel(self, name: str) -> None:
        """Show "neighbours" or "representation"."""
        self.what.set_current(name)
        self._stack.setCurrentWidget(self._panels[name])

    def show_subject(self, subject: Subject | None, data: Mapping[str, Any] | None) -> None:
        """Ask about a source, with training pictures that are here; None where none are."""
        self._source = "" if subject is None else subject.source
        for panel in self._panels.values():
            panel.show_subject(subject, data)

    def lose(self, source: str, why: str) -> None:
        """Say that no answers come from a source any more."""
        for panel in self._panels.values():
            panel.questioning.lose(source, why)

    def cancel(self) -> None:
        """Ask for nothing more."""
        for panel in self._panels.values():
            panel.questioning.cancel()

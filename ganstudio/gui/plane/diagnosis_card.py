"""All that there is to say of a run, with the numbers behind it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ganstudio.diagnosis import Verdict
from ganstudio.gui.widgets import Panel, StatePill, label

__all__ = ["DiagnosisCard"]

WIDTH = 380


class DiagnosisCard(Panel):
    """A card that lies over the window until something else is clicked or Escape is pressed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Popup)
        self.setObjectName("diagnosis")
        self.setFixedWidth(WIDTH)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(14, 12, 14, 14)
        self._column.setSpacing(6)

    def show_at(self, place: QPoint, verdicts: Sequence[Verdict]) -> None:
        """Show what was found below a place on the screen."""
        while item := self._column.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        self._column.addWidget(label(self.tr("Diagnosis"), "heading"))
        for verdict in verdicts:
            pill = StatePill()
            pill.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            pill.setCursor(Qt.CursorShape.ArrowCursor)
            pill.set_state(verdict.text, verdict.state)
            self._column.addWidget(pill, 0, Qt.AlignmentFlag.AlignLeft)
            self._column.addWidget(self._text(verdict.evidence))
        if not verdicts:
            self._column.addWidget(self._text(self.tr("Nothing yet: a run is judged from step 100 on.")))
        self._column.addStretch(1)
        self.adjustSize()
        self.move(place)
        self.show()

    def _text(self, words: str) -> QWidget:
        text = label(words, "muted")
        text.setWordWrap(True)
        text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        # A wrapped label does not ask for the height that its words take.
        text.setMinimumHeight(text.heightForWidth(WIDTH - 30))
        return text

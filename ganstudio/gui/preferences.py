"""What a person prefers on this machine: memory for the past, light or dark."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from ganstudio.gui import theme
from ganstudio.gui.memory import Memory
from ganstudio.gui.session import HISTORY_BYTES, Session
from ganstudio.gui.widgets import NumberField, SegmentedControl, label

__all__ = ["LEAST", "MOST", "Preferences", "history_bytes"]

MEGABYTE = 2**20
LEAST, MOST = 8, 4096
"""Megabytes that each pane may keep of its past."""
NAME = "history megabytes"


def history_bytes(memory: Memory) -> int:
    """Return how many bytes each run may keep of its past, as it was last chosen."""
    text = memory.text(NAME, "")
    allowed = text.isdecimal() and LEAST <= int(text) <= MOST
    return int(text) * MEGABYTE if allowed else HISTORY_BYTES


class Preferences(QDialog):
    """A small window beside the main one; what is changed in it holds at once."""

    def __init__(self, session: Session, memory: Memory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._memory = session, memory
        self.setWindowTitle(self.tr("Preferences"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.limit = NumberField(whole=True, low=LEAST, high=MOST, logarithmic=True, unit="MB")
        self.limit.set_value(history_bytes(memory) // MEGABYTE)
        self.limit.setToolTip(
            self.tr(
                "What each pane may keep of its past, {0} to {1:,} MB. More keeps more steps to look back at; less "
                "forgets every other one at once."
            ).format(LEAST, MOST)
        )
        self.limit.line.setAccessibleName(self.tr("Memory for the timeline, per pane, in megabytes"))
        self.limit.edited.connect(self._on_limit)
        self.look = SegmentedControl({"system": self.tr("System"), "light": self.tr("Light"), "dark": self.tr("Dark")})
        self.look.setToolTip(self.tr("Colours: as the desktop has them, light, or dark"))
        self.look.chosen.connect(self._on_look)
        self.used = label("", "muted")
        self._lay_out()
        session.panes_changed.connect(self._follow_panes)
        theme.current().changed.connect(self._show_look)
        self._followed: set[str] = set()
        self._follow_panes()
        self._show_look()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(10)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        self.limit.setMinimumWidth(140)
        form.addRow(label(self.tr("Memory for the timeline, per pane")), self.limit)
        form.addRow(label(self.tr("In use"), "muted"), self.used)
        form.addRow(label(self.tr("Colours")), self.look)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(16)
        layout.addLayout(form)
        layout.addStretch(1)
        layout.addWidget(buttons)

    def _on_limit(self, megabytes: int) -> None:
        self._session.set_memory(megabytes * MEGABYTE)
        self._memory.remember({NAME: str(megabytes)})

    def _on_look(self, mode: str) -> None:
        theme.current().set_mode(mode)  # type: ignore[arg-type]
        self._memory.remember({"theme": mode})

    def _show_look(self) -> None:
        self.look.set_current(theme.current().mode)

    def _follow_panes(self) -> None:
        for pane in self._session.panes:
            if pane.name not in self._followed:
                self._followed.add(pane.name)
                pane.snapshot_arrived.connect(self._show_used)
        self._show_used()

    def _show_used(self) -> None:
        """Say how much every pane keeps."""
        lines = []
        for number, pane in enumerate(self._session.panes, start=1):
            if history := pane.snapshot.history if pane.snapshot else None:
                text = self.tr("pane {0}: {1}, {2} of {3:,} MB")
                steps = self.tr("1 step") if history.steps.size == 1 else self.tr("{0:,} steps")
                used, limit = _megabytes(history.used), history.limit // MEGABYTE
                lines.append(text.format(number, steps.format(history.steps.size), used, limit))
        self.used.setText("\n".join(lines) or self.tr("nothing yet"))


def _megabytes(count: int) -> str:
    """Return bytes in megabytes, with a decimal where there are few."""
    size = count / MEGABYTE
    return f"{size:,.0f}" if size >= 9.95 else f"{size:.1f}"

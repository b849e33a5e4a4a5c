"""How a trained model is called and whether its training can go on: asked in the page, not in a box over it."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ganstudio.checkpoints.model import LONGEST_NAME
from ganstudio.gui.widgets import Panel, label

__all__ = ["SaveCard"]


class SaveCard(Panel):
    """A name, a switch, and a button that asks for the file.

    Attributes
    ----------
    wanted : Signal(str, str, bool)
        Path, name, and whether the training state goes along.
    """

    wanted = Signal(str, str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, role="card")
        self.name = QLineEdit()
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setAccessibleName(self.tr("Name of the model"))
        self.name.setToolTip(self.tr("What the model is called in lists"))
        self.state = QCheckBox(self.tr("with training state, to go on later"))
        self.state.setChecked(True)  # who lacks it cannot get it back; who does not need it loses disk space
        self.state.setToolTip(self.tr("Optimisers and all networks go along; the file is several times as large"))
        self.save = QPushButton(self.tr("Save as\N{HORIZONTAL ELLIPSIS}"))
        self.save.setProperty("role", "primary")
        self.cancel = QPushButton(self.tr("Cancel"))
        caption = label(self.tr("Name"), "muted")
        caption.setBuddy(self.name)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(caption)
        row.addWidget(self.name, 1)
        row.addWidget(self.cancel)
        row.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 8)
        layout.setSpacing(6)
        layout.addLayout(row)
        layout.addWidget(self.state)
        self.save.clicked.connect(self._ask)
        self.name.returnPressed.connect(self._ask)
        self.name.textChanged.connect(self._on_name)
        self.cancel.clicked.connect(self.hide)
        self.hide()

    def open_with(self, name: str) -> None:
        """Show the card with a name that is proposed."""
        self.name.setText(name[:LONGEST_NAME])
        self.show()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.name.selectAll()

    @property
    def file_name(self) -> str:
        """What the file is called unless a person says otherwise."""
        plain = re.sub(r"[^a-z0-9]+", "-", self.name.text().lower()).strip("-")
        return f"{plain or 'model'}.safetensors"

    def use(self, path: str) -> None:
        """Save to a path."""
        self.hide()
        self.wanted.emit(path, self.name.text().strip(), self.state.isChecked())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def _on_name(self, text: str) -> None:
        self.save.setEnabled(bool(text.strip()) and text.isprintable())

    def _ask(self) -> None:
        """Open a file dialog that blocks nothing."""
        if not self.save.isEnabled():
            return
        dialog = QFileDialog(self, self.tr("Save model"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("*.safetensors")
        dialog.setDefaultSuffix("safetensors")
        dialog.selectFile(self.file_name)
        dialog.fileSelected.connect(self.use)
        dialog.open()

"""What stands in the place of a page about a model's inside where the model has none that is known."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ganstudio.gui.widgets import label

__all__ = ["ClosedPage"]


class ClosedPage(QWidget):
    """Says what a page needs, and why this model does not have it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = label("", "heading")
        self.title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.text = QLabel()
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.text.setProperty("role", "muted")
        self.text.setMinimumWidth(1)
        self.text.setMaximumWidth(520)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(self.title)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.text, 1000)  # as wide as it may be; what is left over lies on both sides
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)

    def say(self, title: str, needs: str) -> None:
        """Say what is not to be had, and what it would need."""
        self.title.setText(title)
        reason = self.tr(
            "This model is a graph that ONNX Runtime evaluates: it gives pictures for latents, and nothing of its "
            "inside is known here. Its samples, sliders, walks and sheets are on the page Explore. The same generator "
            "as a PyTorch state dict or safetensors file has all pages."
        )
        self.text.setText(f"{needs} {reason}")
        self.setAccessibleName(title)
        self.setAccessibleDescription(self.text.text())

"""Grounds on which other widgets stand."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QWidget

__all__ = ["Line", "Panel"]


class Panel(QFrame):
    """A rounded ground. `role` is "panel", "card" or "bar"."""

    def __init__(self, parent: QWidget | None = None, role: str = "panel") -> None:
        super().__init__(parent)
        self.setProperty("role", role)


class Line(QFrame):
    """A thin horizontal line between groups."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "line")
        self.setFixedHeight(1)

"""Chooses a page: buttons side by side, or a list where there is little room."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ganstudio.gui.widgets import ChoiceField, SegmentedControl

__all__ = ["PageSwitch"]


class PageSwitch(QWidget):
    """One of several pages, some of which may not be offered now.

    Parameters
    ----------
    titles, hints
        Of each page by its key; the first is chosen at the beginning.

    Attributes
    ----------
    chosen : Signal(str)
        The key that a person chose; not emitted by `set_current`.
    """

    chosen = Signal(str)

    def __init__(
        self, name: str, titles: Mapping[str, str], hints: Mapping[str, str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._titles, self._hints = dict(titles), dict(hints)
        self._offered = list(titles)
        self._segments = SegmentedControl(titles)
        self._segments.setAccessibleName(name)
        for key, hint in hints.items():
            self._segments.button(key).setToolTip(hint)
        self._list = ChoiceField(titles)
        self._list.setAccessibleName(name)
        self._list.setToolTip(name)
        self._list.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._segments)
        layout.addWidget(self._list)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._segments.chosen.connect(self._on_chosen)
        self._list.edited.connect(self._on_chosen)

    @property
    def current(self) -> str:
        """The key of the chosen page."""
        return self._segments.current

    @property
    def offered(self) -> list[str]:
        """The keys of the pages that can be chosen now."""
        return list(self._offered)

    def button(self, key: str) -> QPushButton:
        """Return a page's button, which is hidden where there is little room."""
        return self._segments.button(key)

    def set_current(self, key: str) -> None:
        """Choose a page without a signal."""
        self._segments.set_current(key)
        self._list.set_value(key)

    def set_offered(self, key: str, *, offered: bool) -> None:
        """Let a page be chosen, or not."""
        keys = [name for name in self._titles if name != key or offered]
        self._offered = [name for name in keys if name in self._offered or name == key]
        self._segments.button(key).setVisible(offered)
        self._list.set_choices({name: self._titles[name] for name in self._offered})
        for row, name in enumerate(self._offered):
            self._list.setItemData(row, self._hints[name], Qt.ItemDataRole.ToolTipRole)
        self._list.set_value(self.current)

    def set_title(self, key: str, text: str) -> None:
        """Call a page something else."""
        self._titles[key] = text
        self._segments.button(key).setText(text)
        if key in self._offered:
            self._list.setItemText(self._offered.index(key), text)

    def set_able(self, key: str, *, able: bool) -> None:
        """Grey a page out that cannot be chosen now, or not."""
        self._segments.button(key).setEnabled(able)
        model = self._list.model()
        if key in self._offered and isinstance(model, QStandardItemModel):
            model.item(self._offered.index(key)).setEnabled(able)

    def set_narrow(self, narrow: bool) -> None:
        """Be a list, or buttons side by side."""
        self._segments.setVisible(not narrow)
        self._list.setVisible(narrow)

    def _on_chosen(self, key: str) -> None:
        self.set_current(key)
        self.chosen.emit(key)

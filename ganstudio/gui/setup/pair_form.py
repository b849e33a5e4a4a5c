"""A form for generator and critic side by side."""

from __future__ import annotations

from typing import Any

from pydantic.fields import FieldInfo
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from ganstudio.gui.widgets import Disclosure, ElidedLabel, label
from ganstudio.gui.widgets.settings_form import Field, field_for, form_fields, tooltip_for
from ganstudio.settings import Settings, hint

__all__ = ["PairForm"]


class PairForm(QWidget):
    """Two groups of settings of one class in two columns, a row a setting.

    Parameters
    ----------
    kind
        The class of both groups.
    columns
        Key -> heading, for example {"generator": "Generator", "critic": "Critic"}.

    Attributes
    ----------
    edited : Signal(str, object)
        "key.setting" and the value that a person gave it.
    """

    edited = Signal(str, object)

    def __init__(self, kind: type[Settings], columns: dict[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns = columns
        self._fields: dict[str, Field] = {}
        fields = form_fields(kind)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._rows({n: f for n, f in fields.items() if not hint(f, "expert")}, headed=True))
        expert = {name: field for name, field in fields.items() if hint(field, "expert")}
        if expert:
            layout.addWidget(Disclosure(self.tr("More settings"), self._rows(expert, headed=False)))

    def show_settings(self, key: str, settings: Settings) -> None:
        """Show one column's values without signals."""
        for path, field in self._fields.items():
            owner, _, name = path.rpartition(".")
            if owner == key:
                field.set_value(getattr(settings, name))

    def field(self, path: str) -> Field:
        """Return the widget of "key.setting"."""
        return self._fields[path]

    def _rows(self, fields: dict[str, FieldInfo], *, headed: bool) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, 84)
        for column in range(1, len(self._columns) + 1):
            grid.setColumnStretch(column, 1)
        if headed:
            for column, title in enumerate(self._columns.values(), start=1):
                grid.addWidget(label(title, "small"), 0, column)
        for row, (name, declared) in enumerate(fields.items(), start=1):
            caption = ElidedLabel(str(declared.title), "muted")
            grid.addWidget(caption, row, 0, Qt.AlignmentFlag.AlignTop)
            for column, (key, owner) in enumerate(self._columns.items(), start=1):
                field = self._field(f"{key}.{name}", declared, owner)
                grid.addWidget(field, row, column)
                caption.setBuddy(field)
                caption.set_hint(field.toolTip())
                caption.setMinimumHeight(field.sizeHint().height())
        return box

    def _field(self, path: str, declared: FieldInfo, owner: str) -> Field:
        field = field_for(declared)
        field.setObjectName(path)
        tooltip = tooltip_for(declared, field)
        named = getattr(field, "line", field)
        for widget in (field, named):
            widget.setToolTip(tooltip)
        named.setAccessibleName(f"{owner} {declared.title}")
        field.edited.connect(self._on_edited)
        self._fields[path] = field
        return field

    def _on_edited(self, value: Any) -> None:
        self.edited.emit(self.sender().objectName(), value)

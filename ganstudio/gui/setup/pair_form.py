"""A form for generator and critic side by side."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic.fields import FieldInfo
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ganstudio.gui.widgets import Disclosure, label
from ganstudio.gui.widgets.settings_form import Field, FieldsForm, form_fields
from ganstudio.settings import Settings, hint

__all__ = ["PairForm"]

LABEL_WIDTH = 84
"""Pixels at text scale 1 of what stands before the two fields."""


class PairForm(FieldsForm):
    """Two groups of settings in two columns, a row a setting; what only one group has stands in its column alone.

    Parameters
    ----------
    kind
        The class of both groups, or section -> class.
    columns
        Section -> heading, for example {"generator": "Generator", "critic": "Critic"}.
    """

    def __init__(
        self,
        kind: type[Settings] | Mapping[str, type[Settings]],
        columns: dict[str, str],
        parent: QWidget | None = None,
        *,
        label_width: int = LABEL_WIDTH,
    ) -> None:
        super().__init__(parent, label_width=label_width)
        self._columns = columns
        self._kinds = kind if isinstance(kind, Mapping) else dict.fromkeys(columns, kind)
        fields = {name: field for one in self._kinds.values() for name, field in form_fields(one).items()}
        plain = {name: field for name, field in fields.items() if not hint(field, "expert")}
        expert = {name: field for name, field in fields.items() if hint(field, "expert")}
        self._layout.addWidget(self._rows(plain, headed=True))
        if expert:
            self._layout.addWidget(Disclosure(self.tr("More settings"), self._rows(expert, headed=False)))
        self._restyle()

    def show_settings(self, settings: Settings) -> None:
        """Show the values of both sections of these settings, without signals."""
        for path in self._fields:
            section, _, name = path.rpartition(".")
            self._show_value(path, getattr(getattr(settings, section), name))

    def field(self, path: str) -> Field:
        """Return the widget of "section.setting"."""
        return self._fields[path]

    def set_column_enabled(self, section: str, enabled: bool) -> None:
        """Let a section be edited, or show that it is not used."""
        for path, field in self._fields.items():
            if path.startswith(f"{section}."):
                field.setEnabled(enabled)

    def _rows(self, fields: dict[str, FieldInfo], *, headed: bool) -> QWidget:
        box, grid = self._new_grid(6)
        for column in range(1, len(self._columns) + 1):
            grid.setColumnStretch(column, 1)
        if headed:
            for column, title in enumerate(self._columns.values(), start=1):
                grid.addWidget(label(title, "small"), 0, column)
        for row, (name, declared) in enumerate(fields.items(), start=1):
            owners = [section for section in self._columns if name in self._kinds[section].model_fields]
            for column, (section, title) in enumerate(self._columns.items(), start=1):
                if section not in owners:
                    continue
                grid.addWidget(self._new_field(f"{section}.{name}", declared, title), 2 * row, column)
                self._rows_under[f"{section}.{name}"] = grid, 2 * row + 1
            grid.addWidget(self._new_label(f"{owners[0]}.{name}", declared), 2 * row, 0, Qt.AlignmentFlag.AlignTop)
        return box

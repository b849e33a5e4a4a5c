"""Additions in the setup: a switch for each, and its settings while it is on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from ganstudio.additions import Additions
from ganstudio.gui.widgets import Disclosure, ElidedLabel, SettingsForm
from ganstudio.gui.widgets.settings_form import Field, FieldsForm, form_fields, tooltip_for

__all__ = ["AdditionsForm", "AdditionsSection"]

INDENT = 12


class AdditionsForm(FieldsForm):
    """A row for each addition: title and switch, under them the settings of one that is on.

    Rows are made when additions are shown first, and an addition's settings when it is first on: most are never
    asked for, and the window waits for its setup.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, label_width=0)
        self._forms: dict[str, SettingsForm] = {}
        self._grid: QGridLayout | None = None
        self._places: dict[str, int] = {}

    def show_settings(self, additions: Additions) -> None:
        """Show switches, and the settings of what is on, without signals."""
        if self._grid is None:
            self._make_rows(additions)
        for name, addition in additions:
            self._show_value(_switch(name), addition.on)
            if addition.on and name not in self._forms and set(form_fields(type(addition))) > {"on"}:
                self._make_form(name)
            if name in self._forms:
                self._forms[name].show_settings(addition)
                self._forms[name].setVisible(addition.on)

    def field(self, path: str) -> Field:
        """Return the widget of "packing.on" or of a setting, "packing.samples", of an addition that has been on."""
        name, _, setting = path.partition(".")
        return self._fields[_switch(name)] if setting == "on" else self._forms[name].field(setting)

    def reject(self, path: str, text: str) -> bool:
        """Say under the switch or the field why its value was refused."""
        if path in self._fields:
            return super().reject(path, text)
        form = self._forms.get(path.split(".")[1])
        return form is not None and form.reject(path, text)

    def _make_rows(self, additions: Additions) -> None:
        box, self._grid = self._new_grid(8)
        self._grid.setColumnStretch(0, 1)
        for index, (name, addition) in enumerate(additions):
            path, row = _switch(name), 3 * index
            declared = type(addition).model_fields["on"]
            switch = self._new_field(path, declared)
            tooltip = tooltip_for(declared, switch).replace("</qt>", f"<br>{addition.paper}</qt>")
            switch.setToolTip(tooltip)
            switch.setAccessibleName(addition.title)
            caption = ElidedLabel(addition.title, "muted")
            caption.setBuddy(switch)
            caption.set_hint(tooltip)
            self._labels[path] = caption
            self._grid.addWidget(caption, row, 0)
            self._grid.addWidget(switch, row, 1, Qt.AlignmentFlag.AlignRight)
            self._rows_under[path] = self._grid, row + 1
            self._places[name] = row + 2
        self._layout.addWidget(box)
        self._restyle()

    def _make_form(self, name: str) -> None:
        assert self._grid is not None
        form = SettingsForm(f"additions.{name}", without=("on",))
        form.setContentsMargins(INDENT, 0, 0, 4)
        form.edited.connect(self.edited)
        self._forms[name] = form
        self._grid.addWidget(form, self._places[name], 0, 1, 2)


class AdditionsSection(QWidget):
    """The form behind a disclosure, which opens by itself when something in it is on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = AdditionsForm()
        self._additions = Additions()
        self._disclosure = Disclosure(self.tr("Additions"), self.form)
        self._disclosure.toggled.connect(self._on_toggled)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._disclosure)

    def show_settings(self, additions: Additions) -> None:
        """Show additions; they open when one was switched on by a method or another pane has one."""
        before, self._additions = {name for name, _ in self._additions.active()}, additions
        active = {name for name, _ in additions.active()}
        if active - before and not self.opened:
            self.set_opened(True)  # which shows the settings
        elif self.opened:
            self.form.show_settings(additions)

    @property
    def opened(self) -> bool:
        """Whether the switches are seen."""
        return self._disclosure.opened

    def set_opened(self, opened: bool) -> None:
        """Show or hide the switches."""
        self._disclosure.set_opened(opened)

    def _on_toggled(self, opened: bool) -> None:
        if opened:
            self.form.show_settings(self._additions)


def _switch(name: str) -> str:
    """Return the dotted name of an addition's switch."""
    return f"additions.{name}.on"

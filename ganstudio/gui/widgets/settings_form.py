"""A form for any group of settings, made from its declaration."""

from __future__ import annotations

from collections.abc import Collection
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from ganstudio.gui import theme
from ganstudio.gui.widgets.choice_field import ChoiceField
from ganstudio.gui.widgets.disclosure import Disclosure
from ganstudio.gui.widgets.label import ElidedLabel, Refusal
from ganstudio.gui.widgets.number_field import NumberField
from ganstudio.gui.widgets.switch_field import SwitchField
from ganstudio.gui.widgets.text_line import TextLine
from ganstudio.gui.widgets.weights_field import WeightsField
from ganstudio.settings import Settings, hint

__all__ = ["FieldsForm", "SettingsForm", "field_for", "form_fields"]

Field = TextLine | ChoiceField | SwitchField


def form_fields(kind: type[Settings]) -> dict[str, FieldInfo]:
    """Return the fields that a form shows: those declared with `setting` that leave a choice and hold a value."""
    return {
        name: field
        for name, field in kind.model_fields.items()
        if field.title
        and not hint(field, "embedded")
        and not (get_origin(field.annotation) is Literal and len(get_args(field.annotation)) < 2)
    }


def field_for(field: FieldInfo) -> Field:
    """Return a widget for one setting.

    Raises
    ------
    TypeError
        If there is none for its type.
    """
    kind = field.annotation
    origin = get_origin(kind)
    if kind is bool:
        return SwitchField()
    if kind in (int, float):
        return NumberField.of(field)
    if origin is Literal:
        titles = hint(field, "choices") or {}
        return ChoiceField({value: titles.get(value, str(value).replace("_", " ")) for value in get_args(kind)})
    if origin is tuple and set(get_args(kind)) <= {float, int, Ellipsis}:
        return WeightsField("equal", None if Ellipsis in get_args(kind) else len(get_args(kind)))
    if origin in (Union, UnionType):
        raise TypeError(f"{field.title}: settings with several types have no field")
    raise TypeError(f"{field.title}: there is no field for {kind!r}")


class FieldsForm(QWidget):
    """Base of forms: labels and fields in grids, each field known by the dotted path of its setting.

    Parameters
    ----------
    label_width
        Width of the column of labels in pixels at text scale 1, so that several forms align.

    Attributes
    ----------
    edited : Signal(str, object)
        Dotted path of a setting and the new value that a person gave it. The form does not keep it: show the
        settings that result with `show_settings`, or `reject` it.
    """

    edited = Signal(str, object)

    def __init__(self, parent: QWidget | None = None, *, label_width: int) -> None:
        super().__init__(parent)
        self._label_width = label_width
        self._fields: dict[str, Field] = {}
        self._labels: dict[str, ElidedLabel] = {}
        self._grids: list[QGridLayout] = []
        self._rows_under: dict[str, tuple[QGridLayout, int]] = {}
        self._refusals: dict[str, Refusal] = {}
        self._shown: dict[str, Any] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        theme.current().changed.connect(self._restyle)

    def reject(self, path: str, text: str) -> bool:
        """Say under a field why its value was refused; return False if there is no such field.

        What was typed stays to be mended. A switch or a choice goes back to what was shown last, and the words under
        it stay until settings are shown again.
        """
        field = self._fields.get(path)
        if field is None:
            return False
        if isinstance(field, TextLine):
            field.reject(text)
            return True
        field.set_value(self._shown[path])
        if path not in self._refusals:
            grid, row = self._rows_under[path]
            self._refusals[path] = Refusal()
            grid.addWidget(self._refusals[path], row, 0, 1, grid.columnCount())
        self._refusals[path].say(text)
        field.setAccessibleDescription(text)
        return True

    def _show_value(self, path: str, value: Any) -> None:
        """Show a setting's value without a signal, and take back what was said under it."""
        self._shown[path] = value
        self._fields[path].set_value(value)
        if path in self._refusals:
            self._refusals[path].say("")
            self._fields[path].setAccessibleDescription("")

    def _new_grid(self, spacing: int) -> tuple[QWidget, QGridLayout]:
        """Return a widget and its grid, whose first column is that of the labels."""
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(spacing)
        grid.setVerticalSpacing(6)
        self._grids.append(grid)
        return box, grid

    def _new_field(self, path: str, declared: FieldInfo, owner: str = "") -> Field:
        """Return a setting's field with its tooltip and its name for assistive technology."""
        field = field_for(declared)
        field.setObjectName(path)
        tooltip = tooltip_for(declared, field)
        for widget in (field, _typed_into(field)):
            widget.setToolTip(tooltip)
        _typed_into(field).setAccessibleName(f"{owner} {declared.title}".strip())
        field.edited.connect(self._on_edited)
        self._fields[path] = field
        return field

    def _new_label(self, path: str, declared: FieldInfo) -> ElidedLabel:
        """Return the label of a field that there is."""
        caption = ElidedLabel(str(declared.title), "muted")
        caption.setBuddy(self._fields[path])
        caption.set_hint(self._fields[path].toolTip())
        self._labels[path] = caption
        return caption

    def _restyle(self) -> None:
        for grid in self._grids:
            grid.setColumnMinimumWidth(0, round(self._label_width * theme.current().scale))
        for path, caption in self._labels.items():
            # Beside the line, not beside line and message.
            caption.setMinimumHeight(_typed_into(self._fields[path]).sizeHint().height())

    def _on_edited(self, value: Any) -> None:
        self.edited.emit(self.sender().objectName(), value)


class SettingsForm(FieldsForm):
    """Rows of label and field for one `Settings` instance; experts' settings open under "More settings".

    Parameters
    ----------
    section
        What comes before the settings' names in the paths that `edited` tells; "" for nothing.
    only
        Names of the settings to show, experts' or not; all if there are none.
    without
        Names of settings that are shown elsewhere.
    """

    def __init__(
        self,
        section: str = "",
        parent: QWidget | None = None,
        *,
        only: Collection[str] = (),
        without: Collection[str] = (),
        label_width: int = 112,
    ) -> None:
        super().__init__(parent, label_width=label_width)
        self._prefix = f"{section}." if section else ""
        self._only, self._without = only, without
        self._kind: type[Settings] | None = None
        self._more: Disclosure | None = None
        self._hidden: set[str] = set()

    def show_settings(self, settings: Settings) -> None:
        """Show values without signals; rows are made anew only for another class of settings."""
        if type(settings) is not self._kind:
            self._rebuild(type(settings))
        for name in self.names():
            self._show_value(self._prefix + name, getattr(settings, name))

    def field(self, name: str) -> Field:
        """Return the widget of one setting."""
        return self._fields[self._prefix + name]

    def names(self) -> list[str]:
        """Return the names of the settings that have a row."""
        return [path.removeprefix(self._prefix) for path in self._fields]

    def hide_settings(self, names: set[str]) -> None:
        """Leave settings out, for example those that mean nothing for the chosen method."""
        self._hidden = set(names)
        for path, field in self._fields.items():
            visible = path.removeprefix(self._prefix) not in self._hidden
            field.setVisible(visible)
            self._labels[path].setVisible(visible)
            if path in self._refusals and not visible:
                self._refusals[path].setVisible(False)

    def set_more_opened(self, opened: bool) -> None:
        """Open or close "More settings"."""
        if self._more is not None:
            self._more.set_opened(opened)

    def _rebuild(self, kind: type[Settings]) -> None:
        was_open = self._more is not None and self._more.opened
        while (item := self._layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._kind, self._more, self._fields, self._labels, self._grids = kind, None, {}, {}, []
        self._rows_under, self._refusals, self._shown = {}, {}, {}
        fields = {name: field for name, field in form_fields(kind).items() if name not in self._without}
        if self._only:
            plain, expert = {name: fields[name] for name in self._only}, {}
        else:
            plain = {name: field for name, field in fields.items() if not hint(field, "expert")}
            expert = {name: field for name, field in fields.items() if hint(field, "expert")}
        if plain:
            self._layout.addWidget(self._rows(plain))
        if expert:
            self._more = Disclosure(self.tr("More settings"), self._rows(expert), opened=was_open)
            self._layout.addWidget(self._more)
        self.hide_settings(self._hidden)
        self._restyle()

    def _rows(self, fields: dict[str, FieldInfo]) -> QWidget:
        box, grid = self._new_grid(8)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        for row, (name, declared) in enumerate(fields.items()):
            path = self._prefix + name
            field = self._new_field(path, declared)
            side = Qt.AlignmentFlag.AlignRight if isinstance(field, SwitchField) else Qt.AlignmentFlag(0)
            grid.addWidget(self._new_label(path, declared), 2 * row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(field, 2 * row, 1, side)
            self._rows_under[path] = grid, 2 * row + 1
        return box


def _typed_into(field: Field) -> QWidget:
    """Return the part of a field that takes the keyboard."""
    return field.line if isinstance(field, TextLine) else field


def tooltip_for(declared: FieldInfo, field: Field) -> str:
    """Return a tooltip: what it does, what is allowed, in which unit, and whether it changes while running."""
    lines = [declared.description or ""]
    allowed = field.allowed if isinstance(field, NumberField) else ""
    unit = hint(declared, "unit") or ""
    if allowed:
        lines.append(f"Allowed: {allowed}{' ' + unit if unit else ''}")
    if hint(declared, "live"):
        lines.append("Takes effect while running.")
    # A little HTML makes Qt wrap long tooltips.
    escaped = [line.replace("&", "&amp;").replace("<", "&lt;") for line in lines if line]
    return "<qt>" + "<br>".join(escaped) + "</qt>"

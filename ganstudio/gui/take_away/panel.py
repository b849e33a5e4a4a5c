"""A small window beside the main one: what to take away, as what, and how."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ganstudio.films.encoders import FilmError, ffmpeg
from ganstudio.gui.take_away.formats import Choices, formats
from ganstudio.gui.widgets import Line, NumberField, SegmentedControl, SwitchField, label

__all__ = ["TakeAwayBox"]


class TakeAwayBox(QDialog):
    """Formats with a line each, and below them what can be chosen for the one that is on.

    Attributes
    ----------
    wanted : Signal(str)
        A person pressed "Save": key of the format. `choices` says how.
    """

    wanted = Signal(str)

    def __init__(self, choices: Choices, form: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choices = choices
        self.setWindowTitle(self.tr("Take away"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._rows = formats()
        self._group = QButtonGroup(self)
        self._fields: dict[str, Any] = {}
        self._form = QFormLayout()
        self._note = label("", "error")
        self._note.setWordWrap(True)
        self._save = QPushButton(self.tr("Save\N{HORIZONTAL ELLIPSIS}"))
        self._save.setProperty("role", "primary")
        self._save.setDefault(True)
        self._save.clicked.connect(self._on_save)
        self._make_fields()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
        layout.addLayout(self._list())
        layout.addWidget(Line())
        layout.addLayout(self._form)
        layout.addWidget(self._note)
        layout.addLayout(self._buttons())
        self._group.buttonToggled.connect(self._on_format)
        self.choose(form if form in self._rows else next(iter(self._rows)))

    @property
    def form(self) -> str:
        """Key of the format that is on."""
        return self._group.checkedButton().objectName()

    def choose(self, form: str) -> None:
        """Turn a format on and give it the keyboard."""
        button = self.findChild(QRadioButton, form)
        assert button is not None
        button.setChecked(True)
        button.setFocus()

    def _list(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, (key, form) in enumerate(self._rows.items()):
            button = QRadioButton(form.title)
            button.setObjectName(key)
            button.setAccessibleDescription(self.tr(form.line))
            button.setToolTip(self.tr(form.line))
            self._group.addButton(button)
            words = QLabel(self.tr(form.line))
            words.setProperty("role", "muted")
            words.setBuddy(button)
            grid.addWidget(button, row, 0)
            grid.addWidget(words, row, 1)
        return grid

    def _make_fields(self) -> None:
        self._form.setHorizontalSpacing(12)
        self._form.setVerticalSpacing(8)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        subjects = {"pane": self.tr("Selected pane"), "panes": self.tr("All panes"), "window": self.tr("Window")}
        scales = {str(scale): f"{scale}\N{MULTIPLICATION SIGN}" for scale in (1, 2, 4)}
        rates = {str(rate): str(rate) for rate in (5, 10, 20)}
        switch = SwitchField()
        switch.set_value(self.choices.carries)
        self._add("subject", self.tr("What"), SegmentedControl(subjects), self.tr("What is in the picture"))
        self._add("scale", self.tr("Size"), SegmentedControl(scales), self.tr("Pixels for each on the screen"))
        self._add("carries", self.tr("With the run"), switch, self.tr("Put experiments and weights into the picture"))
        self._add("rate", self.tr("Frames a second"), SegmentedControl(rates), self.tr("How fast the film is"))
        frames = NumberField(whole=True, low=2, high=600)
        frames.set_value(self.choices.frames)
        self._add("frames", self.tr("Frames at most"), frames, self.tr("Steps are left out evenly if there are more"))
        count = NumberField(whole=True, low=1, high=1_000_000, logarithmic=True)
        count.set_value(self.choices.count)
        self._add("count", self.tr("Samples"), count, self.tr("How many samples, always of the same latents"))

    def _add(self, name: str, text: str, field: QWidget, tooltip: str) -> None:
        self._fields[name] = field
        field.setObjectName(name)
        field.setAccessibleName(text)
        field.setToolTip(tooltip)
        field.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        if isinstance(field, SegmentedControl):
            field.set_current(str(getattr(self.choices, name)))
            field.chosen.connect(self._on_chosen)
        else:
            field.edited.connect(self._on_chosen)  # type: ignore[attr-defined]
        self._form.addRow(label(text, "muted"), field)

    def _buttons(self) -> QHBoxLayout:
        close = QPushButton(self.tr("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        row.addWidget(self._save)
        return row

    def _on_chosen(self, value: object) -> None:
        name = self.sender().objectName()
        kind = type(getattr(self.choices, name))
        self.choices = replace(self.choices, **{name: kind(value)})

    def _on_format(self, button: QRadioButton, on: bool) -> None:
        if not on:
            return
        options = self._rows[button.objectName()].options
        for name, field in self._fields.items():
            self._form.setRowVisible(field, name in options)
        problem = _problem(button.objectName())
        self._note.setText(problem)
        self._note.setVisible(bool(problem))
        self._save.setEnabled(not problem)

    def _on_save(self) -> None:
        self.wanted.emit(self.form)


def _problem(form: str) -> str:
    """Return why there cannot be such a file on this machine, or ""."""
    if form == "mp4":
        try:
            ffmpeg()
        except FilmError as error:
            return str(error)
    return ""

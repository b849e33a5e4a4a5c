"""Which class or category: a button for each, and how much of another one is blended in."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ganstudio.gui.images.knob import Knob
from ganstudio.gui.widgets import ChoiceField, FlowLayout, Pill, heading, label

__all__ = ["ChoicePicker"]

MOST_BUTTONS = 24
"""More choices than these stand in a list."""
ANY = -1


class ChoicePicker(QWidget):
    """Picks one of several, or none of them: then each sample has its own.

    Parameters
    ----------
    name
        Of the input: "class", "category".
    titles
        Of the choices.

    Attributes
    ----------
    chosen : Signal(str, int)
        The input's name and the choice's number.
    released : Signal(str)
        Each sample is to have its own.
    blended : Signal(str, int, float)
        The input's name, the other choice's number, and its share.
    settled : Signal()
        The slider was let go.
    """

    chosen = Signal(str, int)
    released = Signal(str)
    blended = Signal(str, int, float)
    settled = Signal()

    def __init__(self, name: str, titles: list[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self._titles = titles
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(heading(self.tr("Class") if name == "class" else name.capitalize()))
        self._group = QButtonGroup(self)
        self._field: ChoiceField | None = None
        if len(titles) <= MOST_BUTTONS:
            layout.addWidget(self._buttons())
        else:
            choices = {ANY: self.tr("any"), **dict(enumerate(titles))}
            self._field = ChoiceField({})
            for value, title in choices.items():
                self._field.addItem(title, value)
            self._field.setAccessibleName(name)
            self._field.edited.connect(self._on_chosen)
            layout.addWidget(self._field)
        layout.addLayout(self._blend_row())
        self.share = Knob(self.tr("share"), 0.0, 1.0)
        self.share.set_limits(0.0, 1.0)
        self.share.setToolTip(self.tr("How much of the other one: the generator is told shares of both"))
        self.share.moved.connect(self._on_share)
        self.share.settled.connect(self.settled)
        self.share.wants_reset.connect(self._on_no_share)
        layout.addWidget(self.share)
        self.share.hide()

    def _buttons(self) -> QWidget:
        ground = QWidget()
        flow = FlowLayout(ground, 4)
        for number, title in enumerate([self.tr("any"), *self._titles], start=ANY):
            button = Pill(title)
            button.setObjectName(f"{self.name} {number}")
            hint = self.tr("Each sample of the grid has its own") if number == ANY else ""
            button.setToolTip(hint)
            self._group.addButton(button, number - ANY)
            flow.addWidget(button)
        self._group.idClicked.connect(self._on_button)
        return ground

    def _blend_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(label(self.tr("blend with"), "muted"))
        self._other = ChoiceField({})
        self._other.addItem(self.tr("nothing"), ANY)
        for number, title in enumerate(self._titles):
            self._other.addItem(title, number)
        self._other.setAccessibleName(self.tr("Blend {0} with").format(self.name))
        self._other.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._other.edited.connect(self._on_other)
        row.addWidget(self._other, 1)
        return row

    def button(self, number: int) -> QPushButton:
        """Return the button of a choice; -1 is that of any."""
        found = self._group.button(number - ANY)
        assert isinstance(found, QPushButton)
        return found

    @property
    def other(self) -> ChoiceField:
        """The list of what can be blended in."""
        return self._other

    def show_choice(self, number: int, other: int | None, share: float) -> None:
        """Show a choice, -1 for any, and what is blended with it."""
        if self._field is not None:
            self._field.set_value(number)
        else:
            self.button(number).setChecked(True)
        self._other.set_value(ANY if other is None else other)
        self.share.setVisible(other is not None)
        self.share.show_value(share, changed=share > 0.0)

    def _on_button(self, identity: int) -> None:
        self._on_chosen(identity + ANY)

    def _on_chosen(self, value: object) -> None:
        assert isinstance(value, int)
        if value == ANY:
            self.released.emit(self.name)
        else:
            self.chosen.emit(self.name, value)

    def _on_other(self, value: object) -> None:
        assert isinstance(value, int)
        if value == ANY:
            self.blended.emit(self.name, ANY, 0.0)
        else:
            self.blended.emit(self.name, value, self.share.value or 0.5)
        self.settled.emit()

    def _on_share(self, share: float) -> None:
        other = self._other.value()
        if other != ANY:
            self.blended.emit(self.name, int(other), share)

    def _on_no_share(self) -> None:
        self._on_share(0.0)
        self.settled.emit()

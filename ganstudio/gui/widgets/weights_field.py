"""A field for a short list of numbers."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from ganstudio.gui.numbers import parse_number, short
from ganstudio.gui.widgets.text_line import TextLine

__all__ = ["WeightsField"]


class WeightsField(TextLine):
    """Numbers separated by commas, for example the weights of modes: "1, 1, 2".

    Parameters
    ----------
    placeholder
        Shown while there are no numbers.
    length
        How many are needed; None for any number, including none.
    """

    def __init__(self, placeholder: str = "", length: int | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._length = length
        self._line.setPlaceholderText(placeholder)
        self.set_value(())

    def _write(self, value: Any) -> str:
        return ", ".join(short(float(number)) for number in value)

    def _parse(self, text: str) -> tuple[float, ...]:
        parts = [part for part in text.replace(";", ",").split(",") if part.strip()]
        numbers = [parse_number(part) for part in parts]
        if any(number is None for number in numbers):
            raise ValueError(self.tr("Needs numbers separated by commas, such as 1, 1, 2"))
        if self._length is not None and len(numbers) != self._length:
            raise ValueError(self.tr("Needs {0} numbers separated by commas").format(self._length))
        return tuple(number for number in numbers if number is not None)

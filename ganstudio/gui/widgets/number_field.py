"""A field for one number."""

from __future__ import annotations

import math
from typing import Any

from pydantic.fields import FieldInfo
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ganstudio.gui.numbers import allowed_text, next_nice, parse_number, short
from ganstudio.gui.widgets.text_line import TextLine
from ganstudio.settings import hint

__all__ = ["NumberField"]


class NumberField(TextLine):
    """A number within a range, typed or stepped with arrow keys, page keys and, while focused, the wheel.

    Parameters
    ----------
    whole
        Whether only integers are allowed.
    low, high
        Allowed range; `open_low` and `open_high` exclude the end itself.
    logarithmic
        Whether steps go 1, 2, 5, 10 instead of by equal amounts.
    unit
        Shown behind the number.

    Attributes
    ----------
    edited : Signal(object)
        A person gave another number: int if `whole`, else float.
    """

    def __init__(
        self,
        *,
        whole: bool = False,
        low: float | None = None,
        high: float | None = None,
        open_low: bool = False,
        open_high: bool = False,
        logarithmic: bool = False,
        unit: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(unit, parent, steps=True)
        self._whole = whole
        self._low, self._high = low, high
        self._open_low, self._open_high = open_low, open_high
        self._logarithmic = logarithmic
        self._line.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._line.stepped.connect(self._step)
        self.set_value(0 if whole else 0.0)

    @classmethod
    def of(cls, field: FieldInfo, parent: QWidget | None = None) -> NumberField:
        """Return a field for a number declared with `ganstudio.settings.setting`."""
        low: float | None = None
        high: float | None = None
        open_low = open_high = False
        for rule in field.metadata:
            for name in ("ge", "gt"):
                if hasattr(rule, name):
                    low, open_low = float(getattr(rule, name)), name == "gt"
            for name in ("le", "lt"):
                if hasattr(rule, name):
                    high, open_high = float(getattr(rule, name)), name == "lt"
        return cls(
            whole=field.annotation is int,
            low=low,
            high=high,
            open_low=open_low,
            open_high=open_high,
            logarithmic=bool(hint(field, "logarithmic")),
            unit=hint(field, "unit") or "",
            parent=parent,
        )

    @property
    def allowed(self) -> str:
        """The allowed range in words."""
        return allowed_text(
            _plain(self._low, self._whole),
            _plain(self._high, self._whole),
            open_low=self._open_low,
            open_high=self._open_high,
        )

    def _write(self, value: Any) -> str:
        return str(value) if self._whole else short(float(value))

    def _parse(self, text: str) -> int | float:
        number = parse_number(text)
        kind = self.tr("a whole number") if self._whole else self.tr("a number")
        if number is None or (self._whole and number != round(number)):
            raise ValueError(", ".join(part for part in (self.tr("Needs {0}").format(kind), self.allowed) if part))
        if not self._within(number):
            raise ValueError(self.tr("Allowed: {0}").format(self.allowed))
        return round(number) if self._whole else number

    def _within(self, number: float) -> bool:
        if self._low is not None and (number < self._low or (self._open_low and number == self._low)):
            return False
        return not (self._high is not None and (number > self._high or (self._open_high and number == self._high)))

    def _step(self, count: int) -> None:
        self._finish()  # a text that is being typed counts first
        if self.message:
            return
        number = float(self._value)
        direction = 1 if count > 0 else -1
        if self._logarithmic and abs(count) == 10:
            number *= 10.0**direction
        else:
            for _ in range(abs(count)):
                number = self._next(number, direction)
        number = self._clamped(float(f"{number:.6g}") if not self._whole else float(round(number)), direction)
        if self._within(number):
            self._take(round(number) if self._whole else number)
            self._line.selectAll()

    def _next(self, number: float, direction: int) -> float:
        if self._logarithmic:
            if number > 0:
                return next_nice(number, direction)
            return 1e-3 if direction > 0 else 0.0
        return number + direction * self._stride(number, direction)

    def _stride(self, number: float, direction: int) -> float:
        """Return a tenth of the number's leading digit's place: 0.1 goes by 0.01, 128 by 1."""
        if self._whole:
            return 1.0
        if number == 0:
            return 0.1 if self._high is None or self._high > 1 else 0.01
        # Going towards zero from a power of ten, the place below counts, so that steps can be taken back.
        towards_zero = direction * number < 0
        place = math.floor(math.log10(abs(number)) - (1e-9 if towards_zero else -1e-9))
        return 10.0 ** max(place - 1, -6)

    def _clamped(self, number: float, direction: int) -> float:
        if direction < 0 and self._low is not None and not self._open_low:
            return max(number, self._low)
        if direction > 0 and self._high is not None and not self._open_high:
            return min(number, self._high)
        return number


def _plain(bound: float | None, whole: bool) -> float | None:
    """Return a bound so that `short` writes all digits of a whole one."""
    return int(bound) if whole and bound is not None else bound

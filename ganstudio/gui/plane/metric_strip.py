"""Metrics in a row of cards: the value, its course, and the line that a perfect sampler would score."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ganstudio.data.base import Distribution
from ganstudio.gui import theme
from ganstudio.gui.fonts import tabular
from ganstudio.gui.plane.graphics import small_font
from ganstudio.gui.plane.seed_dots import paint_dots, spread
from ganstudio.gui.plane.segments import draw_polyline
from ganstudio.gui.plane.series import BoundedTable
from ganstudio.metrics import METRICS, Metric

__all__ = ["MetricCard", "MetricStrip", "closeness"]

Closeness = Literal["unknown", "good", "warning", "bad"]


def closeness(
    value: float, reference: tuple[float, float] | None, better: str, worst: float | None = None
) -> Closeness:
    """Return how near a value is to a perfect sampler's.

    Parameters
    ----------
    reference
        A perfect sampler's mean and standard deviation.
    better : "high" or "low"
    worst
        The worst value of the run so far, which gives distances a scale.
    """
    if reference is None or not math.isfinite(value):
        return "unknown" if reference is None else "bad"
    mean, deviation = reference
    if better == "high":
        if value >= mean - max(3.0 * deviation, 0.1 * abs(mean)):
            return "good"
        return "warning" if value >= 0.5 * mean else "bad"
    excess, scale = value - mean, max(deviation, abs(mean))
    if excess <= max(3.0 * deviation, 2.0 * abs(mean)):
        return "good"
    if excess > 30.0 * scale or (worst is not None and excess > 0.4 * (worst - mean)):
        return "bad"
    return "warning"


class MetricStrip(QWidget):
    """Cards of equal width in as many rows as are allowed; cards that do not fit are left out, the last first.

    Of several seeds, cards show how they are spread, or the course of one alone, see `show_seed`.

    Parameters
    ----------
    table
        Name -> metric.
    max_rows
        How many rows there may be.
    """

    gap = 8

    def __init__(
        self, parent: QWidget | None = None, *, table: Mapping[str, Metric] = METRICS, max_rows: int = 1
    ) -> None:
        super().__init__(parent)
        self._table = table
        self._max_rows = max_rows
        self._distribution: Distribution | None = None
        self._seed: int | None = None
        self._name = ""
        self._cards: dict[str, MetricCard] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(self.tr("Metrics"))
        theme.current().changed.connect(self._restyle)

    def set_distribution(self, distribution: Distribution) -> None:
        """Say what is learned: it decides which metrics apply and how values are written ("7 / 8")."""
        self._distribution = distribution
        for card in self._cards.values():
            card.set_distribution(distribution)
        self._place()

    def set_metrics(self, names: Sequence[str]) -> None:
        """Choose which metrics are shown, most important first."""
        for name in list(self._cards):
            if name not in names:
                card = self._cards.pop(name)
                card.hide()
                card.deleteLater()
        for name in names:
            if name not in self._cards:
                card = MetricCard(self._table[name], self)
                if self._distribution is not None:
                    card.set_distribution(self._distribution)
                card.show_seed(self._seed, self._name)
                self._cards[name] = card
        self._cards = {name: self._cards[name] for name in names}
        self._place()

    def set_max_rows(self, rows: int) -> None:
        """Allow so many rows."""
        if rows != self._max_rows:
            self._max_rows = rows
            self._place()

    def show_seed(self, seed: int | None, name: str = "") -> None:
        """Show one seed alone, by its place among them, and what to call it; None shows how all are spread."""
        self._seed, self._name = seed, name
        for card in self._cards.values():
            card.show_seed(seed, name)
        self._place()

    def add_reading(self, step: int, values: Mapping[str, ArrayLike]) -> None:
        """Show new values, a number or (R,) each; metrics that are not shown are ignored."""
        heights = self._card_height()
        for name, value in values.items():
            if name in self._cards:
                self._cards[name].add(step, value)
        if self._card_height() != heights:
            self._place()

    def set_cursor(self, step: int | None, values: Mapping[str, ArrayLike] | None = None) -> None:
        """Look back: mark a step in the courses and show what was measured near it; None shows what is now."""
        for name, card in self._cards.items():
            card.set_cursor(step, (values or {}).get(name))

    def set_references(self, references: Mapping[str, tuple[float, float]]) -> None:
        """Draw the lines of a perfect sampler: metric -> (mean, standard deviation)."""
        for name, card in self._cards.items():
            card.set_reference(references.get(name))

    def clear(self) -> None:
        """Forget all values (a new run); references stay."""
        for card in self._cards.values():
            card.clear()

    def card(self, name: str) -> MetricCard:
        """Return one card."""
        return self._cards[name]

    def shown(self) -> list[str]:
        """Return the names of the cards that there is room for."""
        return [name for name, card in self._cards.items() if not card.isHidden()]

    def hasHeightForWidth(self) -> bool:
        """Return True."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the rows at a width."""
        applicable = len(self._applicable())
        if not applicable:
            return 0
        rows = min(self._max_rows, -(-applicable // self._columns(width)))
        return rows * self._card_height() + (rows - 1) * self.gap

    def sizeHint(self) -> QSize:
        """Return all cards in a row."""
        count = max(1, len(self._applicable()))
        return QSize(count * (self._card_width() + self.gap) - self.gap, self._card_height())

    def minimumSizeHint(self) -> QSize:
        """Return one card."""
        return QSize(self._card_width(), self._card_height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the cards."""
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        """Make room for a new font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_cards"):
            self._place()

    # ---- inside ------------------------------------------------------------------------------------

    def _applicable(self) -> list[MetricCard]:
        if self._distribution is None:
            return list(self._cards.values())
        return [card for card in self._cards.values() if card.definition.applies(self._distribution)]

    def _card_width(self) -> int:
        return max((card.minimumSizeHint().width() for card in self._applicable()), default=96)

    def _card_height(self) -> int:
        return max((card.sizeHint().height() for card in self._cards.values()), default=72)

    def _columns(self, width: int) -> int:
        fitting = max(1, (width + self.gap) // (self._card_width() + self.gap))
        return min(fitting, max(1, len(self._applicable())))

    def _place(self) -> None:
        columns, height = self._columns(self.width()), self._card_height()
        applicable = self._applicable()
        rows = min(self._max_rows, -(-len(applicable) // columns))
        if rows:
            columns = min(columns, -(-len(applicable) // rows))  # rows as even as possible
        for card in self._cards.values():
            card.setVisible(False) if card not in applicable[: rows * columns] else None
        for index, card in enumerate(applicable[: rows * columns]):
            row, column = divmod(index, columns)
            # From edge to edge: rounding must not leave a ragged right side.
            left = round(column * (self.width() + self.gap) / columns)
            right = round((column + 1) * (self.width() + self.gap) / columns) - self.gap
            card.setGeometry(QRect(left, row * (height + self.gap), right - left, height))
            card.setVisible(True)
        self.updateGeometry()

    def _restyle(self) -> None:
        self._place()
        self.update()


class MetricCard(QWidget):
    """One metric: title, value, course."""

    padding = 10

    def __init__(self, metric: Metric, parent: QWidget | None = None, *, capacity: int = 512) -> None:
        super().__init__(parent)
        self.definition = metric  # not "metric": that is a virtual method of QPaintDevice
        self._distribution: Distribution | None = None
        self._capacity = capacity
        self._table = BoundedTable(1, capacity)
        self._worst = np.full(1, np.nan)
        self._seed: int | None = None
        self._name = ""
        self._reference: tuple[float, float] | None = None
        self._cursor: tuple[int, NDArray[np.float64]] | None = None
        self._text = ""
        self._least: QSize | None = None
        self._describe()
        theme.current().changed.connect(self._restyle)

    @property
    def _last(self) -> NDArray[np.float64]:
        """The values that are shown, (R,): the last ones, or those at the step that is looked back at."""
        return self._table.last if self._cursor is None else self._cursor[1]

    @property
    def _row(self) -> int:
        """The row of the seed that is shown alone; before the first reading there is only one."""
        return min(self._seed or 0, len(self._last) - 1)

    @property
    def spreads(self) -> bool:
        """Whether it shows several seeds at once."""
        return self._seed is None and len(self._last) > 1

    @property
    def value(self) -> float:
        """What is shown as a number: the last value, or the median of them over the seeds that have one."""
        if not self.spreads:
            return float(self._last[self._row])
        known = self._last[np.isfinite(self._last)]
        return float(np.median(known)) if known.size else math.nan

    @property
    def text(self) -> str:
        """The value as it is shown."""
        return self._text

    @property
    def closeness(self) -> Closeness:
        """How near the value is to a perfect sampler's."""
        return self._closeness(self.value, math.nan) if self.spreads else self.closenesses[0]

    @property
    def closenesses(self) -> list[Closeness]:
        """How near each shown seed's value is to a perfect sampler's."""
        if not len(self._table):
            return ["unknown"]
        rows = range(len(self._last)) if self.spreads else [self._row]
        return [self._closeness(float(self._last[row]), float(self._worst[row])) for row in rows]

    def set_distribution(self, distribution: Distribution) -> None:
        """Say what is learned."""
        self._distribution = distribution
        self._describe()

    def set_reference(self, reference: tuple[float, float] | None) -> None:
        """Draw a perfect sampler's line."""
        self._reference = reference
        self._describe()

    def show_seed(self, seed: int | None, name: str = "") -> None:
        """Show one seed alone, by its place among them, and what to call it; None shows how all are spread."""
        self._seed, self._name = seed, name
        self._describe()

    def add(self, step: int, value: ArrayLike) -> None:
        """Show a value, or one of each seed (R,)."""
        values = np.atleast_1d(np.asarray(value, dtype=np.float64))
        if len(values) != len(self._table.last):
            self._table, self._worst = BoundedTable(len(values), self._capacity), np.full(len(values), np.nan)
        self._table.append([step], values)
        pick = np.fmin if self.definition.better == "high" else np.fmax
        self._worst = pick(self._worst, self._table.last)
        self._describe()

    def set_cursor(self, step: int | None, value: ArrayLike | None) -> None:
        """Show the values (R,) that were measured near a step, and where that is; None shows the last ones."""
        if step is None and self._cursor is None:
            return
        if step is None:
            self._cursor = None
        else:
            nothing = np.full(len(self._table.last), np.nan)
            known = nothing if value is None else np.atleast_1d(np.asarray(value, dtype=np.float64))
            self._cursor = step, known if len(known) == len(nothing) else nothing
        self._describe()

    def clear(self) -> None:
        """Forget all values."""
        self._table, self._worst = BoundedTable(1, self._capacity), np.full(1, np.nan)
        self._cursor = None
        self._describe()

    def sizeHint(self) -> QSize:
        """Return room for title, value and a course that can be read."""
        title, number = self._fonts()
        course = round((34 if self.spreads else 26) * theme.current().scale)
        height = QFontMetrics(title).height() + QFontMetrics(number).height() + course + 18
        return QSize(self.minimumSizeHint().width() + 24, height)

    def minimumSizeHint(self) -> QSize:
        """Return room for title and value without a cut; layouts ask for it several times at each snapshot."""
        if self._least is None:
            title, number = self._fonts()
            texts = [QFontMetrics(title).horizontalAdvance(self.definition.title)]
            texts += [QFontMetrics(number).horizontalAdvance(text) for text in (self.text, "00.00 %")]
            self._least = QSize(max(texts) + 2 * self.padding, 40)
        return self._least

    def changeEvent(self, event: QEvent) -> None:
        """Make room for a new font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._least = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card."""
        palette = theme.current().palette
        title, number = self._fonts()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.raised))
        painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        inner = QRectF(self.rect()).adjusted(self.padding, 7, -self.padding, -9)
        painter.setFont(title)
        painter.setPen(QColor(palette.muted))
        title_height = QFontMetrics(title).height()
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(
            QRectF(inner.left(), inner.top(), inner.width() + 4, title_height), flags, self.definition.title
        )
        painter.setFont(number)
        painter.setPen(QColor(palette.text if len(self._table) else palette.muted))
        number_height = QFontMetrics(number).height()
        top = inner.top() + title_height
        value = QRectF(inner.left(), top, inner.width() + 4, number_height)
        painter.drawText(value, flags, self.text)
        rest = inner.adjusted(0, title_height + number_height + 4, 0, 0)
        self._paint_whose(painter, value)
        if self.spreads:
            self._paint_seeds(painter, rest)
        else:
            self._paint_course(painter, rest)
        painter.end()

    # ---- inside ------------------------------------------------------------------------------------

    def _closeness(self, value: float, worst: float) -> Closeness:
        return closeness(value, self._reference, self.definition.better, None if math.isnan(worst) else worst)

    def _colours(self) -> list[str]:
        palette = theme.current().palette
        roles = {"unknown": palette.accent, "good": palette.good, "warning": palette.warning, "bad": palette.bad}
        return [roles[closeness] for closeness in self.closenesses]

    @property
    def whose(self) -> str:
        """What stands behind the number: that it is a median of seeds, or of which seed it is; "" if there is one."""
        return self.tr("median") if self.spreads else self._name

    def _paint_whose(self, painter: QPainter, value: QRectF) -> None:
        """Say behind the number of which seeds it is, if there is room."""
        title, number = self._fonts()
        word = self.whose
        left = value.left() + QFontMetrics(number).horizontalAdvance(self.text) + 6
        if left + QFontMetrics(title).horizontalAdvance(word) > self.width() - 4:
            return
        painter.setFont(title)
        painter.setPen(QColor(theme.current().palette.muted))
        below = QRectF(left, value.top() + 1, self.width() - left, value.height())
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, word)

    def _paint_seeds(self, painter: QPainter, area: QRectF) -> None:
        mean = None if self._reference is None else self._reference[0]
        also = ([] if mean is None else [mean]) + ([0.0] if self.definition.better == "high" else [])
        painter.setFont(small_font(self, 0.8))
        limits = spread(self._last, also=also)
        palette = theme.current().palette
        paint_dots(painter, area, self._last, self._colours(), mean, palette, self._ends(), limits)

    def _ends(self) -> tuple[str, str]:
        """Return the least and the largest value over seeds, "" if there is none."""
        known = self._last[np.isfinite(self._last)]
        if not known.size:
            return "", ""
        low, high = (self._written(float(end)) for end in (known.min(), known.max()))
        return low.partition(" / ")[0], high.partition(" / ")[0]

    def _paint_course(self, painter: QPainter, area: QRectF) -> None:
        palette, scale = theme.current().palette, theme.current().scale
        series = self._table.row(self._row)
        steps, values = series.steps, series.values
        known = np.isfinite(values)
        steps, values = steps[known], values[known]
        low, high = self._value_range(values)
        if self._reference is not None:
            y = area.bottom() - (self._reference[0] - low) / (high - low) * area.height()
            line = QColor(palette.muted)
            painter.setPen(QPen(line, scale, Qt.PenStyle.CustomDashLine))
            pen = painter.pen()
            pen.setDashPattern([3, 3])
            painter.setPen(pen)
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        if not values.size:
            return
        colour = QColor(self._colours()[0])
        first, span = steps[0], max(1.0, steps[-1] - steps[0])
        x = area.left() + (steps - first) / span * (area.width() - 3)
        y_values = area.bottom() - np.clip((values - low) / (high - low), 0.0, 1.0) * area.height()
        x, y_values = _thin(x, y_values, int(area.width()))
        painter.setPen(QPen(colour, 1.5 * scale, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        draw_polyline(painter, x, y_values)
        if self._cursor is not None:
            where = area.left() + min(max(0.0, (self._cursor[0] - first) / span), 1.0) * (area.width() - 3)
            painter.setPen(QPen(QColor(palette.accent), 1.5))
            painter.drawLine(QPointF(where, area.top() - 2), QPointF(where, area.bottom() + 2))
        painter.setBrush(colour)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(QPointF(x[-1], y_values[-1]), 2.4 * scale, 2.4 * scale)

    def _value_range(self, values: NDArray[np.float64]) -> tuple[float, float]:
        """Return the range of y: all values but rare spikes, and a perfect sampler's."""
        ends = list(np.percentile(values, [2.0, 98.0])) if values.size > 20 else [*values]
        if values.size:
            ends.append(float(values[-1]))
        if self._reference is not None:
            ends.append(self._reference[0])
        if self.definition.better == "high":
            ends.append(0.0)
        low, high = (float(min(ends)), float(max(ends))) if ends else (0.0, 1.0)
        return (low, high) if high - low > 1e-12 else (low - 0.5, low + 0.5)

    def _fonts(self) -> tuple[QFont, QFont]:
        number = tabular(self.font())
        number.setPointSizeF(number.pointSizeF() * 1.15)
        number.setWeight(QFont.Weight.DemiBold)
        return small_font(self, 0.92), number

    def _written(self, value: float) -> str:
        if self._distribution is None or not self.definition.applies(self._distribution):
            return f"{value:.4g}"
        return self.definition.format(value, self._distribution)

    def _describe(self) -> None:
        value, self._least = self.value, None
        self._text = self._written(value) if math.isfinite(value) else "\N{EN DASH}"
        said = self._said()
        lines = [f"<b>{self.definition.title}</b> {said}", self.definition.description]
        if self._reference is not None:
            mean, deviation = self._reference
            scores = f"{self._written(mean)} \N{PLUS-MINUS SIGN} {deviation_text(self._written, deviation)}"
            lines.append(self.tr("A perfect sampler of this size scores {0} (dashed line).").format(scores))
        self.setToolTip("<qt>" + "<br>".join(lines) + "</qt>")
        self.setAccessibleName(f"{self.definition.title}: {said}")
        self.update()

    def _said(self) -> str:
        """Return the value in words: "7 / 8", "7 / 8, seed 3", or "median 7 / 8, 3 to 8 over 16 seeds"."""
        if not self.spreads:
            return f"{self.text}, {self._name}" if self._name else self.text
        low, high = self._ends()
        words = self.tr("median {0}, {1} to {2} over {3} seeds") if low != high else self.tr("{0} for all {3} seeds")
        return words.format(self.text, low, high, len(self._last))

    def _restyle(self) -> None:
        self._least = None
        self.update()


def deviation_text(written: object, deviation: float) -> str:
    """Return a standard deviation in the notation of the values, without a total ("/ 8")."""
    assert callable(written)
    text = str(written(deviation)).partition(" / ")[0]
    return text if "/" not in str(written(deviation)) else f"{deviation:.1f}"


def _thin(
    x: NDArray[np.float64], y: NDArray[np.float64], width: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return at most about one point a pixel, always with the last."""
    every = max(1, len(x) // max(1, width))
    return x[::-1][::every][::-1], y[::-1][::every][::-1]

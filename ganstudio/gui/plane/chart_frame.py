"""What charts of a run have in common: a legend, a plot without a mouse, and a sentence in place of nothing."""

from __future__ import annotations

from pyqtgraph import AxisItem
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ganstudio.gui import theme
from ganstudio.gui.plane.graphics import PlotView, small_font, style_axes
from ganstudio.gui.plane.legend import Legend
from ganstudio.gui.widgets.label import label

__all__ = ["ChartFrame"]


class ChartFrame(QWidget):
    """A row of names and values above a plot; a sentence while there is nothing to draw.

    A subclass ends its construction with `restyle`.

    Parameters
    ----------
    bottom
        What kind of axis x has.

    Attributes
    ----------
    legend
        The names and values.
    head
        The row with the legend, for what stands at its right.
    """

    WIDTH = 320
    """Pixels of its usual width."""

    def __init__(self, parent: QWidget | None = None, bottom: type[AxisItem] = AxisItem) -> None:
        super().__init__(parent)
        self.legend = Legend(self)
        self._view = PlotView(self, bottom)
        self._view.box.setMouseEnabled(False, False)
        self._view.box.disableAutoRange()
        self._view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._was_empty: bool | None = None
        self._hint = label("", "muted", self)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setWordWrap(True)
        self._hint.setContentsMargins(8, 0, 8, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.head.addWidget(self.legend, 1)
        layout.addLayout(self.head)
        layout.addWidget(self._view, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        theme.current().changed.connect(self.restyle)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self._hint.isHidden()

    def set_empty(self, empty: bool, hint: str = "") -> None:
        """Show the sentence, or the plot's ticks."""
        if hint:
            self._hint.setText(hint)
        if empty == self._was_empty:  # new ticks are drawn anew, which costs more than the chart
            return
        self._was_empty = empty
        self._hint.setVisible(empty)
        for side in ("left", "bottom"):
            self._view.plot.axis(side).setTicks([] if empty else None)
        self._place_hint()

    def restyle(self) -> None:
        """Take colours and sizes of the theme."""
        palette, scale = theme.current().palette, theme.current().scale
        font = small_font(self)
        style_axes(self._view.plot, palette, font, scale)
        metrics = QFontMetrics(font)
        self._view.plot.axis("left").setWidth(metrics.horizontalAdvance("\N{MINUS SIGN}0.00") + 10)
        self._view.plot.axis("bottom").setHeight(metrics.height() + 6)
        self._view.plot.axis("bottom").setStyle(tickTextOffset=4)
        self._view.plot.axis("left").setTickDensity(0.6)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return a strip."""
        return QSize(self.WIDTH, round(124 * theme.current().scale) + self.legend.extra)

    def minimumSizeHint(self) -> QSize:
        """Return the least at which anything can be told apart."""
        return QSize(160, round(84 * theme.current().scale) + self.legend.extra)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the sentence in the middle."""
        super().resizeEvent(event)
        self._place_hint()

    def changeEvent(self, event: QEvent) -> None:
        """Make room for ticks in a new font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_hint"):
            self.restyle()

    def _place_hint(self) -> None:
        area = self._view.geometry()
        area.setLeft(area.left() + round(self._view.plot.axis("left").width()))
        self._hint.setGeometry(area)
        self._hint.raise_()

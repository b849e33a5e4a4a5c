"""pyqtgraph's view and plot, made quiet: no menus, no buttons, few ticks, the theme's colours."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFont, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QGraphicsGridLayout, QGraphicsItem, QSizePolicy, QWidget

from ganstudio.gui.fonts import tabular
from ganstudio.palette import Palette

__all__ = ["Plot", "PlotView", "StepAxis", "small_font", "style_axes"]


class StepAxis(pg.AxisItem):
    """An axis of steps, of which there are no halves."""

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        """Return whole distances between ticks."""
        return [(max(1.0, spacing), offset) for spacing, offset in super().tickSpacing(low, high, size)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return the steps, written as everywhere else."""
        return [f"{value * scale:,.0f}" for value in values]


class Plot(pg.GraphicsWidget):
    """A view box with an axis at the left and one at the bottom.

    pyqtgraph's PlotItem makes a menu and a dozen controls for every plot, which outlive it as top-level widgets.

    Parameters
    ----------
    bottom
        The kind of the axis at the bottom.
    """

    def __init__(self, bottom: type[pg.AxisItem] = pg.AxisItem) -> None:
        super().__init__()
        self._bottom = bottom
        self.box = pg.ViewBox(enableMenu=False, defaultPadding=0.0)
        self._axes: dict[str, pg.AxisItem] = {}
        self._grid = QGraphicsGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        self._grid.addItem(self.box, 1, 1)
        self.setLayout(self._grid)
        for side in ("left", "bottom"):
            self.axis(side)

    def axis(self, side: str) -> pg.AxisItem:
        """Return the axis at "left", "bottom", "right" or "top"; it is made when it is first asked for."""
        if side not in self._axes:
            axis = (self._bottom if side == "bottom" else pg.AxisItem)(side, linkView=self.box)
            axis.setZValue(0.5)
            # Painted again only when ticks change: every picture of the plane would cost all labels anew.
            axis.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
            self._axes[side] = axis
            row, column = {"left": (1, 0), "bottom": (2, 1), "right": (1, 2), "top": (0, 1)}[side]
            self._grid.addItem(axis, row, column)
        return self._axes[side]

    def place(self) -> None:
        """Do what the layout would do at the next turn of the event loop."""
        self._grid.activate()


class PlotView(pg.GraphicsView):
    """One plot that fills the widget.

    Parameters
    ----------
    bottom
        The kind of its axis at the bottom.

    Attributes
    ----------
    pointed : Signal(QPointF)
        The mouse moved, position in the plot's coordinates.
    left : Signal()
        The mouse went away.
    clicked : Signal(QPointF)
        The left button was pressed and let go at one place of the plot, position in its coordinates.
    double_clicked : Signal()
        Anywhere in the widget.
    """

    pointed = Signal(QPointF)
    left = Signal()
    clicked = Signal(QPointF)
    double_clicked = Signal()

    def __init__(self, parent: QWidget | None = None, bottom: type[pg.AxisItem] = pg.AxisItem) -> None:
        super().__init__(parent, background=None)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setStyleSheet("background: transparent; border: none")
        self.plot = Plot(bottom)
        self.setCentralItem(self.plot)
        self.box = self.plot.box
        self._pressed: QPointF | None = None

    def paint_now(self) -> None:
        """Paint what has changed in the plot, and in one go with it what else in the window waits for that.

        A scene says so in a turn of the event loop of its own, and lets the window paint then: where several plots
        change in one turn, all that lies over them is painted with the first, for which the others are painted twice.
        """
        QCoreApplication.sendPostedEvents(self.scene(), QEvent.Type.MetaCall)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where."""
        super().mousePressEvent(event)
        self._pressed = event.position() if event.button() == Qt.MouseButton.LeftButton else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Say so if it was a click and no drag."""
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        if pressed is None or event.button() != Qt.MouseButton.LeftButton:
            return
        moved = (event.position() - pressed).manhattanLength()
        where = self.mapToScene(pressed.toPoint())
        if moved < QApplication.startDragDistance() and self.box.sceneBoundingRect().contains(where):
            self.clicked.emit(self.box.mapSceneToView(where))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say where the mouse is."""
        super().mouseMoveEvent(event)
        if self.box.sceneBoundingRect().contains(self.mapToScene(event.position().toPoint())):
            self.pointed.emit(self.box.mapSceneToView(self.mapToScene(event.position().toPoint())))
        else:
            self.left.emit()

    def leaveEvent(self, event: QEvent) -> None:
        """Say that the mouse has left."""
        super().leaveEvent(event)
        self.left.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Say so."""
        super().mouseDoubleClickEvent(event)
        self._pressed = None
        self.double_clicked.emit()


def small_font(widget: QWidget, factor: float = 0.85) -> QFont:
    """Return a widget's font, smaller and with tabular figures, for ticks and captions."""
    font = tabular(widget.font())
    font.setPointSizeF(font.pointSizeF() * factor)
    return font


def style_axes(plot: Plot, palette: Palette, font: QFont, scale: float = 1.0) -> None:
    """Give a plot's axes the theme's colours, font and factor on sizes, and ticks that do not shout."""
    for name in ("left", "bottom"):
        axis = plot.axis(name)
        axis.setPen(pg.mkPen(palette.border, width=scale))
        axis.setTextPen(pg.mkPen(palette.muted))
        axis.setStyle(
            tickFont=font, tickLength=3, maxTickLevel=0, hideOverlappingLabels=True, autoExpandTextSpace=False
        )

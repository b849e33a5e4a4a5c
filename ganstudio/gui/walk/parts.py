"""What stands beside the graph: the large picture, the table of tensors, and how far the iteration has come."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QToolTip, QWidget

from ganstudio.gui import theme
from ganstudio.gui.fonts import tabular
from ganstudio.gui.plane.graphics import small_font
from ganstudio.gui.walk.graph import Stop
from ganstudio.gui.walk.picture import Blank, Look, Picture
from ganstudio.gui.walk.tables import Table
from ganstudio.gui.widgets import label

__all__ = ["PictureView", "Strip", "TableView"]


class PictureView(QWidget):
    """Shows one picture as large as there is room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: Picture = Blank()
        self._progress = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def picture(self) -> Picture:
        """What it shows."""
        return self._picture

    def set_picture(self, picture: Picture, progress: float = 1.0) -> None:
        """Show a picture, as far as what moves in it has come."""
        if picture is not self._picture or progress != self._progress:
            self._picture, self._progress = picture, progress
            self.setToolTip(picture.words)
            self.setAccessibleName(picture.words)
            self.update()

    def sizeHint(self) -> QSize:
        """Return a comfortable square."""
        return QSize(280, 280)

    def minimumSizeHint(self) -> QSize:
        """Return the least square."""
        return QSize(140, 140)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture."""
        current = theme.current()
        look = Look(current.palette, small_font(self, 0.92), current.scale, self._progress)
        painter = QPainter(self)
        self._picture.paint(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1), look)
        painter.end()


class TableView(QWidget):
    """Shows a small table; takes no room without rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: list[QLabel] = []
        self._table = Table()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(3)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setVisible(False)

    @property
    def table(self) -> Table:
        """What it shows."""
        return self._table

    def set_table(self, table: Table) -> None:
        """Show another table."""
        if table == self._table:
            return
        self._table = table
        cells = [(0, column, text) for column, text in enumerate(table.headings)]
        cells += [(row + 1, column, text) for row, texts in enumerate(table.rows) for column, text in enumerate(texts)]
        while len(self._labels) < len(cells):
            self._labels.append(label("", "small", self))
        for cell in self._labels:
            self._grid.removeWidget(cell)
            cell.setVisible(False)
        for cell, (row, column, text) in zip(self._labels, cells, strict=False):
            side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
            cell.setText(text)
            cell.setFont(tabular(cell.font()))
            role = "small" if row == 0 else "cell"
            if cell.property("role") != role:
                theme.set_role(cell, role)
            self._grid.addWidget(cell, row, column, side)
            cell.setVisible(True)
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 0)
        self._grid.setColumnStretch(len(table.headings), 1)  # what is left over
        self.setVisible(bool(table.rows))


class Strip(QWidget):
    """How far an iteration has come: one segment for each stop, in the colour of whose turn it is.

    Attributes
    ----------
    chosen : Signal(int)
        The stop that a person pressed.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stops: tuple[Stop, ...] = ()
        self._titles: tuple[str, ...] = ()
        self._index, self._share = 0, 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_stops(self, stops: tuple[Stop, ...], titles: tuple[str, ...]) -> None:
        """Show the stops of an iteration and what they are called."""
        self._stops, self._titles = stops, titles
        self.update()

    def set_position(self, index: int, share: float) -> None:
        """Show which stop it is, and how much of its time is over."""
        if index != self._index:
            self.setAccessibleName(self.tr("Stop {0} of {1}").format(index + 1, len(self._stops)))
        self._index, self._share = index, share
        self.update()

    def segments(self) -> list[QRectF]:
        """Return where the segments are."""
        if not self._stops:
            return []
        gap, wide = 3.0, self.width() / len(self._stops)
        high = 6.0 * theme.current().scale
        y = (self.height() - high) / 2
        turn = [index for index, stop in enumerate(self._stops) if index and stop.part != self._stops[index - 1].part]
        inset = [gap + (6.0 if index in turn else 0.0) for index in range(len(self._stops))]
        return [QRectF(index * wide + inset[index], y, wide - inset[index], high) for index in range(len(self._stops))]

    def sizeHint(self) -> QSize:
        """Return a line."""
        return QSize(200, round(16 * theme.current().scale))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the segments."""
        current = theme.current()
        look = Look(current.palette, self.font(), current.scale)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(Qt.PenStyle.NoPen)
        for index, (stop, rect) in enumerate(zip(self._stops, self.segments(), strict=True)):
            painter.setBrush(look.colour("border"))
            painter.drawRoundedRect(rect, 3, 3)
            share = 1.0 if index < self._index else self._share if index == self._index else 0.0
            if share > 0:
                painter.setBrush(look.colour(stop.part))
                done = QRectF(rect)
                done.setWidth(max(rect.height(), share * rect.width()))
                painter.drawRoundedRect(done, 3, 3)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the stop under the mouse."""
        index = self._at(event.position())
        if index is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(index)

    def event(self, event: QEvent) -> bool:
        """Name the stop under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if index is None else self._titles[index], self)
            return True
        return super().event(event)

    def _at(self, place: QPointF) -> int | None:
        if not self._stops:
            return None
        return max(0, min(int(place.x() / self.width() * len(self._stops)), len(self._stops) - 1))

"""All units of a layer as cells: each one's top picture with its map over it, agreement and effect."""

from __future__ import annotations

from typing import Any, Literal, get_args

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ganstudio.dissection_messages import Effects, Units
from ganstudio.gui import theme
from ganstudio.gui.fonts import tabular
from ganstudio.gui.images.inside.units.heat import Look, overlaid
from ganstudio.gui.images.picture_grid import image_of
from ganstudio.gui.numbers import short
from ganstudio.image_messages import Pixels

__all__ = ["ORDERS", "Order", "UnitList", "UnitModel"]

Order = Literal["unit", "agreement", "effect", "peak"]
ORDERS: tuple[Order, ...] = get_args(Order)
Index = QModelIndex | QPersistentModelIndex
_FIRST_ROLE = Qt.ItemDataRole.UserRole + 1
ROLES = {order: _FIRST_ROLE + number for number, order in enumerate(ORDERS)}
SIDE = 76
"""Of a cell's picture, at text scale 1."""
MARGIN = 6


def signed(value: float) -> str:
    """Return a number in three digits with a proper minus sign."""
    return short(value, 3).replace("-", "\N{MINUS SIGN}", 1)


class UnitModel(QAbstractListModel):
    """One row for each unit, in order of their numbers."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.units: Units | None = None
        self._effects: dict[int, float] = {}
        self._look: Look = "heat"
        self._pixmaps: dict[int, QPixmap] = {}

    @property
    def has_agreement(self) -> bool:
        """Whether there is a region that units agree with."""
        return self.units is not None and self.units.agreement is not None

    @property
    def has_effects(self) -> bool:
        """Whether it is known what units cause."""
        return bool(self._effects)

    def set_units(self, units: Units | None) -> None:
        """Show other units; the same number of them of the same layer stay what they are, and chosen."""
        before, self.units = self.units, units
        self._pixmaps.clear()
        if before is not None and units is not None and _like(before) == _like(units):
            self._tell()
        else:
            self.beginResetModel()
            self._effects = {}
            self.endResetModel()

    def set_effects(self, effects: Effects | None) -> None:
        """Show what units cause."""
        self._effects = {} if effects is None else dict(zip(effects.units, effects.effects.tolist(), strict=True))
        self._tell()

    def set_look(self, look: Look) -> None:
        """Show maps as warmth, or as light."""
        self._look = look
        self._pixmaps.clear()
        self._tell()

    def _tell(self) -> None:
        if self.rowCount():
            self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        """Return the number of units."""
        return 0 if self.units is None or parent.isValid() else len(self.units.thresholds)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a unit is called and said of, and the numbers that it is sorted by."""
        if self.units is None or not index.isValid():
            return None
        unit = index.row()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return self.about(unit)
        if role == ROLES["unit"]:
            return unit
        if role == ROLES["peak"]:
            return float(self.units.peaks[unit, 0])
        if role == ROLES["agreement"]:
            return -1.0 if self.units.agreement is None else float(self.units.agreement[unit])
        return self._effects.get(unit, -2.0) if role == ROLES["effect"] else None

    def lines(self, unit: int) -> list[str]:
        """Return what is written under a unit's picture."""
        told = [self.tr("unit {0}").format(unit)]
        if self.units is not None and self.units.agreement is not None:
            told.append(self.tr("IoU {0}").format(f"{self.units.agreement[unit]:.3f}"))
        if unit in self._effects:
            told.append(self.tr("effect {0}").format(f"{self._effects[unit]:.4f}".replace("-", "\N{MINUS SIGN}")))
        return told

    def about(self, unit: int) -> str:
        """Return all that is known of a unit in a line."""
        if self.units is None:
            return ""
        told = [
            *self.lines(unit),
            self.tr("on above {0}").format(signed(float(self.units.thresholds[unit]))),
            self.tr("peak {0}").format(signed(float(self.units.peaks[unit, 0]))),
            self.tr("inserted at {0}").format(signed(float(self.units.levels[unit]))),
        ]
        return " \N{MIDDLE DOT} ".join(told)

    def top(self, unit: int, number: int | None = None) -> Pixels:
        """Return a unit's top pictures with its maps over them, (n, height, width, 3), or the first few."""
        assert self.units is not None
        units = self.units
        return overlaid(
            units.pictures[units.places[unit, :number]],
            units.heat[unit, :number],
            float(units.thresholds[unit]),
            float(units.peaks[unit, 0]),
            self._look,
        )

    def pixmap(self, unit: int) -> QPixmap:
        """Return a unit's first top picture."""
        if unit not in self._pixmaps:
            image = image_of(self.top(unit, 1)[0])
            # Enlarged without smoothing first, so that pixels keep their edges.
            times = max(1, -(-2 * SIDE // image.width()))
            self._pixmaps[unit] = QPixmap.fromImage(image.scaled(image.size() * times))
        return self._pixmaps[unit]


def _like(units: Units) -> tuple[str, int, int]:
    return units.model, units.layer, len(units.thresholds)


class UnitDelegate(QStyledItemDelegate):
    """Draws a unit's cell."""

    def __init__(self, model: UnitModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model

    def fonts(self) -> tuple[QFont, QFont]:
        """Return the font of the unit's number and that of what is said of it."""
        small = tabular()
        small.setPointSizeF(max(6.0, small.pointSizeF() * 0.85))
        strong = QFont(small)
        strong.setBold(True)
        return strong, small

    def size(self) -> QSize:
        """Return the size of every cell."""
        metrics = [QFontMetrics(font) for font in self.fonts()]
        lines = 1 + self._model.has_agreement + self._model.has_effects
        side = round(SIDE * theme.current().scale)
        widest = metrics[1].horizontalAdvance(self.tr("effect {0}").format("\N{MINUS SIGN}0.0123"))
        return QSize(max(side, widest) + 2 * MARGIN, side + 3 * MARGIN + lines * metrics[0].height())

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the size of a cell."""
        return self.size()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw picture and lines; a frame around what is chosen, a thin one where the keyboard is."""
        palette = theme.current().palette
        unit = int(index.data(ROLES["unit"]))
        area = QRect(QPoint(0, 0), self.size())
        area.moveCenter(option.rect.center())
        state = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or state & QStyle.StateFlag.State_HasFocus:
            fill = QColor(palette.accent)
            fill.setAlphaF(0.18 if chosen else 0.0)
            painter.setBrush(fill)
            painter.setPen(QPen(QColor(palette.accent if chosen else palette.muted), 2.0 if chosen else 1.0))
            painter.drawRoundedRect(area, 4, 4)
        self._draw_picture(painter, area, unit)
        strong, small = self.fonts()
        top = area.top() + 2 * MARGIN + round(SIDE * theme.current().scale)
        for number, text in enumerate(self._model.lines(unit)):
            painter.setFont(small if number else strong)
            painter.setPen(QColor(palette.muted if number else palette.text))
            height = painter.fontMetrics().height()
            painter.drawText(QRect(area.left(), top, area.width(), height), Qt.AlignmentFlag.AlignHCenter, text)
            top += height
        painter.restore()

    def _draw_picture(self, painter: QPainter, area: QRect, unit: int) -> None:
        pixmap = self._model.pixmap(unit)
        side = round(SIDE * theme.current().scale)
        size = pixmap.size().scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio)
        left = area.left() + (area.width() - size.width()) // 2
        target = QRect(left, area.top() + MARGIN + (side - size.height()) // 2, size.width(), size.height())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(target, pixmap)


class UnitList(QListView):
    """The units in an order, of which some are chosen: click, Ctrl and click, Shift and click, Ctrl+A, Space.

    Attributes
    ----------
    units_chosen : Signal(tuple)
        Other units are chosen, by their numbers in the list's order.
    unit_shown : Signal(int)
        The unit that the keyboard or the mouse is on is another one; -1 is none.
    """

    units_chosen = Signal(tuple)
    unit_shown = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.units = UnitModel(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.units)
        self._delegate = UnitDelegate(self.units, self)
        self._empty = ""
        self.setModel(self._sorted)
        self.setItemDelegate(self._delegate)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(SIDE // 2)
        self.setAccessibleName(self.tr("Units of the layer"))
        self.set_order("unit", Qt.SortOrder.AscendingOrder)
        self.selectionModel().selectionChanged.connect(self._on_chosen)
        self.selectionModel().currentChanged.connect(self._on_current)
        self._sorted.dataChanged.connect(self._fit)
        self._sorted.modelReset.connect(self._fit)
        theme.current().changed.connect(self._fit)
        self._fit()

    def set_empty_text(self, text: str) -> None:
        """Say what to do where there is nothing to show."""
        self._empty = text
        self.viewport().update()

    def set_order(self, order: Order, direction: Qt.SortOrder) -> None:
        """Sort; equal ones stay in order of their numbers."""
        self._sorted.setSortRole(ROLES[order])
        self._sorted.sort(0, direction)

    @property
    def order(self) -> list[int]:
        """All units' numbers in the order in which they are shown."""
        return [self._sorted.mapToSource(self._sorted.index(row, 0)).row() for row in range(self._sorted.rowCount())]

    @property
    def chosen(self) -> tuple[int, ...]:
        """Numbers of the chosen units, ascending."""
        found = (self._sorted.mapToSource(index).row() for index in self.selectionModel().selectedIndexes())
        return tuple(sorted(found))

    @property
    def current_unit(self) -> int:
        """The unit that the keyboard is on, -1 if it is on none."""
        current = self._sorted.mapToSource(self.currentIndex())
        return current.row() if current.isValid() else -1

    def choose(self, units: tuple[int, ...]) -> None:
        """Choose units by their numbers, and scroll to the first of them that is shown."""
        rows = sorted(self._sorted.mapFromSource(self.units.index(unit)).row() for unit in units)
        selection = QItemSelection()
        for row in rows:
            selection.select(self._sorted.index(row, 0), self._sorted.index(row, 0))
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().select(selection, flags)
        if rows:
            first = self._sorted.index(rows[0], 0)
            self.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(first)

    def choose_first(self, count: int) -> None:
        """Choose the first few in the order in which they are shown."""
        self.choose(tuple(self.order[:count]))

    def _on_chosen(self) -> None:
        self.units_chosen.emit(self.chosen)

    def _on_current(self, current: Index) -> None:
        self.unit_shown.emit(self._sorted.mapToSource(current).row() if current.isValid() else -1)

    def _fit(self) -> None:
        """Give cells the room that their lines need, and share out what is left of the width."""
        size = self._delegate.size() + QSize(2, 2)
        room = self.viewport().width() - 2
        size.setWidth(max(size.width(), room // max(1, room // size.width())))
        if size != self.gridSize():
            self.setGridSize(size)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share out the width anew."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Fit cells to another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_delegate"):
            self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cells, or what to do where there are none."""
        super().paintEvent(event)
        if self._sorted.rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(QColor(theme.current().palette.muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.viewport().rect().adjusted(12, 8, -12, -8), flags, self._empty)
            painter.end()

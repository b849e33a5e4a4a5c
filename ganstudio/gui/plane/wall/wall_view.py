"""The wall: one small plane for every seed that is trained."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QStyleOptionGraphicsItem, QWidget

from ganstudio.field import FieldMeaning
from ganstudio.gui import theme
from ganstudio.gui.plane.colour_bar import ColourBar
from ganstudio.gui.plane.field import FieldScale, Shown
from ganstudio.gui.plane.items import PointsItem, contours_side_by_side
from ganstudio.gui.plane.readout import outside_text
from ganstudio.gui.plane.wall.cell import CAPTION_GAP, Look, SeedCell, caption_font
from ganstudio.gui.plane.wall.sight import Sight, Window
from ganstudio.gui.plane.wall.tiling import tiled
from ganstudio.gui.seed_record import SeedNote
from ganstudio.gui.widgets.label import label
from ganstudio.palette import diverging, group_colours

__all__ = ["WALL_LAYERS", "WallView"]

WALL_LAYERS = ("field", "contour", "real", "generated")

GAP = 8
LEAST_SIDE = 40
"""Pixels of the smallest square; a wall that has no room for all scrolls."""
ROOMY_WIDTH = 280
"""Pixels below which cells need the room more than a scale of colours."""
MOSTLY = 0.5
"""Share of the samples from which it is said that they are outside of what is seen."""
REAL_SHOWN = 250
WHEEL = 1.02 ** (1 / 8)
"""Factor of a wheel's eighth of a degree, as on the plane."""


class WallView(QScrollArea):
    """Small multiples of the plane, with one scale of colours and one view for all.

    The wheel zooms around the mouse, a left drag moves, Home, plus and minus do as on the plane; with the arrow keys
    one goes from seed to seed, Enter or a click looks closer.

    Attributes
    ----------
    opened : Signal(int)
        The place, among the seeds, of the one that is to be looked at closer.
    view_moved : Signal()
        A person zoomed, panned or went home.
    """

    opened = Signal(int)
    view_moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._window: Window = (-3.0, 3.0, -3.0, 3.0)
        self._sight = Sight.of(self._window)
        self._scale = FieldScale()
        self._cells: list[SeedCell] = []
        self._layers = dict.fromkeys(WALL_LAYERS, True)
        self._grouped = True
        self._samples: NDArray[np.floating] = np.empty((0, 0, 2))
        self._groups: NDArray[np.int64] | None = None
        self._field: tuple[Shown, Window] | None = None
        self._real = PointsItem()
        self._table: list[int] = []
        self._make_parts()
        theme.current().changed.connect(self._restyle)
        self._restyle()

    def _make_parts(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._content = QWidget()
        self.setWidget(self._content)
        self._bar = ColourBar(self)
        self._title = label("", "small", self)
        self._title.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    # ---- what is shown -------------------------------------------------------------------------------

    def set_seeds(self, count: int) -> None:
        """Show so many cells, none of which has anything to show yet."""
        for cell in self._cells[count:]:
            cell.hide()
            cell.deleteLater()
        del self._cells[count:]
        while len(self._cells) < count:
            cell = SeedCell(len(self._cells), self._content)
            cell.clicked.connect(self._on_opened)
            cell.dragged.connect(self._on_dragged)
            cell.stepped.connect(self._on_stepped)
            cell.focused.connect(self._on_focused)
            cell.show()
            self._cells.append(cell)
        if count:
            self._cells[0].setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Wall of {0} seeds").format(count))
        self._restyle()

    def cells(self) -> list[SeedCell]:
        """Return the cells, in the order of the seeds."""
        return list(self._cells)

    def set_window(self, window: Window) -> None:
        """Choose (left, right, bottom, top) that is seen at home; a view that a person moved stays."""
        view, self._window = self.view, window
        if view is None:
            self.look_at(None)

    def show_real(self, points: ArrayLike) -> None:
        """Show real samples (n, 2), as many as there is room for in small squares."""
        self._real.set_points(np.asarray(points)[:REAL_SHOWN])
        self._follow_sight()

    def show_generated(self, samples: NDArray[np.floating], groups: NDArray[np.int64] | None = None) -> None:
        """Show generated samples (R, n, 2), in colours of their groups (R, n) if they have any."""
        self._samples, self._groups = samples, groups
        for cell, points in zip(self._cells, samples, strict=False):
            own = groups[cell.index] if groups is not None and self._grouped else None
            cell.generated.set_points(points, own)
        self._tell_outside()
        self._content.update()

    def show_field(self, values: ArrayLike, window: Window, meaning: FieldMeaning) -> None:
        """Show every seed's critic, in the same colours for the same values.

        Parameters
        ----------
        values : array (R, rows, columns)
            Raw outputs T at the nodes of a grid that includes the window's edges, first row at the bottom. They
            need not be finite.
        meaning
            What is shown of them, as the objective has it.
        """
        shown = self._scale.show_all(np.asarray(values), meaning)
        self._field = None if shown is None else (shown, window)
        self._draw_field()

    def clear_field(self) -> None:
        """Show no fields."""
        self._field = None
        self._scale.reset()
        self._draw_field()

    def clear(self) -> None:
        """Forget samples and fields (a new run); real samples, layers and view stay."""
        self.show_generated(np.zeros((len(self._cells), 0, 2)))
        self.clear_field()

    def set_notes(self, notes: Sequence[SeedNote]) -> None:
        """Say how every seed is doing."""
        if [cell.note for cell in self._cells] != list(notes):
            for cell, note in zip(self._cells, notes, strict=False):
                cell.set_note(note)
            self._choose_captions()

    def set_layer(self, name: str, visible: bool) -> None:
        """Show or hide a layer in all cells: "real", "generated", "field" or "contour"; others are not drawn here."""
        if name in WALL_LAYERS and self._layers[name] != visible:
            self._layers[name] = visible
            self._follow_sight()
            self._draw_field()

    def layer(self, name: str) -> bool:
        """Return whether a layer is shown."""
        return self._layers[name]

    def set_grouped(self, grouped: bool) -> None:
        """Colour generated samples by their groups, or all alike."""
        self._grouped = grouped
        self.show_generated(self._samples, self._groups)

    # ---- the view ------------------------------------------------------------------------------------

    @property
    def view(self) -> Window | None:
        """What a person has moved the view to, None at home."""
        return None if self._sight == Sight.of(self._window) else self._sight.window

    def look_at(self, view: Window | None) -> None:
        """Show the smallest square around a part of the plane, or None for home; `view_moved` is not emitted."""
        self._sight = Sight.of(self._window if view is None else view)
        self._follow_sight()

    def home(self) -> None:
        """Go back to the window."""
        self._see(Sight.of(self._window))

    def zoom(self, factor: float) -> None:
        """Make everything larger by a factor, around the centre."""
        self._see(self._sight.zoomed(factor))

    def visible_window(self) -> Window:
        """Return (left, right, bottom, top) of what is seen in every cell."""
        return self._sight.window

    def focus_cell(self, index: int) -> None:
        """Give a cell the keyboard, and scroll to it."""
        if self._cells:
            cell = self._cells[min(max(index, 0), len(self._cells) - 1)]
            cell.setFocus(Qt.FocusReason.OtherFocusReason)
            self.ensureWidgetVisible(cell, 0, GAP)

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(420, 400)

    def minimumSizeHint(self) -> QSize:
        """Return room for two cells."""
        return QSize(3 * LEAST_SIDE, 2 * LEAST_SIDE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the cells out anew."""
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        """Make room for captions in a new font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_bar"):
            self._restyle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Home, plus and minus move the view, Page Up and Page Down scroll."""
        key, bar = Qt.Key(event.key()), self.verticalScrollBar()
        if key == Qt.Key.Key_Home:
            self.home()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(1.25)
        elif key == Qt.Key.Key_Minus:
            self.zoom(0.8)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) and bar.maximum():
            bar.setValue(bar.value() + (bar.pageStep() if key == Qt.Key.Key_PageDown else -bar.pageStep()))
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the mouse over a cell; with Shift, or between cells, scroll."""
        where = self._content.mapFrom(self, event.position().toPoint())
        cell = self._content.childAt(where)
        steps = event.angleDelta().y()
        if not isinstance(cell, SeedCell) or not steps or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            super().wheelEvent(event)
            return
        position = event.position() - cell.mapTo(self, QPoint(0, 0)).toPointF()
        self._see(self._sight.zoomed(WHEEL**steps, self._sight.point(cell.square(), position)))
        event.accept()

    # ---- inside --------------------------------------------------------------------------------------

    def _see(self, sight: Sight) -> None:
        self._sight = sight
        self._follow_sight()
        self.view_moved.emit()

    def _follow_sight(self) -> None:
        """Give the cells what is seen, with one picture of the real samples for all of them."""
        if not self._cells:
            return
        layers = frozenset(name for name, shown in self._layers.items() if shown)
        palette = theme.current().palette
        look = Look(self._sight, layers, palette, caption_font(self), self._picture_of_real())
        for cell in self._cells:
            cell.set_look(look)
        self._tell_outside()

    def _tell_outside(self) -> None:
        """Say in each cell where its samples are, if most of them are not seen."""
        left, right, bottom, top = window = self._sight.window
        inside = np.all((self._samples >= (left, bottom)) & (self._samples <= (right, top)), axis=2)
        for cell, points, seen in zip(self._cells, self._samples, inside, strict=False):
            few = len(seen) > 0 and 1.0 - seen.mean() >= MOSTLY
            cell.set_outside(outside_text(points, window) if few else "")

    def _picture_of_real(self) -> QPixmap:
        square, ratio = self._cells[0].square(), self.devicePixelRatioF()
        side = max(1, round(square.width() * ratio))
        picture = QPixmap(side, side)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setTransform(self._sight.transform(QRectF(0, 0, square.width(), square.width())))
        self._real.paint(painter, QStyleOptionGraphicsItem())
        painter.end()
        return picture

    def _draw_field(self) -> None:
        pictures: dict[int, NDArray[np.uint8]] = {}
        lines: dict[int, NDArray[np.float64]] = {}
        window = self._window
        if self._field is not None:
            shown, window = self._field
            if self._layers["field"]:
                pictures = dict(enumerate(shown.indices(len(self._table))))
            if self._layers["contour"]:
                lines = dict(enumerate(contours_side_by_side(shown.values, shown.meaning.centre, window)))
        for cell in self._cells:
            cell.field.set_field(pictures.get(cell.index), self._table, window)
            cell.contour.set_lines(lines.get(cell.index, np.empty((0, 2))))
        self._show_scale()
        self._content.update()

    def _show_scale(self) -> None:
        """Say what the colours mean, if there are any."""
        if self._field is None or not self._layers["field"]:
            self._bar.clear()
            self._title.setText("")
        else:
            shown = self._field[0]
            self._bar.set_scale(*shown.limits, shown.ticks())
            if shown.meaning.title != self._title.text():
                self._title.setText(shown.meaning.title)
                self._place()

    def _restyle(self) -> None:
        palette = theme.current().palette
        self._table = [0xFF000000 | int(r) << 16 | int(g) << 8 | int(b) for r, g, b in diverging(palette)]
        self._place()
        self._draw_field()

    def _bar_width(self) -> int:
        """Return the room for the scale of colours, 0 where there is none."""
        roomy = self.width() >= ROOMY_WIDTH * theme.current().scale
        return self._bar.sizeHint().width() + 8 if roomy else 0

    def _place(self) -> None:
        """Lay out cells, colour bar and its title."""
        title = self._title.sizeHint().height()
        for part in (self._bar, self._title):
            part.setVisible(self._bar_width() > 0)
        self.setViewportMargins(0, 0, self._bar_width(), 0)
        if not self._cells:
            return
        caption = QFontMetrics(caption_font(self)).height() + CAPTION_GAP
        room = self.contentsRect().adjusted(0, 0, -self._bar_width(), 0)
        count, least = len(self._cells), round(LEAST_SIDE * theme.current().scale)
        tiling = tiled(count, room.width(), room.height(), caption=caption, gap=GAP, least=least)
        scrolls = tiling.height > room.height()
        edge = self.width() - (self.verticalScrollBar().sizeHint().width() if scrolls else 0)
        if scrolls:  # the scroll bar takes its part
            width = room.width() - self.verticalScrollBar().sizeHint().width()
            tiling = tiled(count, width, room.height(), caption=caption, gap=GAP, least=least)
        self._content.resize(self.viewport().width(), max(tiling.height, 1))
        for cell in self._cells:
            cell.setGeometry(tiling.cell(cell.index))
        first, last = tiling.cell(0), tiling.cell(count - 1)
        top, bottom = first.top() + caption, min(last.bottom() + 1, room.height())
        x = min(first.left() + tiling.columns * (tiling.side + GAP), room.right() + 8)
        # Over the bar, and farther to the left only where the right edge is too near.
        end = min(x + self._title.sizeHint().width(), edge)
        self._title.setGeometry(0, top - CAPTION_GAP - title, end, title)
        self._bar.setGeometry(x, top, self._bar.sizeHint().width(), bottom - top)
        self._set_looks(tiling.side)
        self._choose_captions()
        self._follow_sight()

    def _choose_captions(self) -> None:
        """Show the longest captions that fit into every cell: cells that say different things look different."""
        if self._cells:
            metrics, width = QFontMetrics(caption_font(self)), self._cells[0].width()
            captions = zip(*(cell.note.captions for cell in self._cells), strict=True)
            fits = [all(metrics.horizontalAdvance(text) <= width for text in texts) for texts in captions]
            for cell in self._cells:
                cell.set_brevity(fits.index(True) if True in fits else len(fits) - 1)

    def _set_looks(self, side: int) -> None:
        palette = theme.current().palette
        diameter = min(4.5, 2.0 + side / 100) * theme.current().scale
        faint = "#4d" + palette.real.removeprefix("#")
        self._real.set_look(faint, "#00000000", diameter)
        for cell in self._cells:
            cell.generated.set_look(palette.generated, palette.plot, diameter, group_colours(palette))
            cell.contour.set_colour(palette.contour, theme.current().scale)

    def _sender_cell(self) -> SeedCell:
        cell = self.sender()
        assert isinstance(cell, SeedCell)
        return cell

    def _on_opened(self) -> None:
        self.opened.emit(self._sender_cell().index)

    def _on_dragged(self, right: float, down: float) -> None:
        self._see(self._sight.moved(right, down, self._sender_cell().square().width()))

    def _on_stepped(self, columns: int, rows: int) -> None:
        cell = self._sender_cell()
        across = [other.x() for other in self._cells if other.y() == self._cells[0].y()]
        target = cell.index + columns + rows * len(across)
        if 0 <= target < len(self._cells):
            self.focus_cell(target)

    def _on_focused(self) -> None:
        """Let Tab come back to the cell where the keyboard was last."""
        for cell in self._cells:
            cell.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._sender_cell().setFocusPolicy(Qt.FocusPolicy.StrongFocus)

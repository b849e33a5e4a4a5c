"""The plane: real and generated points over the critic's field."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEasingCurve, QEvent, QPointF, QRect, QSize, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGraphicsItem, QLabel, QSizePolicy, QWidget

from ganstudio.data import Distribution
from ganstudio.field import FieldMeaning
from ganstudio.gui import theme
from ganstudio.gui.fonts import tabular
from ganstudio.gui.plane.colour_bar import ColourBar
from ganstudio.gui.plane.encoding import EncodingItem, Point
from ganstudio.gui.plane.field import FieldScale, Shown, interpolate, surface_indices, surface_ticks
from ganstudio.gui.plane.graphics import PlotView, small_font, style_axes
from ganstudio.gui.plane.items import ContourItem, FieldItem, PointsItem, Window
from ganstudio.gui.plane.marks import MarksItem
from ganstudio.gui.plane.readout import brief_outside, density_text, number, outside_text, signed
from ganstudio.gui.widgets.label import label
from ganstudio.layers import LAYERS
from ganstudio.layers.marks import Arrows, Mark, Surface
from ganstudio.palette import diverging, group_colours, sequential

__all__ = ["PlaneView"]

Layer = Literal["field", "contour", "real", "generated"]
WARP_MILLISECONDS = 1400
_LEAST_SIDE = 120
FRAME = 2
"""Pixels of the frame's right and upper side: in one alone the line at the right is not drawn."""
_CROSS_STEP = 0.02
"""Share of what is seen that an arrow key moves the cross-hair; five times as much with Shift."""
_MARKER_REACH = 9
"""Pixels around the chosen point within which a click takes it away."""
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Down: (0, -1),
    Qt.Key.Key_Up: (0, 1),
}


class PlaneView(QWidget):
    """A square of the plane with switchable layers, a colour bar and a read-out under the mouse.

    Wheel and right drag zoom, left drag pans; the view stays where it was put until a double click, the Home key or
    `home` brings the window back, or until what is seen has nothing to do with a new window.

    While points can be encoded, a click chooses one, a click on it or Escape lets it go; with the keyboard the arrow
    keys move a cross-hair (faster with Shift) and Enter chooses the point under it.

    Attributes
    ----------
    point_chosen : Signal(object)
        (x, y), or None.
    view_moved : Signal()
        A person zoomed, panned or went home.
    view_changed : Signal()
        The same, or `look_at` was called.
    """

    point_chosen = Signal(object)
    view_moved = Signal()
    view_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._window: Window = (-3.0, 3.0, -3.0, 3.0)
        self._at_home = True
        self._moved_to: Window = self._window
        self._scale = FieldScale()
        self._shown: Shown | None = None
        self._raw: NDArray[np.float64] | None = None
        self._field_window: Window = self._window
        self._mouse: QPointF | None = None
        self._silent = False
        self._samples = np.empty((0, 2))
        self._groups: NDArray[np.int64] | None = None
        self._grouped = True
        self._encodable = False
        self._before_click: Point | None = None
        self._tables: dict[str, list[int]] = {}
        self._data: Distribution | None = None
        self._marks: dict[str, Sequence[Mark]] = {}
        self._square = QRect()
        self._make_parts()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Plane of samples"))
        theme.current().changed.connect(self._restyle)
        self._restyle()
        self.look_at(None)

    # ---- what is shown -----------------------------------------------------------------------------

    def set_window(self, window: Window) -> None:
        """Choose (left, right, bottom, top) that is seen at home; a view that a person moved stays if it can."""
        if window != self._window:
            self._window = window
            if self._at_home or _unrelated(window, self._moved_to):
                self.look_at(None)

    def set_data(self, data: Distribution) -> None:
        """Choose the distribution whose density and modes the read-out tells of."""
        self._data = data

    def show_layer(self, name: str, marks: Sequence[Mark]) -> None:
        """Draw a layer of `ganstudio.layers.LAYERS` with these marks; none if nothing is known of it."""
        self._marks[name] = marks
        item = self._layers[name]
        assert isinstance(item, MarksItem)
        item.set_marks(marks)
        if item.isVisible():
            if LAYERS[name].fills:
                self._draw_field()
            self._tell_legend()

    def replay_warp(self) -> None:
        """Show the grid of the noise become what the generator makes of it."""
        if self._layers["manifold"].isVisible():
            self._warp.stop()
            self._warp.start()

    def show_real(self, points: ArrayLike) -> None:
        """Show real samples (n, 2)."""
        self._real.set_points(np.asarray(points))

    def show_generated(self, points: ArrayLike, groups: NDArray[np.int64] | None = None) -> None:
        """Show generated samples (n, 2), in colours of their groups (n,) if they have any."""
        self._samples, self._groups = np.asarray(points), groups
        self._draw_generated()
        self._tell_outside()

    def set_grouped(self, grouped: bool) -> None:
        """Colour generated samples by their groups, or all alike."""
        self._grouped = grouped
        self._draw_generated()

    @property
    def encodable(self) -> bool:
        """Whether points can be chosen."""
        return self._encodable

    def set_encodable(self, encodable: bool) -> None:
        """Let points be chosen, or not; a chosen one is forgotten then."""
        self._encodable = encodable
        cursor = Qt.CursorShape.CrossCursor if encodable else Qt.CursorShape.ArrowCursor
        self._view.viewport().setCursor(cursor)
        if not encodable:
            self._encoding.show(None, None, None)

    def show_encoding(self, point: Point | None, decoded: Point | None) -> None:
        """Show the chosen point and where it is decoded to."""
        self._encoding.show(point, decoded, self._encoding.cross)

    def show_field(self, values: ArrayLike, window: Window, meaning: FieldMeaning) -> None:
        """Show the critic.

        Parameters
        ----------
        values : array (rows, columns)
            Raw outputs T at the nodes of a grid that includes the window's edges, first row at the bottom. They
            need not be finite.
        meaning
            What is shown of them, as the objective has it.
        """
        self._raw = np.asarray(values, dtype=np.float64)
        self._field_window = window
        self._shown = self._scale.show(self._raw, meaning)
        self._draw_field()
        if self._mouse is not None:
            self._read_out()

    def set_layer(self, name: str, visible: bool) -> None:
        """Show or hide a layer: "real", "generated", "field", "contour", one of `LAYERS`, or one that was added."""
        item = self._layers[name]
        if item.isVisible() == visible:
            return
        item.setVisible(visible)
        if name in ("field", "contour") or name in LAYERS:
            self._draw_field()
            self._tell_legend()
        if name == "generated":
            self._tell_outside()

    def layer(self, name: str) -> bool:
        """Return whether a layer is shown."""
        return bool(self._layers[name].isVisible())

    def add_layer(self, name: str, item: QGraphicsItem, z: float) -> None:
        """Add a layer of one's own, in the plane's coordinates.

        Parameters
        ----------
        z
            Its height: the field is at 0, the contour at 10, real points at 20, generated ones at 30.
        """
        item.setZValue(z)
        self._layers[name] = item
        self._view.box.addItem(item, ignoreBounds=True)

    def remove_layer(self, name: str) -> None:
        """Take a layer away that was added."""
        self._view.box.removeItem(self._layers.pop(name))

    def place_at(self, position: QPointF) -> Point:
        """Return the plane's coordinates of a position on the `canvas`."""
        place = self._view.box.mapSceneToView(self._view.mapToScene(position.toPoint()))
        return place.x(), place.y()

    def clear(self) -> None:
        """Forget generated samples, field and what layers show (a new run); real samples, switches and view stay."""
        for name in LAYERS:
            self.show_layer(name, ())
        self.show_generated(np.empty((0, 2)))
        self._encoding.show(self._encoding.point, None, self._encoding.cross)
        self.clear_field()

    def clear_field(self) -> None:
        """Show no field: there is none, or none of it is known."""
        if self._raw is not None:
            self._shown = self._raw = None
            self._scale.reset()
            self._draw_field()

    # ---- the view ----------------------------------------------------------------------------------

    @property
    def window_at_home(self) -> Window:
        """What is seen at home."""
        return self._window

    @property
    def view(self) -> Window | None:
        """What a person has moved the view to, None at home."""
        return None if self._at_home else self._moved_to

    def look_at(self, view: Window | None) -> None:
        """Show a part of the plane, or None for home; `view_moved` is not emitted."""
        self._at_home, self._moved_to = view is None, view or self._window
        self._set_range(self._moved_to)
        self._tell_outside()
        self.view_changed.emit()

    def home(self) -> None:
        """Go back to the window."""
        self.look_at(None)
        self.view_moved.emit()

    def zoom(self, factor: float) -> None:
        """Make everything larger by a factor, around the centre."""
        self._view.box.scaleBy((1.0 / factor, 1.0 / factor))
        self._moved()

    def show_window(self, window: Window) -> None:
        """See (left, right, bottom, top); to see the whole window is to be at home."""
        if window == self._window:
            self.home()
        else:
            self.look_at(window)
            self.view_moved.emit()

    def visible_window(self) -> Window:
        """Return (left, right, bottom, top) of what is seen."""
        (left, right), (bottom, top) = self._view.box.viewRange()
        return float(left), float(right), float(bottom), float(top)

    @property
    def canvas(self) -> QWidget:
        """What the plane is painted on, in pixels of the screen."""
        return self._view.viewport()

    def plot_rect(self) -> QRect:
        """Return the square of the plane within this widget, for pictures and overlays."""
        return QRect(self._square)

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(420, 400)

    def minimumSizeHint(self) -> QSize:
        """Return the least at which something can be seen."""
        return QSize(_LEAST_SIDE + 70, _LEAST_SIDE + 30)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the plot square."""
        super().resizeEvent(event)
        self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Home, plus and minus move the view; arrows, Enter and Escape choose a point to encode."""
        key = Qt.Key(event.key())
        if self._encodable and self._choose_by_key(key, event.modifiers()):
            return
        if key == Qt.Key.Key_Home:
            self.home()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(1.25)
        elif key == Qt.Key.Key_Minus:
            self.zoom(0.8)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Make room for ticks in a new font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_layers"):
            self._restyle()

    # ---- inside ------------------------------------------------------------------------------------

    def _make_parts(self) -> None:
        self._view = PlotView(self)
        self._view.setFocusProxy(self)
        box = self._view.box
        box.setAspectLocked(True)
        # Axes without ticks are the frame's other two sides; the view's own border would be cut off there.
        for name, resize in (("right", "setWidth"), ("top", "setHeight")):
            axis = self._view.plot.axis(name)
            axis.setStyle(showValues=False, tickLength=0)
            axis.setTicks([])
            getattr(axis, resize)(FRAME)
        box.disableAutoRange()
        box.sigRangeChangedManually.connect(self._moved)
        self._bar = ColourBar(self)
        self._title = label("", "small", self)
        self._title.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._readout, self._outside, self._legend = self._words(), self._words(), self._words()
        self._warp = QVariantAnimation(self)
        self._warp.setStartValue(0.0)
        self._warp.setEndValue(1.0)
        self._warp.setDuration(WARP_MILLISECONDS)
        self._warp.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._field, self._field_surface, self._contour = FieldItem(), FieldItem(), ContourItem()
        self._real, self._generated = PointsItem(), PointsItem()
        self._layers: dict[str, QGraphicsItem] = {}
        self._encoding = EncodingItem()
        for name, item, z in (
            ("field", self._field, 0.0),
            ("surface", self._field_surface, 0.5),
            ("contour", self._contour, 10.0),
            ("real", self._real, 20.0),
            ("generated", self._generated, 30.0),
            ("encoding", self._encoding, 40.0),
        ):
            self.add_layer(name, item, z)
        for name, layer in LAYERS.items():
            marks = MarksItem()
            marks.setVisible(False)
            self.add_layer(name, marks, layer.height)
            if name == "manifold":
                self._warp.valueChanged.connect(marks.set_phase)
        self._view.pointed.connect(self._on_pointed)
        self._view.left.connect(self._on_left)
        self._view.clicked.connect(self._on_clicked)
        self._view.double_clicked.connect(self._on_double_clicked)

    def _restyle(self) -> None:
        palette, scale = theme.current().palette, theme.current().scale
        font = small_font(self)
        style_axes(self._view.plot, palette, font, scale)
        metrics = QFontMetrics(font)
        self._view.plot.axis("left").setWidth(metrics.horizontalAdvance("\N{MINUS SIGN}0.0") + 8)
        self._view.plot.axis("bottom").setHeight(metrics.height() + 6)
        for name in ("left", "bottom"):
            self._view.plot.axis(name).setStyle(tickTextOffset=5)
            self._view.plot.axis({"left": "right", "bottom": "top"}[name]).setPen(pg.mkPen(palette.border, width=scale))
        self._contour.set_colour(palette.contour, 1.2 * scale)
        self._tables = {
            colours.__name__: [0xFF000000 | int(r) << 16 | int(g) << 8 | int(b) for r, g, b in colours(palette)]
            for colours in (diverging, sequential)
        }
        for name in LAYERS:
            item = self._layers[name]
            assert isinstance(item, MarksItem)
            item.set_look(palette, scale)
        self._draw_field()
        self._place()

    def _place(self) -> None:
        """Put a square plot in the middle, its colour bar to the right, the bar's title above."""
        axis_width = int(self._view.plot.axis("left").width())
        axis_height = int(self._view.plot.axis("bottom").height())
        bar, gap = self._bar.sizeHint().width(), 8
        title = self._title.sizeHint().height() + 2
        side = max(_LEAST_SIDE, min(self.width() - axis_width - gap - bar, self.height() - axis_height - title))
        x = max(0, (self.width() - axis_width - side - gap - bar) // 2)
        y = title + max(0, (self.height() - axis_height - side - title) // 2)
        self._square = QRect(x + axis_width, y, side, side)
        self._view.setGeometry(x, y - FRAME, axis_width + side + FRAME, side + axis_height + FRAME)
        self._bar.setGeometry(x + axis_width + side + gap, y, bar, side)
        self._title.setGeometry(x + axis_width, y - title, side + gap + bar, title - 2)
        self._view.plot.place()
        # A plane that was hidden when it was told what to show had no size to show it in.
        self._set_range(self._window if self._at_home else self._moved_to)
        palette, diameter = theme.current().palette, _dot_diameter(side) * theme.current().scale
        self._tell_outside()
        self._real.set_look(palette.real, palette.plot, diameter)
        self._generated.set_look(palette.generated, palette.plot, diameter, group_colours(palette))
        self._encoding.set_look(palette, theme.current().scale)

    def _set_range(self, window: Window) -> None:
        left, right, bottom, top = window
        self._view.box.setRange(xRange=(left, right), yRange=(bottom, top), padding=0, disableAutoRange=True)

    def _moved(self) -> None:
        self._at_home, self._moved_to = False, self.visible_window()
        self._tell_outside()
        self.view_changed.emit()
        self.view_moved.emit()

    def _tell_outside(self) -> None:
        """Say how many generated samples are not seen, and where most of them are."""
        text = outside_text(self._samples, self.visible_window()) if self._layers["generated"].isVisible() else ""
        for words in (text, brief_outside(text)):
            self._outside.setText(words)
            self._outside.adjustSize()  # its font may be another one, too
            if self._outside.width() <= self._square.width() - 10:
                break
        self._outside.setVisible(bool(text) and not self._silent)
        square = self.plot_rect()
        self._outside.move(square.right() - self._outside.width() - 5, square.top() + 6)

    def _tell_legend(self) -> None:
        """Say what the lengths of arrows mean."""
        visible = [mark for name in LAYERS if self.layer(name) for mark in self._marks.get(name, ())]
        text = "\n".join(mark.caption for mark in visible if isinstance(mark, Arrows))
        if text != self._legend.text():
            self._legend.setText(text)
            self._legend.adjustSize()
        self._legend.setVisible(bool(text) and not self._silent)
        square = self.plot_rect()
        self._legend.move(square.right() - self._legend.width() - 5, square.bottom() - self._legend.height() - 5)

    def _surface(self) -> Surface | None:
        """Return what covers the plane in place of the critic's field, if anything does."""
        for name, layer in LAYERS.items():
            if layer.fills and self.layer(name):
                return next((mark for mark in self._marks.get(name, ()) if isinstance(mark, Surface)), None)
        return None

    def _draw_field(self) -> None:
        shown, surface, tables = self._shown, self._surface(), self._tables
        if surface is not None:
            table = tables[surface.colours]
            self._field_surface.set_field(surface_indices(surface, len(table)), table, surface.window)
            self._bar.set_scale(surface.low, surface.high, surface_ticks(surface), surface.colours)
            self._title.setText(surface.title)
        else:
            self._field_surface.set_field(None, tables["diverging"], self._field_window)
        if shown is not None and self._layers["field"].isVisible():
            table = tables["diverging"]
            self._field.set_field(shown.indices(len(table)), table, self._field_window)
            if surface is None:
                self._bar.set_scale(*shown.limits, shown.ticks())
                self._title.setText(shown.meaning.title)
        else:
            self._field.set_field(None, tables["diverging"], self._field_window)
            if surface is None:
                self._bar.clear()
                self._title.setText("")
        visible = shown is not None and self._layers["contour"].isVisible()
        self._contour.set_field(
            shown.values if shown and visible else None, shown.meaning.centre if shown else 0.0, self._field_window
        )

    def _words(self) -> QLabel:
        """Return a label for words that lie over the plot."""
        words = label("", "readout", self)
        words.setFont(tabular())
        words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        words.setVisible(False)
        return words

    def _draw_generated(self) -> None:
        self._generated.set_points(self._samples, self._groups if self._grouped else None)

    # ---- choosing a point --------------------------------------------------------------------------

    def _on_clicked(self, position: QPointF) -> None:
        if not self._encodable:
            return
        point, self._before_click = (position.x(), position.y()), self._encoding.point
        left, right, _, _ = self.visible_window()
        reach = _MARKER_REACH * (right - left) / max(1, self._square.width())
        again = self._before_click is not None and math.dist(point, self._before_click) < reach
        self._choose(None if again else point)

    def _on_double_clicked(self) -> None:
        """Go home; the click with which it began was not meant for a point."""
        if self._encodable and self._encoding.point != self._before_click:
            self._choose(self._before_click)
        self.home()

    def _choose(self, point: Point | None) -> None:
        self._encoding.show(point, None, self._encoding.cross)
        self.point_chosen.emit(point)

    def _choose_by_key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        """Do what a key means while points can be chosen; return whether it means anything."""
        left, right, bottom, top = self.visible_window()
        item = self._encoding
        if key in _ARROWS:
            x, y = item.cross or item.point or ((left + right) / 2, (bottom + top) / 2)
            step = _CROSS_STEP * (right - left) * (5 if modifiers & Qt.KeyboardModifier.ShiftModifier else 1)
            x, y = x + step * _ARROWS[key][0], y + step * _ARROWS[key][1]
            item.show(item.point, item.decoded, (min(max(x, left), right), min(max(y, bottom), top)))
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(item.cross or ((left + right) / 2, (bottom + top) / 2))
            return True
        if key == Qt.Key.Key_Escape and (item.point or item.cross):
            item.show(item.point, item.decoded, None)
            self._choose(None)
            return True
        return False

    def set_silent(self, silent: bool) -> None:
        """Say nothing of the run over the plot, as long as something else is done there, or say it again."""
        self._silent = silent
        self._on_left()
        self._tell_outside()
        self._tell_legend()

    def _on_pointed(self, position: QPointF) -> None:
        if not self._silent:
            self._mouse = position
            self._read_out()

    def _on_left(self) -> None:
        if self._mouse is not None:
            self._mouse = None
            self._readout.setVisible(False)

    def _read_out(self) -> None:
        assert self._mouse is not None
        x, y = self._mouse.x(), self._mouse.y()
        text = f"x {signed(x)}   y {signed(y)}"
        if self._shown is not None and self._raw is not None:
            value = interpolate(self._shown.values, self._field_window, x, y)
            raw = interpolate(self._raw, self._field_window, x, y)
            if value is not None and self._shown.meaning.kind != "value":
                text += f"   {self._shown.meaning.title} {number(value)}"
            if raw is not None:
                text += f"   T {number(raw)}"
        surface = self._surface()
        if surface is not None:
            value = interpolate(np.asarray(surface.values, np.float64), surface.window, x, y)
            text += f"   {surface.title} {'unknown' if value is None else number(value)}"
        if self._data is not None:
            more = density_text(self._data, self._samples, self._window, x, y)
            text += f"\n{more}" if more else ""
        self._readout.setText(text)
        self._readout.adjustSize()
        square = self.plot_rect()
        # In the corner that the mouse is farthest from, so that it never lies over what is looked at.
        _, _, bottom, top = self.visible_window()
        at_top = y < (bottom + top) / 2
        corner_y = square.top() + 6 if at_top else square.bottom() - self._readout.height() - 6
        self._readout.move(square.left() + 6, corner_y)
        self._readout.setVisible(True)
        self._readout.raise_()


def _unrelated(window: Window, seen: Window) -> bool:
    """Whether two windows do not overlap, or are of sizes that differ by more than a factor of ten."""
    left, right, bottom, top = window
    seen_left, seen_right, seen_bottom, seen_top = seen
    apart = right <= seen_left or seen_right <= left or top <= seen_bottom or seen_top <= bottom
    ratio = max(right - left, top - bottom) / max(seen_right - seen_left, seen_top - seen_bottom)
    return apart or not 0.1 <= ratio <= 10.0


def _dot_diameter(side: int) -> float:
    """Return the diameter of points on a square of so many pixels: 5 from 400 up, 3.5 at 200."""
    return min(5.0, 2.0 + 1.5 * side / 200)

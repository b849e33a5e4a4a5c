"""Drawing on a pane's plane: mouse and keys go to the tools, and what they do is shown over the plane."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

from ganstudio.gui import theme
from ganstudio.gui.own_data.board import Board
from ganstudio.gui.own_data.drawing import Drawing
from ganstudio.gui.own_data.items import BrushItem, CanvasItem, GaussiansItem
from ganstudio.gui.own_data.tool_bar import TOOLS, ToolBar
from ganstudio.gui.own_data.tools import BrushTool, GaussianTool, Pointer, Tool
from ganstudio.gui.plane.pane_view import PaneView

__all__ = ["DataEditor"]

HEIGHTS = {"canvas": 60.0, "gaussians": 61.0, "brush": 62.0}
"""Over all layers of the plane."""
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
NUMBERS = dict(zip((Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3), TOOLS, strict=True))


class DataEditor(QObject):
    """An edit mode of one pane, from its making until `close`.

    Attributes
    ----------
    used, cancelled : Signal()
        A person is done; the drawing is `board.drawing`.
    take_over_wanted : Signal()
        The present data are to become the drawing.
    """

    used = Signal()
    cancelled = Signal()
    take_over_wanted = Signal()

    def __init__(self, view: PaneView, drawing: Drawing, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view = view
        self.board = Board(drawing, self)
        self.bar = ToolBar(self.board)
        self._tools: dict[str, Tool] = {
            "brush": BrushTool(self.board, "brush"),
            "eraser": BrushTool(self.board, "eraser"),
            "gaussians": GaussianTool(self.board),
        }
        self._tool = self._tools["brush"]
        self._mouse: Pointer | None = None
        self._canvas, self._gaussians, self._brush = CanvasItem(), GaussiansItem(), BrushItem()
        plane = view.plane
        self._before = (view.pane.experiment.data.window(), plane.visible_window())
        for name, item in {"canvas": self._canvas, "gaussians": self._gaussians, "brush": self._brush}.items():
            plane.add_layer(f"draw {name}", item, HEIGHTS[name])
        view.set_tools(self.bar)
        self._watched = (plane.canvas, plane, self.bar)
        for widget in self._watched:
            widget.installEventFilter(self)
        self.bar.tool_chosen.connect(self._choose_tool)
        self.bar.clear_wanted.connect(self.clear)
        self.bar.use_wanted.connect(self.used)
        self.bar.cancel_wanted.connect(self.cancelled)
        self.bar.take_over_wanted.connect(self.take_over_wanted)
        self.board.changed.connect(self._show)
        view.pane.started.connect(self._hold_window)
        theme.current().changed.connect(self._restyle)
        self._restyle()
        self.bar.set_tool("gaussians" if drawing.gaussians else "brush")
        self._hold_window()
        plane.home()
        plane.setFocus(Qt.FocusReason.OtherFocusReason)

    def close(self) -> None:
        """Give the plane back; the editor is of no use from then on."""
        self.board.abandon()
        self.view.pane.started.disconnect(self._hold_window)  # the editor itself goes only later
        for widget in self._watched:
            widget.removeEventFilter(self)
        plane = self.view.plane
        for name in HEIGHTS:
            plane.remove_layer(f"draw {name}")
        self.view.set_tools(None)
        self.bar.deleteLater()
        plane.set_encodable(plane.encodable)  # with the cursor that it has
        window, (old_window, seen) = self.view.pane.experiment.data.window(), self._before
        plane.set_window(window)
        plane.home()
        if window == old_window and not np.allclose(seen, window):
            plane.show_window(seen)  # where a person had zoomed to
        self.drop()

    def drop(self) -> None:
        """Forget the drawing; the plane is no more, or has been given back."""
        self.board.history.clear()  # Qt's stack would do it when it goes, and tell a tool bar that is gone
        self.deleteLater()

    def clear(self) -> None:
        """Take everything away; that can be undone."""
        self.board.replace(self.tr("Clear"), Drawing.blank(self.view.pane.draft.data))

    def take_over(self, drawing: Drawing) -> None:
        """Put a drawing in place of this one; that can be undone."""
        self.board.replace(self.tr("Take over the data"), drawing)
        self.bar.set_tool("gaussians" if drawing.gaussians else "brush")
        self._hold_window()
        self.view.plane.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- showing -------------------------------------------------------------------------------------

    def _show(self) -> None:
        """Show the drawing and the brush."""
        drawing = self.board.drawing
        self._canvas.set_density(drawing.shade(), drawing.width)
        self._gaussians.show_gaussians(drawing.gaussians, self.board.chosen)
        tool = self._tool
        if not isinstance(tool, BrushTool):
            self._brush.show_brush(None, 0.0)
            return
        by_mouse = self._mouse.place if self._mouse is not None else None
        self._brush.show_brush(tool.place or by_mouse, self.board.brush.size / 2, crossed=tool.place is not None)

    def _restyle(self) -> None:
        palette, scale = theme.current().palette, theme.current().scale
        self._canvas.set_look(palette)
        self._gaussians.set_look(palette, scale)
        self._brush.set_look(palette)
        self._show()

    def _hold_window(self) -> None:
        """Show the whole sheet, also when the run begins anew in the meantime."""
        self.view.plane.set_window(self.board.drawing.window())
        self.view.plane.canvas.setCursor(self._tool.cursor)

    def _choose_tool(self, name: str) -> None:
        self.board.abandon()
        self._tool = self._tools[name]
        self.view.plane.canvas.setCursor(self._tool.cursor)
        self._show()

    # ---- mouse and keys ------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what is meant for the drawing."""
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if watched is self.view.plane and self._is_undo(event):
                event.accept()  # it comes again as a key
            return False
        if isinstance(event, QKeyEvent):
            on_plane = watched is self.view.plane
            if kind == QEvent.Type.KeyRelease:
                return on_plane and not event.isAutoRepeat() and self._tool.key_up(Qt.Key(event.key()))
            return kind == QEvent.Type.KeyPress and self._on_key(event, on_plane=on_plane)
        if watched is not self._watched[0]:
            if kind == QEvent.Type.FocusOut and watched is self.view.plane:
                self.board.end()  # a key that is held comes up elsewhere
            return False
        if isinstance(event, QMouseEvent):
            return self._on_mouse(event)
        if isinstance(event, QWheelEvent):
            notches = event.angleDelta().y() / 120.0
            return bool(notches) and self._tool.wheel(notches, self._at(event.position(), event.modifiers()))
        if kind == QEvent.Type.Leave:
            self._mouse = None
            self._show()
        return False

    def _on_mouse(self, event: QMouseEvent) -> bool:
        kind, left = event.type(), Qt.MouseButton.LeftButton
        at = self._mouse = self._at(event.position(), event.modifiers())
        if kind == QEvent.Type.MouseMove:
            if not event.buttons() & left:
                self._let_go_of_keys()
                self._show()
                return False
            self._tool.move(at)
        elif event.button() != left:
            return False  # the right button zooms, the middle one pans
        elif kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            self.view.selected.emit()
            self.view.plane.setFocus(Qt.FocusReason.MouseFocusReason)
            self._tool.press(at)
        elif kind == QEvent.Type.MouseButtonRelease:
            self._tool.release()
        return True

    def _let_go_of_keys(self) -> None:
        """Let the brush follow the mouse again, unless the keyboard is just painting."""
        if isinstance(self._tool, BrushTool) and not self.board.busy:
            self._tool.place = None

    def _on_key(self, event: QKeyEvent, *, on_plane: bool) -> bool:
        """Take a key on the plane, or one that a button in the tool bar has no use for."""
        key = Qt.Key(event.key())
        if self._is_undo(event):
            again = key == Qt.Key.Key_Y or bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.board.abandon()
            (self.board.history.redo if again else self.board.history.undo)()
        elif key == Qt.Key.Key_Escape:
            if self.board.busy:
                self.board.abandon()
            else:
                self.cancelled.emit()
        elif key in ENTER:
            if not self.board.busy and not self.board.drawing.empty:
                self.used.emit()
        elif not on_plane:
            return False
        elif key in NUMBERS:
            self.bar.set_tool(NUMBERS[key])
        else:
            middle = self._middle(event.modifiers())
            return self._tool.key(key, middle, repeated=event.isAutoRepeat())
        return True

    def _is_undo(self, event: QKeyEvent) -> bool:
        """Whether keys mean undo or redo."""
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        return control and event.key() in (Qt.Key.Key_Z, Qt.Key.Key_Y)

    def _at(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> Pointer:
        plane = self.view.plane
        left, right, _, _ = plane.visible_window()
        seen = right - left
        return Pointer(plane.place_at(position), seen / max(1, plane.plot_rect().width()), seen, modifiers)

    def _middle(self, modifiers: Qt.KeyboardModifier) -> Pointer:
        """Return where the keyboard begins: under the mouse if it is there, else in the middle of what is seen."""
        left, right, bottom, top = self.view.plane.visible_window()
        place = self._mouse.place if self._mouse is not None else ((left + right) / 2, (bottom + top) / 2)
        pixel = (right - left) / max(1, self.view.plane.plot_rect().width())
        return Pointer(place, pixel, right - left, modifiers)

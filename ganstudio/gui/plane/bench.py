"""The Plane bench: one to four panes in a grid."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from ganstudio.gui.branching import origin_text
from ganstudio.gui.plane.loss_chart import LossChart
from ganstudio.gui.plane.pane_view import PaneView
from ganstudio.gui.plane.plane_view import PlaneView
from ganstudio.gui.plane.zoom import ZoomTogether
from ganstudio.gui.session import Pane, Session
from ganstudio.gui.wording import distinction_text
from ganstudio.messages import Knobs

__all__ = ["PlaneBench"]


class PlaneBench(QScrollArea):
    """Shows the session's panes, one to three in a row and four in a square; scrolls in a window too small for them."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._views: dict[str, PaneView] = {}
        self.zoom = ZoomTogether(self)
        self._alone: Pane | None = None
        content = QWidget()
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._grid = QGridLayout(content)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        session.panes_changed.connect(self._rebuild)
        session.active_changed.connect(self._show_active)
        session.experiments_changed.connect(self._follow_experiments)
        self._rebuild()

    def views(self) -> list[PaneView]:
        """Return the panes' views, in order."""
        return [self._views[pane.name] for pane in self._session.panes]

    def view(self, pane: Pane) -> PaneView:
        """Return one pane's view."""
        return self._views[pane.name]

    def show_alone(self, pane: Pane | None) -> None:
        """Give one pane all the room, for example to draw in; None brings the others back."""
        self._alone = pane
        self._rebuild()

    def _shown(self) -> list[Pane]:
        """Return the panes that are seen, in order."""
        panes = self._session.panes
        return [self._alone] if self._alone in panes else panes

    def losses(self, pane: Pane) -> LossChart:
        """Return the losses of one pane's run so far."""
        return self._views[pane.name].losses

    def home(self) -> None:
        """Show the whole plotting window in every pane."""
        for view in self._views.values():
            view.stage.home()

    def set_zoom_together(self, on: bool) -> None:
        """Let all panes of the same data be zoomed and panned together, beginning with what the selected one shows."""
        self.zoom.set_on(on, self._active_plane())

    def _active_plane(self) -> PlaneView | None:
        active = self._session.active
        return self._views[active.name].plane if active is not None and active.name in self._views else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll with the arrows if there is more to see; all other keys mean something to the window."""
        bars = {Qt.Key.Key_Left: self.horizontalScrollBar(), Qt.Key.Key_Right: self.horizontalScrollBar()}
        bars |= {Qt.Key.Key_Up: self.verticalScrollBar(), Qt.Key.Key_Down: self.verticalScrollBar()}
        bar = bars.get(Qt.Key(event.key()))
        if bar is not None and bar.maximum() > bar.minimum():
            super().keyPressEvent(event)
        else:
            event.ignore()

    def replay_warp(self) -> None:
        """Show in every pane with a manifold how it comes about."""
        for view in self._views.values():
            view.plane.replay_warp()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the panes suit the room that they have."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        count = max(1, len(self._shown()))
        columns = count if count < 4 else 2
        room, gap = self.viewport().size(), self._grid.spacing()
        width = (room.width() - gap * (columns - 1)) // columns
        height = (room.height() - gap * (count // columns - 1)) // (count // columns)
        for view in self._views.values():
            view.arrange(width, height)

    def _rebuild(self) -> None:
        """Make views for new panes and forget those of closed ones; the others keep what they show."""
        panes = self._session.panes
        names = {pane.name for pane in panes}
        for name in [name for name in self._views if name not in names]:
            view = self._views.pop(name)
            self._grid.removeWidget(view)
            view.hide()
            view.deleteLater()
        for pane in panes:
            if pane.name not in self._views:
                self._views[pane.name] = self._new_view(pane)
            if pane not in self._shown():
                self._views[pane.name].setVisible(False)
        shown = self._shown()
        columns = len(shown) if len(shown) < 4 else 2
        for index, pane in enumerate(shown):
            self._grid.addWidget(self._views[pane.name], index // max(1, columns), index % max(1, columns))
            self._views[pane.name].setVisible(True)
        for line in range(4):
            self._grid.setColumnStretch(line, 1 if line < columns else 0)
            self._grid.setRowStretch(line, 1 if line * columns < len(shown) else 0)
        for view in self._views.values():
            view.set_closable(len(panes) > 1)
        self.zoom.set_planes([view.plane for view in self.views()], self._active_plane())
        self._arrange()
        self._show_active()
        self._follow_experiments()

    def _new_view(self, pane: Pane) -> PaneView:
        # Without a parent it would be shown as a window of its own first, and take the keyboard from this one.
        view = PaneView(pane, self.widget())
        view.selected.connect(self._on_selected)
        view.close_wanted.connect(self._on_close)
        view.layers_wanted.connect(self._on_layers)
        view.knobs_turned.connect(self._on_knobs)
        view.point_chosen.connect(self._on_point)
        view.seed_changed.connect(self._on_seed)
        return view

    def _show_active(self) -> None:
        for name, view in self._views.items():
            active = self._session.active
            view.set_selected(len(self._views) > 1 and active is not None and name == active.name)

    def _follow_experiments(self) -> None:
        for pane in self._session.panes:
            if pane.name in self._views:
                names = list(self._session.distinctions(pane))
                parts = (origin_text(self._session, pane), distinction_text(pane.experiment, names))
                self._views[pane.name].set_distinctions(" \N{MIDDLE DOT} ".join(part for part in parts if part))
                self._views[pane.name].follow_data()

    def _sender_pane(self) -> Pane:
        view = self.sender()
        assert isinstance(view, PaneView)
        return view.pane

    def _on_selected(self) -> None:
        self._session.select(self._sender_pane())

    def _on_close(self) -> None:
        self._session.remove(self._sender_pane())

    def _on_layers(self, field: bool, layers: tuple[str, ...]) -> None:
        self._session.set_view(self._sender_pane(), field=field, layers=layers)

    def _on_knobs(self, knobs: Knobs) -> None:
        self._session.set_view(self._sender_pane(), knobs=knobs)

    def _on_point(self, point: tuple[float, float] | None) -> None:
        self._session.set_view(self._sender_pane(), encode=point)

    def _on_seed(self, seed: int | None) -> None:
        self._session.set_view(self._sender_pane(), seed=seed)

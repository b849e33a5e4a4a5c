"""Panes that are looked at together: where one is zoomed or panned to, the others go, too."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ganstudio.gui.plane.plane_view import PlaneView

__all__ = ["ZoomTogether"]


class ZoomTogether(QObject):
    """Lets planes with the same window at home, and so with data of the same place and size, show the same part of it.

    Parameters
    ----------
    on
        Whether it does so from the start.
    """

    def __init__(self, parent: QObject | None = None, *, on: bool = True) -> None:
        super().__init__(parent)
        self._planes: list[PlaneView] = []
        self._on = on

    @property
    def on(self) -> bool:
        """Whether planes follow one another."""
        return self._on

    def set_on(self, on: bool, leader: PlaneView | None = None) -> None:
        """Let planes follow one another, or not; they begin at what `leader` shows."""
        self._on = on
        if on and leader is not None:
            self._follow(leader)

    def set_planes(self, planes: list[PlaneView], leader: PlaneView | None = None) -> None:
        """Say which planes there are; new ones begin at what `leader` shows."""
        new = [plane for plane in planes if plane not in self._planes]
        for plane in new:
            plane.view_moved.connect(self._on_moved)
        self._planes = list(planes)
        if self._on and leader is not None:
            for plane in new:
                _show_same(leader, plane)

    def _on_moved(self) -> None:
        plane = self.sender()
        if self._on and isinstance(plane, PlaneView):
            self._follow(plane)

    def _follow(self, leader: PlaneView) -> None:
        for plane in self._planes:
            _show_same(leader, plane)


def _show_same(leader: PlaneView, plane: PlaneView) -> None:
    """Let a plane show what another one shows, if their data are of the same place."""
    if plane is not leader and plane.window_at_home == leader.window_at_home and plane.view != leader.view:
        plane.look_at(leader.view)

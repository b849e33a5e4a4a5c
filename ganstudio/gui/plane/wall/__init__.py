"""Many seeds at once: small multiples of the plane."""

from __future__ import annotations

from ganstudio.gui.plane.wall.stage import Stage
from ganstudio.gui.plane.wall.switch import WallSwitch
from ganstudio.gui.plane.wall.wall_view import WALL_LAYERS, WallView

__all__ = ["WALL_LAYERS", "Stage", "WallSwitch", "WallView"]

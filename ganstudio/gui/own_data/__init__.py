"""Data of one's own in the window: drawn on the plane, placed by hand, or from a file."""

from __future__ import annotations

from ganstudio.gui.own_data.own_data import OwnData

__all__ = ["OwnData"]

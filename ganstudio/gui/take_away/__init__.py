"""Taking away what is seen: pictures, drawings, films, curves, samples, scripts."""

from __future__ import annotations

from ganstudio.gui.take_away.controller import TakeAway

__all__ = ["TakeAway"]

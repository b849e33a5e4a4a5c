"""In which settings the panes differ, as a table."""

from __future__ import annotations

from ganstudio.gui.differences.panel import DifferencesPanel
from ganstudio.gui.differences.rows import Row, as_text, difference_rows

__all__ = ["DifferencesPanel", "Row", "as_text", "difference_rows"]

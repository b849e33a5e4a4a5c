"""The setup: what the panes are to train, as forms made from the settings themselves."""

from __future__ import annotations

from ganstudio.gui.setup.panel import SetupPanel

__all__ = ["SetupPanel"]

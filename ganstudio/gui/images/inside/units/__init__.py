"""Units of a layer, one by one: what each responds to and causes, and a brush that ablates and inserts them."""

from __future__ import annotations

from ganstudio.gui.images.inside.units.page import UnitsPage

__all__ = ["UnitsPage"]

"""What one does with a model's inside, on the Images bench: its filters, its parameters, its latents."""

from __future__ import annotations

from ganstudio.gui.images.inside.pages import InsidePages

__all__ = ["InsidePages"]

"""The Images bench: trained generators, their samples, and the way about their latent space."""

from __future__ import annotations

from ganstudio.gui.images.bench import ImagesBench
from ganstudio.gui.images.session import ImageSession

__all__ = ["ImageSession", "ImagesBench"]

"""Figures without a window: what the command line leaves behind, drawn by matplotlib.

Importing this package imports matplotlib, so import it where a picture is made.
"""

from __future__ import annotations

from ganstudio.pictures.animation import gif
from ganstudio.pictures.depth import depth
from ganstudio.pictures.figures import comparison, losses, plane
from ganstudio.pictures.style import png
from ganstudio.pictures.thumbnails import real_thumbnail, thumbnail
from ganstudio.pictures.views import View

__all__ = ["View", "comparison", "depth", "gif", "losses", "plane", "png", "real_thumbnail", "thumbnail"]

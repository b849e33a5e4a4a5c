"""What can be switched on over the plane: one file a layer, and one line of `LAYERS` each.

A layer says what it asks of the networks, which an engine answers with NumPy arrays, and what it looks like, in marks
that whoever draws them knows. It imports neither torch nor Qt.
"""

from __future__ import annotations

from ganstudio.layers.arrows import Arrows
from ganstudio.layers.base import Layer, Look, Scene
from ganstudio.layers.difference import Difference
from ganstudio.layers.manifold import Manifold
from ganstudio.layers.optimal import Optimal
from ganstudio.layers.slope import Slope
from ganstudio.layers.trails import Trails

__all__ = ["LAYERS", "Layer", "Look", "Scene"]

LAYERS: dict[str, Layer] = {
    "slope": Slope(),
    "optimal": Optimal(),
    "difference": Difference(),
    "manifold": Manifold(),
    "arrows": Arrows(),
    "trails": Trails(),
}

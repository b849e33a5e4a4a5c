"""What is learned: distributions on the plane and the latent prior.

`DISTRIBUTIONS` is the table: adding one is a file and a line here.
"""

from __future__ import annotations

from ganstudio.data.base import Distribution, Modes
from ganstudio.data.checkerboard import Checkerboard
from ganstudio.data.circle import Circle
from ganstudio.data.grid import GaussianGrid9, GaussianGrid25
from ganstudio.data.handful import ThreeGaussians, TwoGaussians
from ganstudio.data.line import Line
from ganstudio.data.moons import TwoMoons
from ganstudio.data.noise import Noise
from ganstudio.data.own_gaussians import OwnGaussians
from ganstudio.data.parallel_lines import ParallelLines
from ganstudio.data.points import Points
from ganstudio.data.raster import Raster
from ganstudio.data.ring import GaussianRing
from ganstudio.data.spirals import Spirals
from ganstudio.data.swiss_roll import SwissRoll

__all__ = ["DISTRIBUTIONS", "Distribution", "Modes", "Noise"]

DISTRIBUTIONS: dict[str, type[Distribution]] = {
    "ring": GaussianRing,
    "grid25": GaussianGrid25,
    "grid9": GaussianGrid9,
    "two_gaussians": TwoGaussians,
    "three_gaussians": ThreeGaussians,
    "swiss_roll": SwissRoll,
    "two_moons": TwoMoons,
    "spirals": Spirals,
    "circle": Circle,
    "line": Line,
    "checkerboard": Checkerboard,
    "parallel_lines": ParallelLines,
    "own_gaussians": OwnGaussians,
    "points": Points,
    "raster": Raster,
}

"""What a layer is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from ganstudio.experiment import Experiment
from ganstudio.layers.marks import Mark

__all__ = ["Float", "Layer", "Look", "Scene", "Window", "nodes"]

Float = NDArray[np.floating]
Window = tuple[float, float, float, float]


class Look(Protocol):
    """What a layer may ask of the networks of a run. Arrays have the run axis R first.

    Attributes
    ----------
    experiment
        What the run computes now.
    window
        (left, right, bottom, top) that is shown.
    resolution
        Nodes along each side of a field.
    """

    experiment: Experiment
    window: Window
    resolution: int

    def samples(self, count: int) -> Float:
        """Return generated samples (R, count, 2), always from the same latents."""

    def field(self) -> Float | None:
        """Return the critic's score (R, rows, columns) at the `nodes` of the window; None without a critic."""

    def slopes(self, points: Float) -> Float:
        """Return the gradient of the critic's score, (R, n, 2), at points (n, 2) or (R, n, 2)."""

    def generated(self, latents: Float) -> Float:
        """Return where latents (n, dimensions) are taken to, (R, n, 2)."""

    def trails(self, count: int, length: int) -> Float:
        """Return where the first samples were at the last kept steps, (R, steps, count, 2), the oldest first."""

    def optimum(self, shares: Float) -> Float | None:
        """Return the score of the objective's best critic where p / (p + q) is a share; None if there is none."""


@dataclass(frozen=True)
class Scene:
    """What a layer is drawn over."""

    experiment: Experiment
    window: Window


class Layer(ABC):
    """Something over the plane.

    Attributes
    ----------
    title
        For its switch.
    hint
        For its tooltip: what is seen.
    fills
        Whether it covers the plane, so that only one such layer can be seen.
    height
        Where it lies: the field is at 0, its contour at 10, real points at 20, generated ones at 30.
    """

    title: ClassVar[str]
    hint: ClassVar[str]
    fills: ClassVar[bool] = False
    height: ClassVar[float] = 5.0

    def lacks(self, experiment: Experiment) -> str:
        """Return why an experiment has no such layer, or ""."""
        return ""

    @abstractmethod
    def probe(self, look: Look) -> dict[str, Float]:
        """Return what is needed to draw the layer, arrays (R, ...) by name. This runs in the engine."""

    @abstractmethod
    def draw(self, values: Mapping[str, Float], scene: Scene) -> Sequence[Mark]:
        """Return what to draw for one run's arrays (...). This runs in the window."""


def nodes(window: Window, resolution: int) -> Float:
    """Return the nodes of a grid that includes the window's edges, (resolution^2, 2), first row at the bottom."""
    left, right, bottom, top = window
    x, y = np.meshgrid(np.linspace(left, right, resolution), np.linspace(bottom, top, resolution))
    return np.stack([x.ravel(), y.ravel()], axis=-1)


def no_critic(experiment: Experiment) -> str:
    """Return that there is no critic, if there is none."""
    return "" if experiment.objective.critic != "none" else f"{experiment.title} has no critic."

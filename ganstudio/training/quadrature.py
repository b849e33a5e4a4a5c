"""Expectations by quadrature: weighted sums over grids in place of means of samples (Yang 2018, section 2.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganstudio.additions.structural import Quadrature
from ganstudio.data import Distribution, Noise
from ganstudio.experiment import Experiment
from ganstudio.objectives import Critic, Pointwise
from ganstudio.settings import SettingsError
from ganstudio.training.draws import Batch

PLANE = 2
"""Coordinates of a sample; pictures are not summed over a grid."""

__all__ = ["ByQuadrature", "Grids", "data_grid", "latent_grid"]

NEGLIGIBLE = 1e-4
"""Share of the data's mass that may be left out, in the nodes that have least of it."""
LATENT_REACH = 4.0
"""Standard deviations of the normal prior that the latent grid spans."""
MOST_NODES = 512

Float = NDArray[np.float64]


def data_grid(data: Distribution, nodes: int) -> tuple[Float, Float]:
    """Return nodes (n, 2) and weights (n,), which add up to 1, for expectations over the data.

    Nodes lie at equal distances over the data's window, at most a mode's standard deviation apart, with weights in
    proportion to the density; those of next to no weight are left out.

    Raises
    ------
    SettingsError
        If all nodes miss the data.
    """
    left, right, bottom, top = data.window()
    modes = data.modes()
    if modes is not None:
        nodes = min(MOST_NODES, max(nodes, int(np.ceil((right - left) / modes.deviations.min()))))
    x, y = np.meshgrid(np.linspace(left, right, nodes), np.linspace(bottom, top, nodes))
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    density = data.density(points)
    assert density is not None
    if not density.any():
        problem = "no node of the grid meets these data; give it more nodes, or the data wider modes"
        raise SettingsError(f"additions.quadrature.data_nodes: {problem}")
    order = np.argsort(density)
    cumulative = np.cumsum(density[order])
    kept = np.sort(order[cumulative > NEGLIGIBLE * cumulative[-1]])
    return points[kept], density[kept] / density[kept].sum()


def latent_grid(noise: Noise, nodes: int) -> tuple[Float, Float]:
    """Return nodes (n, dimensions) and weights (n,), which add up to 1, for expectations over the latents."""
    if noise.distribution == "normal":
        ticks = np.linspace(-LATENT_REACH, LATENT_REACH, nodes)
        weights = np.exp(-(ticks**2) / 2)
    else:
        ticks = (2.0 * np.arange(nodes) + 1.0) / nodes - 1.0
        weights = np.ones(nodes)
    axes = np.meshgrid(*[ticks] * noise.dimensions, indexing="ij")
    product = np.prod(np.meshgrid(*[weights] * noise.dimensions, indexing="ij"), axis=0).ravel()
    return np.stack([axis.ravel() for axis in axes], axis=1), product / product.sum()


@dataclass(frozen=True)
class ByQuadrature:
    """An objective's losses with expectations as weighted sums.

    Attributes
    ----------
    real_weights, fake_weights : Tensor (1, nodes)
    """

    objective: Pointwise
    real_weights: Tensor
    fake_weights: Tensor

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return sum p real_term(T(x)) + sum q fake_term(T(x~)), (R,)."""
        r, f = critic.both(real, fake)
        real_part = (self.real_weights * self.objective.real_term(r)).sum(-1)
        return real_part + (self.fake_weights * self.objective.fake_term(f)).sum(-1)

    def generator_loss(self, critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
        """Return sum q generator_term(T(x~)), (R,)."""
        return (self.fake_weights * self.objective.generator_term(critic(fake))).sum(-1)

    def report(self) -> dict[str, Tensor]:
        """Return what else there is to plot: nothing."""
        return {}

    def memory(self) -> dict[str, Any]:
        """Return nothing: nothing changes from step to step."""
        return {}

    def remember(self, memory: Mapping[str, Tensor]) -> None:
        """Do nothing."""


class Grids:
    """The nodes in place of draws: the same batch at every step."""

    def __init__(self, experiment: Experiment, device: str) -> None:
        settings: Quadrature = experiment.additions.quadrature
        points, p = data_grid(experiment.data, settings.data_nodes)
        latents, q = latent_grid(experiment.noise, settings.latent_nodes)

        def tensor(values: Float) -> Tensor:
            return torch.tensor(values, dtype=torch.float32, device=device)[None]

        assert isinstance(experiment.objective, Pointwise)
        self.rule = ByQuadrature(experiment.objective, tensor(p), tensor(q))
        batch = Batch(
            tensor(points).expand(experiment.runs, -1, -1), PLANE, tensor(latents).expand(experiment.runs, -1, -1), None
        )
        self.critic: Iterator[Batch] = repeat(batch)
        self.generator: Iterator[Batch] = repeat(batch)

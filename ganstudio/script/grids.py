"""The part of a script that makes grids for expectations by quadrature, as `ganstudio.training.quadrature` does."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ganstudio.data.boxes import Boxes
from ganstudio.script import constants
from ganstudio.script.layout import Block, docstring, indented
from ganstudio.script.plan import Plan
from ganstudio.script.spelling import Constants
from ganstudio.script.symbols import Graph
from ganstudio.settings import SettingsError

__all__ = ["blocks", "node_count"]

Float = NDArray[np.float64]

NEGLIGIBLE = 1e-4
MOST_NODES = 512


def blocks(plan: Plan) -> list[Block]:
    """Return the functions that make both grids, and the grids.

    Raises
    ------
    SettingsError
        If the density of the data is none that a script has, or no node meets the data.
    """
    node_count(plan)  # refuses a grid that meets no data
    left, right, bottom, top = (f"{edge:.9g}" for edge in plan.experiment.data.window())
    sides, nodes = ((left, right), (bottom, top)), _along(plan)
    grid = [
        "def data_grid():",
        *indented(docstring("Return nodes over the plane, but for those of next to no weight, and their weights.")),
        f"    axes = {', '.join(f'np.linspace({a}, {b}, {nodes})' for a, b in sides)}",
        "    points = np.stack([axis.ravel() for axis in np.meshgrid(*axes)], axis=1)",
        "    heights = density(points)",
        "    order = np.argsort(heights)",
        "    total = np.cumsum(heights[order])",
        f"    kept = np.sort(order[total > {NEGLIGIBLE!r} * total[-1]])",
        "    weights = heights[kept] / heights[kept].sum()",
        "    return torch.tensor(points[kept], dtype=torch.float32), torch.tensor(weights, dtype=torch.float32)",
    ]
    made = ["REAL_NODES, REAL_WEIGHTS = data_grid()", "LATENT_NODES, LATENT_WEIGHTS = latent_grid()"]
    return [*_density(plan), grid, _latent_grid(plan), made]


def node_count(plan: Plan) -> int:
    """Return how many nodes of the plane are kept."""
    heights = _heights(plan)
    total = np.cumsum(np.sort(heights))
    return int((total > NEGLIGIBLE * total[-1]).sum())


def _along(plan: Plan) -> int:
    """Return the nodes along an axis: at most a mode's deviation apart."""
    data, nodes = plan.experiment.data, plan.experiment.additions.quadrature.data_nodes
    left, right, _, _ = data.window()
    if (modes := data.modes()) is not None:
        nodes = min(MOST_NODES, max(nodes, math.ceil((right - left) / modes.deviations.min())))
    return nodes


def _heights(plan: Plan) -> Float:
    data, nodes = plan.experiment.data, _along(plan)
    left, right, bottom, top = data.window()
    x, y = np.meshgrid(np.linspace(left, right, nodes), np.linspace(bottom, top, nodes))
    heights = data.density(np.stack([x.ravel(), y.ravel()], axis=1))
    assert heights is not None
    if not heights.any():
        problem = "no node of the grid meets these data; give it more nodes, or the data wider modes"
        raise SettingsError(f"additions.quadrature.data_nodes: {problem}")
    return heights


def _density(plan: Plan) -> list[Block]:
    data = plan.experiment.data
    if (modes := data.modes()) is not None:
        arrays = {"CENTRES": modes.centres, "DEVIATIONS": modes.deviations, "WEIGHTS": modes.weights}
        lines = [
            "def density(points):",
            *indented(docstring("Return the density of the data at points (n, 2), but for a factor.")),
            "    distance = (points[:, None] - CENTRES.numpy()) / DEVIATIONS.numpy()",
            "    return np.exp(-0.5 * np.square(distance).sum(-1)) @ (WEIGHTS / DEVIATIONS.prod(1)).numpy()",
        ]
    elif isinstance(data, Boxes):
        corners, size = data.boxes()
        arrays = {"CORNERS": corners, "SIZE": size}
        lines = [
            "def density(points):",
            *indented(docstring("Return the density of the data at points (n, 2), but for a factor.")),
            "    offset = points[:, None] - CORNERS.numpy()",
            "    return ((offset >= 0) & (offset < SIZE.numpy())).all(-1).mean(-1)",
        ]
    else:
        problem = f"a script has the densities of Gaussians and of boxes only, and not yet that of {data.title.lower()}"
        raise SettingsError(f"additions.quadrature.on: {problem}")
    graph, needed = Graph(), Constants()
    needed.arrays = {name: graph.lifted(values) for name, values in arrays.items()}
    return [*constants.defined(needed, data), lines]


def _latent_grid(plan: Plan) -> Block:
    nodes, dimensions = plan.experiment.additions.quadrature.latent_nodes, plan.latent
    if plan.experiment.noise.distribution == "normal":
        ticks, weights = f"np.linspace(-4.0, 4.0, {nodes})", "np.exp(-0.5 * ticks**2)"
    else:
        ticks, weights = f"(2.0 * np.arange({nodes}) + 1.0) / {nodes} - 1.0", f"np.ones({nodes})"
    lines = [f"    ticks = {ticks}", f"    weights = {weights}"]
    points = "ticks[:, None]"
    if dimensions == 2:
        lines.append("    weights = np.outer(weights, weights).ravel()")
        lines.append(
            '    points = np.stack([axis.ravel() for axis in np.meshgrid(ticks, ticks, indexing="ij")], axis=1)'
        )
        points = "points"
    return [
        "def latent_grid():",
        *indented(docstring("Return nodes over the latents, and their weights.")),
        *lines,
        f"    points, weights = torch.tensor({points}), torch.tensor(weights / weights.sum())",
        "    return points.float(), weights.float()",
    ]

"""RealnessGAN's anchors where they are drawn anew in every critic step."""

from __future__ import annotations

import inspect
import re
from typing import Any

import numpy as np

from ganstudio.objectives import anchors
from ganstudio.objectives.realness import Realness
from ganstudio.script.layout import Block, docstring, indented, listed
from ganstudio.script.spelling import number_text
from ganstudio.script.symbols import Graph, Symbol

__all__ = ["Redrawn", "blocks"]

DRAWN = {
    "normal": "np.histogram(rng.normal(size={draws}), {count})[0] / {draws}",
    "uniform": "np.histogram(rng.uniform(-1.0, 1.0, {draws}), {count})[0] / {draws}",
}


class Redrawn:
    """The objective's losses with variables `a1` and `a0` for the anchors."""

    def __init__(self, graph: Graph, objective: Realness) -> None:
        self._objective = objective
        self._a1, self._a0 = (_stand_in(graph, name, objective.outcome_count) for name in ("a1", "a0"))

    def critic_loss(self, critic: Any, real: Any, fake: Any) -> Any:
        """Return the critic's loss."""
        return self._objective.critic_loss_with(self._a1, self._a0, critic, real, fake)

    def generator_loss(self, critic: Any, real: Any, fake: Any) -> Any:
        """Return the generator's loss."""
        return self._objective.generator_loss_with(self._a1, self._a0, critic, real, fake)

    def report(self) -> dict[str, Symbol]:
        """Return what else there is to plot: nothing."""
        return {}


def _stand_in(graph: Graph, name: str, count: int) -> Any:
    """Return shares to calculate with; wherever these or their entropy occur, a variable is written."""
    shares = np.random.default_rng(list(name.encode())).dirichlet(np.ones(count))
    entropy = -(shares * np.log(shares)).sum()
    graph.spelt[graph.lifted(shares).serial] = graph.name(name, 1)
    graph.spelt[graph.lifted(entropy).serial] = graph.name(f"torch.special.entr({name}).sum()", 0)
    return shares


def blocks(objective: Realness) -> list[Block]:
    """Return the functions that draw anchors, two of them as the objective has them."""
    count = objective.outcome_count
    moved = f"skewed(real, {objective.skew!r})", f"skewed(fake, {-objective.skew!r})"
    drawing = [
        "def drawn_anchors(seed):",
        *indented(docstring("Yield the anchors A1 and A0 for each critic step; the first pair is for none.")),
        "    rng = np.random.default_rng([seed, 2020])",
        "    while True:",
        *indented(_shares("real", objective.real_shape, count), 2),
        *indented(_shares("fake", objective.fake_shape, count), 2),
        f"        pair = {', '.join(moved)}",
        "        yield tuple(torch.tensor(anchor, dtype=torch.float32) for anchor in pair)",
    ]
    return [_source(anchors.outcomes), _source(anchors.skewed), drawing]


def _shares(name: str, shape: anchors.Shape, count: int) -> Block:
    """Return the lines that draw an anchor's shares, or say what they always are."""
    if shape in DRAWN:
        return [f"{name} = {DRAWN[shape].format(draws=anchors.DRAWS, count=count)}"]
    return listed(f"{name} = np.array(", [*map(number_text, anchors.anchor(shape, count).tolist())], ")", 8)


def _source(function: Any) -> Block:
    """Return a function's source without annotations."""
    first, *others = inspect.getsource(function).rstrip().splitlines()
    return [re.sub(r": \w+(?=[,)])| -> \w+", "", first), *others]

"""A critic whose outputs are symbols."""

from __future__ import annotations

from types import SimpleNamespace

from ganstudio.script.plan import Plan
from ganstudio.script.symbols import Graph, Symbol

__all__ = ["SymbolicCritic"]

RANKS = {"scalar": 1, "classes": 1, "pair": 1, "outcomes": 2, "autoencoder": 2}
"""Axes of what each kind of critic gives for a batch, without the run axis."""


class SymbolicCritic:
    """A critic whose outputs are symbols. As in training, real and generated samples go through it in one pass."""

    def __init__(self, graph: Graph, plan: Plan) -> None:
        self._graph = graph
        self._plan = plan
        self._outputs: dict[int, list[Symbol]] = {}

    def __call__(self, samples: Symbol) -> Symbol:
        """Return the critic's own output."""
        return self._passed(samples)[0]

    def both(self, real: Symbol, fake: Symbol) -> tuple[Symbol, Symbol]:
        """Return the outputs for real and generated samples."""
        if not self._plan.couples:
            cut = ("split", [_code("len(real)"), _code("len(fake)")]) if self._plan.integrates else ("chunk", 2)
            together = self._pass(self._graph.call("torch.cat", (real, fake), rank=2))
            halves = [self._graph.method(output, *cut) for output in together]
            for number, samples in enumerate((real, fake)):
                self._outputs[samples.serial] = [self._part(half, number, 2, half.rank) for half in halves]
        return self(real), self(fake)

    def head(self, addition: str, samples: Symbol, name: str) -> Symbol:
        """Return an addition's outputs, and let them be called `name`."""
        output = self._passed(samples)[1 + list(self._plan.heads).index(addition)]
        self._graph.names[output.serial] = name
        return output

    def features(self, samples: Symbol) -> Symbol:
        """Return what the last layer sees."""
        return self._graph.call("critic.features", samples, rank=2)

    def _passed(self, samples: Symbol) -> list[Symbol]:
        if samples.serial not in self._outputs:
            self._outputs[samples.serial] = self._pass(samples)
        return self._outputs[samples.serial]

    def _pass(self, samples: Symbol) -> list[Symbol]:
        """Return what the critic gives for samples: its own output and those of its heads."""
        rank, heads = RANKS[self._plan.kind], list(self._plan.heads)
        whole = self._graph.call("critic", samples, rank=rank)
        if not heads:
            return [whole]
        outputs = [self._part(whole, number, 1 + len(heads), 2 if number else rank) for number in range(1 + len(heads))]
        for output, name in zip(outputs, ["output", *map(self._plan.head_name, heads)], strict=True):
            self._graph.names.setdefault(output.serial, name)
        return outputs

    def _part(self, whole: Symbol, number: int, count: int, rank: int) -> Symbol:
        return self._graph.symbol("part", whole, number, count, rank=rank)


def _code(text: str) -> SimpleNamespace:
    return SimpleNamespace(code=text)

"""Functions of a script that return losses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ganstudio.script.layout import Block, bracketed, docstring, indented
from ganstudio.script.spelling import Body, Constants
from ganstudio.script.symbols import Graph, Symbol

__all__ = ["Function", "Terms", "Traced", "loss_function", "written"]

Terms = dict[str, Symbol]

ORDER = (
    *("critic", "real", "fake", "x", "decoded", "mean", "log_variance"),
    *("y", "u", "labelled", "labels", "points", "memory", "a1", "a0"),
)
"""In which order functions take what they need."""


@dataclass(frozen=True)
class Traced:
    """What some expressions need and are.

    Attributes
    ----------
    parameters
        Names that have to be given.
    lines
        Assignments that come first.
    texts
        The expressions.
    """

    parameters: list[str]
    lines: list[str]
    texts: list[str]


@dataclass(frozen=True)
class Function:
    """A function of a script that returns losses: one, or several by name.

    Attributes
    ----------
    name
        What it is called.
    parameters
        What it takes.
    terms, reports
        Names of the losses, and of what else it returns.
    definition
        All its lines.
    """

    name: str
    parameters: list[str]
    terms: list[str]
    reports: list[str]
    definition: Block

    @property
    def call(self) -> str:
        """How it is called where its parameters are variables."""
        return self.call_with("critic")

    def call_with(self, critic: str) -> str:
        """Return how it is called with another critic."""
        arguments = [critic if name == "critic" else name for name in self.parameters]
        return f"{self.name}({', '.join(arguments)})"


def written(graph: Graph, results: Sequence[Any], constants: Constants, before: int = 24) -> Traced:
    """Return expressions as text, with the parameters that they need (see `Body`)."""
    body = Body(graph, [graph.lifted(result) for result in results], constants, taken=("self", "z"), before=before)
    return Traced([name for name in ORDER if name in body.used], body.lines, body.texts)


def loss_function(
    graph: Graph,
    constants: Constants,
    whose: str,
    terms: Terms,
    reports: Terms | None = None,
    changes: Terms | None = None,
    name: str = "",
) -> Function:
    """Return the function of what somebody minimises.

    Parameters
    ----------
    whose
        "critic" or "generator".
    terms, reports
        The losses, and what else there is to plot.
    changes
        What is remembered for the next step, variable -> value.
    name
        What it is called, if not after its owner.
    """
    reports, changes = reports or {}, changes or {}
    several = len(terms) + len(reports) > 1
    results = [*terms.values(), *reports.values(), *changes.values()]
    before = 8 + max(len(key) + 6 for key in [*terms, *reports]) if several else 11
    traced = written(graph, results, constants, before)
    texts = iter(_as_tensor(result, text) for result, text in zip(results, traced.texts, strict=True))
    losses, reported, remembered = ([next(texts) for _ in some] for some in (terms, reports, changes))
    body = [*traced.lines]
    if several:
        body += bracketed("losses = {", _items(terms, losses), "}", 4)
        body += bracketed("report = {", _items(reports, reported), "}", 4) if reports else []
    else:
        body.append(f"loss = {losses[0]}")
    if changes:
        # Last, since losses may have been computed with what was remembered until now.
        body.append(f"{', '.join(changes)} = {', '.join(remembered)}")
    if reports:
        body.append("return losses, report")
    elif changes:
        body.append("return losses" if several else "return loss")
    else:
        start = next(number for number, line in enumerate(body) if line.startswith(("losses = {", "loss = ")))
        body[start] = body[start].replace("losses = " if several else "loss = ", "return ", 1)
    parameters = [*traced.parameters] + ["memory"] * (bool(changes) and "memory" not in traced.parameters)
    name = name or f"{whose}_loss{'es' if several else ''}"
    what = f"Return what the {whose} minimises{', and what else is to plot' if reports else ''}."
    definition = [f"def {name}({', '.join(parameters)}):", *indented(docstring(what)), *indented(body)]
    return Function(name, parameters, list(terms), list(reports), definition)


def _as_tensor(result: Symbol, text: str) -> str:
    """Return a result's text; what has a weight of 0 is a number and no tensor."""
    return f"torch.tensor({float(result.parts[0])!r})" if result.kind == "number" else text


def _items(terms: Terms, texts: Sequence[str]) -> list[str]:
    return [f'"{name}": {text}' for name, text in zip(terms, texts, strict=True)]

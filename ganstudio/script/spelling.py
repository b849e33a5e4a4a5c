"""From symbols to lines of Python."""

from __future__ import annotations

import ast
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from types import EllipsisType, SimpleNamespace
from typing import Any

import numpy as np

from ganstudio.script.symbols import Graph, Symbol

__all__ = ["Body", "Constants", "number_text", "reachable", "unparsed"]

WIDTH = 120
"""Columns of a script, as of our own files."""
LEAST = 24
"""Characters of an expression that is worth a name, where a line is too long."""
ATOMS = ("name", "number", "array")


class Constants:
    """The arrays that a script needs, by name."""

    def __init__(self) -> None:
        self.arrays: dict[str, Symbol] = {}

    def named(self, x: Symbol) -> str:
        """Return the name of an array."""
        wanted = x.graph.names.get(x.serial) or x.graph.array_names.get(x.parts) or "table"
        name = wanted.strip("_").upper()
        while self.arrays.get(name, x) is not x:
            name += "_2"
        self.arrays[name] = x
        return name


@dataclass
class Body:
    """The statements of a function that compute some results.

    Parameters
    ----------
    results
        What is to be computed.
    constants
        Where arrays get their names.
    taken
        Names that mean something else.
    indent
        Spaces before each line.
    before
        Characters of the longest line in which a result is used, beside the result.
    fallback
        What is called so that has no name.

    Attributes
    ----------
    lines
        Assignments, in order.
    texts
        An expression for each result.
    used
        Names that occur and are not assigned.
    """

    graph: Graph
    results: Sequence[Symbol]
    constants: Constants
    taken: Iterable[str] = ()
    indent: int = 4
    before: int = 24
    fallback: str = "part"
    lines: list[str] = field(init=False)
    texts: list[str] = field(init=False)
    used: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.results = [self.graph.resolved(result) for result in self.results]
        self._order = reachable(self.results)
        self._variables = {node.parts[0].partition(".")[0] for node in self._order if node.kind == "name"}
        self._uses = Counter(child.serial for node in self._order for child in _children(node))
        self._uses.update(result.serial for result in self.results)
        calls = Counter(node.parts[0].serial for node in self._order if node.kind == "part")
        self._several = {serial for serial, count in calls.items() if count > 1}
        self._indices = {item.serial for node in self._order if node.kind == "index" for item in _children(node)[1:]}
        self._assigned = {node.serial for node in self._order if self._is_worth_a_name(node)}
        self._write()
        while (long := self._longest()) is not None:
            self._assigned.add(long.serial)
            self._write()

    # ---- which expressions get names ---------------------------------------------------------------

    def _is_worth_a_name(self, node: Symbol) -> bool:
        if node.kind == "part":
            return node.parts[0].serial not in self._several and node.serial in self.graph.names
        if node.kind in ATOMS or (node.kind == "-" and node.parts[0].kind in ATOMS):
            return False
        if any(node is result for result in self.results) and self._uses[node.serial] == 1:
            return False
        of_critic = node.kind == "call" and node.parts[0] == "critic" and node.serial in self.graph.names
        if of_critic or node.serial in self._indices:
            return True
        return not _is_short(node) and (self._uses[node.serial] > 1 or node.serial in self.graph.told)

    def _longest(self) -> Symbol | None:
        """Return what to give a name, because a line with it is too long; None if all lines fit."""
        for node, text, room in self._written:
            if len(text) > room:
                inner = [child for child in reachable([node]) if self._may_be_named(child, node)]
                sizes = {child.serial: len(unparsed(self._expression(child))) for child in inner}
                fitting = [child for child in inner if LEAST <= sizes[child.serial] <= WIDTH - self.indent - 16]
                if fitting:
                    # Rather something that has a name where it was made.
                    return max(fitting, key=lambda one: (one.serial in self.graph.names, sizes[one.serial]))
        return None

    def _may_be_named(self, child: Symbol, whole: Symbol) -> bool:
        return child is not whole and child.kind not in (*ATOMS, "part") and child.serial not in self._assigned

    # ---- writing -----------------------------------------------------------------------------------

    def _write(self) -> None:
        self._names: dict[int, str] = {}
        self.used = set()
        self.lines = []
        self._written: list[tuple[Symbol, str, int]] = []
        # A call of several results comes first wherever one of them is needed.
        for node in self._order:
            if node.serial in self._several:
                self._assign_parts(
                    node, [other for other in self._order if other.kind == "part" and other.parts[0] is node]
                )
            elif node.serial in self._assigned:
                text = unparsed(self._expression(node))
                name = self._fresh(self.graph.names.get(node.serial, self.fallback))
                self._names[node.serial] = name
                self.lines.append(f"{name} = {text}")
                self._written.append((node, text, WIDTH - self.indent - len(name) - 3))
        self.texts = []
        for result in self.results:
            text = unparsed(self._node(result))
            self.texts.append(text)
            self._written.append((result, text, WIDTH - self.indent - self.before))

    def _assign_parts(self, call: Symbol, parts: Sequence[Symbol]) -> None:
        """Write the assignment of a call's several results."""
        targets = ["_"] * parts[0].parts[2]
        for part in parts:
            self._names[part.serial] = self._fresh(self.graph.names.get(part.serial, self.fallback))
            targets[part.parts[1]] = self._names[part.serial]
        self.lines.append(f"{', '.join(targets)} = {unparsed(self._expression(call))}")

    def _fresh(self, wanted: str) -> str:
        wanted = wanted.strip("_")
        taken = {*self.taken, *self._variables, *self._names.values(), "critic"}
        if wanted not in taken:
            return wanted
        return next(name for number in range(2, 1000) if (name := f"{wanted}_{number}") not in taken)

    def _node(self, value: Any) -> ast.expr:
        """Return a value's expression, or its name."""
        if isinstance(value, Symbol):
            if value.serial in self._names:
                return ast.Name(self._names[value.serial])
            return self._expression(value)
        if isinstance(value, tuple | list):
            return ast.List([self._node(each) for each in value])
        if isinstance(value, slice):
            return ast.Slice(*(None if end is None else self._node(end) for end in (value.start, value.stop)))
        if isinstance(value, SimpleNamespace):
            return _parsed(value.code)
        if value is None or isinstance(value, bool | str | EllipsisType):
            return ast.Constant(value)
        return _parsed(number_text(value))

    def _expression(self, x: Symbol) -> ast.expr:
        match x.kind, x.parts:
            case "name", (text,):
                return self._variable(text)
            case "number", (value,):
                return _parsed(number_text(value))
            case "array", _:
                return ast.Name(self.constants.named(x))
            case "-", (Symbol(kind="binary", parts=("-", a, b)) as inner,) if inner.serial not in self._names:
                return _operation("-", self._node(b), self._node(a))
            case "-", (inner,):
                return ast.UnaryOp(ast.USub(), self._node(inner))
            case "binary", (sign, a, b):
                return _operation(sign, self._node(a), self._node(b))
            case "index", (inner, items):
                nodes = [self._node(item) for item in items]
                return ast.Subscript(self._node(inner), nodes[0] if len(nodes) == 1 else ast.Tuple(nodes))
            case "part", (call, number, _):
                return ast.Subscript(self._node(call), ast.Constant(number))
            case "attribute", (inner, name):
                return ast.Attribute(self._node(inner), name)
            case "method", (inner, name, arguments, named):
                function: ast.expr = ast.Attribute(self._node(inner), name)
            case _, (name, arguments, named):
                function = self._variable(getattr(name, "code", name))
            case _:
                raise AssertionError(x.kind)
        keywords = [ast.keyword(key, self._node(value)) for key, value in named]
        return ast.Call(function, [self._node(argument) for argument in arguments], keywords)

    def _variable(self, text: str) -> ast.expr:
        parsed = _parsed(text)
        self.used |= {node.id for node in ast.walk(parsed) if isinstance(node, ast.Name)}
        return parsed


def unparsed(node: ast.AST) -> str:
    """Return code as text, with the quotes that ruff wants."""
    text = ast.unparse(node)
    return text if '"' in text else text.replace("'", '"')


def number_text(value: float) -> str:
    """Return a number as a person writes it: whole if it is, with pi and logarithms, no longer than float32 needs."""
    if isinstance(value, int | np.integer):
        return str(value)
    value = float(value)
    if value.is_integer() and abs(value) < 1e6:
        return str(int(value))
    short = repr(value)
    if len(short) <= 10:
        return short
    for count in (0.5, 1, 1.5, 2, 3, 4):
        if math.isclose(value, count * math.pi, rel_tol=1e-14):
            return "math.pi" if count == 1 else f"{count:g} * math.pi"
    power = math.exp(abs(value))
    if abs(value) < 5 and math.isclose(power, round(power), rel_tol=1e-13):
        return f"{'-' if value < 0 else ''}math.log({round(power)})"
    return str(np.float32(value))


def _is_short(node: Symbol) -> bool:
    """Whether an expression is a number times a variable, or cut from the graph: better repeated than named."""
    if node.kind == "method" and node.parts[1] == "detach":
        return True
    return node.kind == "binary" and all(part.kind in ("name", "number") for part in node.parts[1:])


def _operation(sign: str, a: ast.expr, b: ast.expr) -> ast.expr:
    arithmetic = {"+": ast.Add, "-": ast.Sub, "*": ast.Mult, "/": ast.Div, "%": ast.Mod, "//": ast.FloorDiv}
    if sign in arithmetic:
        return ast.BinOp(a, arithmetic[sign](), b)
    comparing = {"<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE, "==": ast.Eq, "!=": ast.NotEq}
    return ast.Compare(a, [comparing[sign]()], [b])


def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _children(node: Symbol) -> list[Symbol]:
    """Return the symbols that a symbol is made of."""
    found: list[Symbol] = []

    def look(part: Any) -> None:
        if isinstance(part, Symbol):
            found.append(part)
        elif isinstance(part, tuple):
            for each in part:
                look(each)

    look(node.parts)
    return found


def reachable(results: Sequence[Symbol]) -> list[Symbol]:
    """Return all symbols that results are made of, each after what it is made of."""
    found: dict[int, Symbol] = {}
    waiting = list(results)
    while waiting:
        node = waiting.pop()
        if node.serial not in found:
            found[node.serial] = node
            waiting += _children(node)
    return [found[serial] for serial in sorted(found)]

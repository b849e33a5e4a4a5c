"""Tensors that are not there: what is done to them is remembered, and can be written down as PyTorch.

Objectives, additions and distributions are written with the methods of the arrays that they are given. Given these,
they say which expressions they are with the settings that they have, so that nobody writes a loss twice.

A script has no run axis: a batch of numbers is (batch,), of samples (batch, features). Means of sums are written as
sums of means, as equations have it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Graph", "Symbol", "Unwritable", "content", "described"]

Array = NDArray[Any]

REDUCING = ("mean", "sum", "logsumexp", "amax", "amin", "argmax", "argmin", "std", "prod", "any", "all")
"""Methods that take an axis away."""
ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


class Unwritable(TypeError):
    """Something is done to a tensor that cannot be written down."""


class Symbol:
    """A tensor that is not there.

    Attributes
    ----------
    graph
        Where it was made.
    serial
        Its number there; what it was made of has smaller ones.
    kind
        "name", "number", "array", "-" (of one), "binary", "method", "call", "attribute", "index" or "part" (of several
        results).
    parts
        What it was made of: symbols and plain values.
    rank
        Number of axes, as far as that is known.
    """

    __array_ufunc__ = None  # NumPy leaves its operators to us
    __hash__ = object.__hash__

    def __init__(self, graph: Graph, serial: int, kind: str, parts: Any, rank: int) -> None:
        self.graph = graph
        self.serial = serial
        self.kind = kind
        self.parts = parts
        self.rank = rank

    # ---- operators ---------------------------------------------------------------------------------

    def __neg__(self) -> Symbol:
        return self.graph.negative(self)

    def __add__(self, other: Any) -> Symbol:
        return self.graph.sum(self, other)

    def __radd__(self, other: Any) -> Symbol:
        return self.graph.sum(other, self)

    def __sub__(self, other: Any) -> Symbol:
        return self.graph.difference(self, other)

    def __rsub__(self, other: Any) -> Symbol:
        return self.graph.difference(other, self)

    def __mul__(self, other: Any) -> Symbol:
        return self.graph.product(self, other)

    def __rmul__(self, other: Any) -> Symbol:
        return self.graph.product(other, self)

    def __truediv__(self, other: Any) -> Symbol:
        return self.graph.quotient(self, other)

    def __rtruediv__(self, other: Any) -> Symbol:
        return self.graph.quotient(other, self)

    def __pow__(self, power: Any) -> Symbol:
        return self.square() if power == 2 else self.graph.method(self, "pow", power)

    def __mod__(self, other: Any) -> Symbol:
        return self.graph.binary("%", self, other)

    def __floordiv__(self, other: Any) -> Symbol:
        return self.graph.binary("//", self, other)

    def __lt__(self, other: Any) -> Symbol:
        return self.graph.binary("<", self, other)

    def __le__(self, other: Any) -> Symbol:
        return self.graph.binary("<=", self, other)

    def __gt__(self, other: Any) -> Symbol:
        return self.graph.binary(">", self, other)

    def __ge__(self, other: Any) -> Symbol:
        return self.graph.binary(">=", self, other)

    def __eq__(self, other: object) -> Symbol:  # type: ignore[override]
        return self.graph.binary("==", self, other)

    def __ne__(self, other: object) -> Symbol:  # type: ignore[override]
        return self.graph.binary("!=", self, other)

    def __bool__(self) -> bool:
        raise Unwritable("what is done depends on a tensor's value")

    def __iter__(self) -> Any:
        raise Unwritable("a tensor is gone through")

    def __getitem__(self, items: Any) -> Symbol:
        return self.graph.indexed(self, items)

    def softplus(self) -> Symbol:
        """Return log(1 + exp(x)), which tensors have as a function only."""
        return self.graph.call("F.softplus", self, rank=self.rank)

    # ---- what is asked of it -----------------------------------------------------------------------

    def __array_namespace__(self, api_version: str | None = None) -> Any:
        """Return the functions of the array API, for `array_namespace`."""
        return _Functions(self.graph)

    @property
    def shape(self) -> Symbol:
        """Its shape, which is not known."""
        return self.graph.symbol("attribute", self, "shape", rank=1)

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return self.rank

    @property
    def dtype(self) -> str:
        """Something to hand on to `astype`."""
        return "float32"

    @property
    def device(self) -> str:
        """Something to hand on to `asarray`."""
        return "cpu"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return partial(self.graph.method, self, name)


class Graph:
    """All symbols of a script, each expression once.

    Attributes
    ----------
    names : dict
        Serial -> what a symbol is called where it was made.
    told : set
        Serials of those that were given a name of their own there.
    spelt : dict
        Serial -> the symbol that is written in its place.
    array_names : dict
        Content of an array -> what it is called where it was made.
    """

    def __init__(self) -> None:
        self._known: dict[Any, Symbol] = {}
        self.names: dict[int, str] = {}
        self.told: set[int] = set()
        self.spelt: dict[int, Symbol] = {}
        self.array_names: dict[Any, str] = {}

    def symbol(self, kind: str, *parts: Any, rank: int) -> Symbol:
        """Return the symbol of an expression, which is the same one for the same expression."""
        parts = tuple(self.resolved(part) for part in parts)
        key = (kind, *map(_key, parts))
        if key not in self._known:
            self._known[key] = Symbol(self, len(self._known), kind, parts, rank)
        return self._known[key]

    def resolved(self, part: Any) -> Any:
        """Return what is written in a symbol's place."""
        if isinstance(part, tuple):
            return tuple(self.resolved(each) for each in part)
        return self.spelt.get(part.serial, part) if isinstance(part, Symbol) else part

    def lifted(self, value: Any) -> Symbol:
        """Return a value as a symbol."""
        if isinstance(value, Symbol):
            return self.resolved(value)  # type: ignore[no-any-return]
        if isinstance(value, bool) or value is None or isinstance(value, str):
            raise Unwritable(f"{value!r} is calculated with")
        array = np.asarray(list(value) if isinstance(value, range) else value)
        if array.ndim == 0:
            return self.resolved(self.symbol("number", array.item(), rank=0))  # type: ignore[no-any-return]
        return self.resolved(self.symbol("array", *described(array), rank=array.ndim))  # type: ignore[no-any-return]

    def name(self, text: str, rank: int) -> Symbol:
        """Return a variable."""
        return self.symbol("name", text, rank=rank)

    def call(self, function: str, *arguments: Any, rank: int, **named: Any) -> Symbol:
        """Return what a function gives."""
        return self.symbol("call", function, tuple(arguments), tuple(named.items()), rank=rank)

    # ---- arithmetic --------------------------------------------------------------------------------

    def negative(self, x: Symbol) -> Symbol:
        """Return -x."""
        x = self.lifted(x)
        match x.kind, x.parts:
            case "number", (value,):
                return self.lifted(-value)
            case "-", (inner,):
                return inner  # type: ignore[no-any-return]
            case "binary", ("*" | "/" as sign, Symbol(kind="number") as a, b):
                return self._arithmetic(sign, -a, b)
        return self.symbol("-", x, rank=x.rank)

    def sum(self, a: Any, b: Any) -> Symbol:
        """Return a + b, or a - c if b is -c."""
        left, right = self._pair(a, b)
        if _is(left, 0):
            return right
        if _is(right, 0):
            return left
        if (positive := self._without_sign(right)) is not None:
            return self.difference(left, positive)
        if (positive := self._without_sign(left)) is not None and left.kind != "number":
            return self.difference(right, positive)
        if right.kind == "binary" and right.parts[0] in ("+", "-") and right.parts[2].kind == "number":
            flat: Symbol = ARITHMETIC[right.parts[0]](self.sum(left, right.parts[1]), right.parts[2])
            return flat
        return self._arithmetic("+", left, right)

    def difference(self, a: Any, b: Any) -> Symbol:
        """Return a - b, or a + c if b is -c."""
        left, right = self._pair(a, b)
        if _is(right, 0):
            return left
        if _is(left, 0):
            return self.negative(right)
        if (positive := self._without_sign(right)) is not None:
            return self.sum(left, positive)
        if right.kind == "binary" and right.parts[0] == "-" and right.parts[2].kind == "number":
            return self.sum(self.difference(left, right.parts[1]), right.parts[2])
        return self._arithmetic("-", left, right)

    def product(self, a: Any, b: Any) -> Symbol:
        """Return a b."""
        left, right = self._pair(a, b)
        if _is(left, 0) or _is(right, 0):
            return self.lifted(0)
        if _is(left, 1):
            return right
        if _is(right, 1):
            return left
        if _is(left, -1):
            return self.negative(right)
        if left.kind == "number" and right.kind == "-":
            return self.negative(self.product(left, right.parts[0]))
        return self._arithmetic("*", left, right)

    def quotient(self, a: Any, b: Any) -> Symbol:
        """Return a / b."""
        left, right = self._pair(a, b)
        return left if _is(right, 1) else self._arithmetic("/", left, right)

    def binary(self, sign: str, a: Any, b: Any) -> Symbol:
        """Return what an operator gives, just as it is."""
        a, b = self.lifted(a), self.lifted(b)
        return self.symbol("binary", sign, a, b, rank=max(a.rank, b.rank))

    def _arithmetic(self, sign: str, a: Symbol, b: Symbol) -> Symbol:
        if a.kind == b.kind == "number":
            return self.lifted(ARITHMETIC[sign](a.parts[0], b.parts[0]))
        return self.binary(sign, a, b)

    def _pair(self, a: Any, b: Any) -> tuple[Symbol, Symbol]:
        """Return both as symbols; an array of equal numbers counts as that number, which is broadcast alike."""
        first, second = self.lifted(a), self.lifted(b)
        if second.kind != "array" or first.kind != "array":
            first, second = self._as_number(first), self._as_number(second)
        return first, second

    def _as_number(self, x: Symbol) -> Symbol:
        if x.kind != "array":
            return x
        values = content(x)
        equal = values.dtype.kind == "f" and values.size > 0 and (values == values.flat[0]).all()
        return self.lifted(values.flat[0]) if equal else x

    def _without_sign(self, x: Symbol) -> Symbol | None:
        """Return c if x is written -c."""
        match x.kind, x.parts:
            case "-", (inner,):
                return inner  # type: ignore[no-any-return]
            case "number", (value,) if value < 0:
                return self.lifted(-value)
            case "binary", ("*" | "/" as sign, Symbol(kind="number", parts=(value,)), b) if value < 0:
                return self._arithmetic(sign, self.lifted(-value), b)
        return None

    # ---- methods -----------------------------------------------------------------------------------

    def method(self, x: Symbol, name: str, *arguments: Any, **named: Any) -> Symbol:
        """Return what a tensor's method gives."""
        x = self.lifted(x)
        if special := getattr(_Methods, name, None):
            return special(self, x, *arguments, **named)  # type: ignore[no-any-return]
        if name == "float" and x.kind == "method" and x.parts[1] == "long" and _is_whole(x.parts[0]):
            return x.parts[0]  # type: ignore[no-any-return]
        if name in REDUCING:
            return self._reduced(x, name, *arguments, **named)
        if name == "gather":
            return self.symbol("method", x, name, arguments, tuple(named.items()), rank=x.rank)
        if x.kind == "number" and name in ("log", "exp", "sqrt", "square", "abs"):
            return self.lifted(getattr(np, name)(x.parts[0]))
        lifted = tuple(self.lifted(value) if isinstance(value, Symbol) else value for value in arguments)
        rank = max([x.rank, *(value.rank for value in lifted if isinstance(value, Symbol))])
        return self.symbol("method", x, name, lifted, tuple(named.items()), rank=rank)

    def _reduced(self, x: Symbol, name: str, axis: int | None = None, keepdim: bool = False, **named: Any) -> Symbol:
        axis = named.pop("dim", axis)
        if x.kind == "number" and name == "mean":
            return x
        if x.rank <= 1 or axis is None:
            # What is left is one number, which is broadcast whether or not its axis is kept.
            return self._total(x, name, **named)
        axis = axis if axis < 0 else axis - 1
        kept = {"keepdim": True} if keepdim else {}
        rank = x.rank if keepdim else x.rank - 1
        return self.symbol("method", x, name, (axis,), tuple((named | kept).items()), rank=rank)

    def _total(self, x: Symbol, name: str, **named: Any) -> Symbol:
        """Return the reduction of all numbers to one."""
        if name == "mean":
            match x.kind, x.parts:
                case "-", (inner,):
                    return -self._mean(inner)
                case "binary", ("+", a, b):
                    return self._mean(a) + self._mean(b)
                case "binary", ("-", a, b):
                    return self._mean(a) - self._mean(b)
                case "binary", ("*", Symbol(kind="number") as a, b):
                    return a * self._mean(b)
                case "binary", ("/", a, Symbol(kind="number") as b):
                    return self._mean(a) / b
                case "call", ("F.cross_entropy", arguments, _):
                    return self.call("F.cross_entropy", *arguments, rank=0)
                case "method", (inner, "mean" | "flatten", _, _):
                    x = inner  # of equally many numbers each
        return self.symbol("method", x, name, (), tuple(named.items()), rank=0)

    def _mean(self, x: Symbol) -> Symbol:
        return x if x.rank == 0 else self._total(x, "mean")

    # ---- parts -------------------------------------------------------------------------------------

    def indexed(self, x: Symbol, items: Any) -> Symbol:
        """Return x[items]."""
        x = self.lifted(x)
        items = items if isinstance(items, tuple) else (items,)
        if x.kind == "array" and isinstance(items[0], Symbol):
            values = content(x)
            if values.dtype.kind == "f" and len(values) and (values == values.flat[0]).all():
                return self.lifted(values.flat[0])
        lifted = tuple(self.lifted(item) if isinstance(item, Symbol) else item for item in items)
        rank = x.rank - sum(isinstance(item, int) for item in items) + sum(item is None for item in items)
        return self.symbol("index", x, lifted, rank=rank)


class _Methods:
    """Methods that are not written as they stand: a script has no run axis, and constants are constants."""

    @staticmethod
    def flatten(graph: Graph, x: Symbol, *_: Any) -> Symbol:
        # All but the run axis.
        return x if x.rank <= 1 else graph.symbol("method", x, "flatten", (), (), rank=1)

    @staticmethod
    def unsqueeze(graph: Graph, x: Symbol, axis: int) -> Symbol:
        return graph.symbol("method", x, "unsqueeze", (axis,), (), rank=x.rank + 1)

    @staticmethod
    def squeeze(graph: Graph, x: Symbol, axis: int) -> Symbol:
        return graph.symbol("method", x, "squeeze", (axis,), (), rank=x.rank - 1)

    @staticmethod
    def new_tensor(graph: Graph, _: Symbol, values: Any) -> Symbol:
        return graph.lifted(values)

    @staticmethod
    def new_zeros(graph: Graph, *_: Any) -> Symbol:
        return graph.lifted(0.0)

    @staticmethod
    def new_ones(graph: Graph, *_: Any) -> Symbol:
        return graph.lifted(1.0)

    @staticmethod
    def to(graph: Graph, x: Symbol, *_: Any) -> Symbol:
        return graph.method(x, "float")


class _Functions:
    """The array API's functions, as PyTorch has them."""

    __name__ = "torch"  # by which array-api-compat knows a namespace
    int64 = "int64"
    float32 = "float32"
    bool = "bool"

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def asarray(self, values: Any, **_: Any) -> Symbol:
        return self._graph.lifted(values)

    def astype(self, x: Any, kind: Any, **_: Any) -> Symbol:
        return self._graph.method(x, "long" if "int" in str(kind) else "float")

    def concat(self, parts: Sequence[Any], axis: int = 0) -> Symbol:
        lifted = tuple(self._graph.lifted(part) for part in parts)
        return self._graph.symbol("call", "torch.cat", (lifted,), (("dim", axis),), rank=lifted[0].rank)

    def stack(self, parts: Sequence[Any], axis: int = 0) -> Symbol:
        lifted = tuple(self._graph.lifted(part) for part in parts)
        return self._graph.symbol("call", "torch.stack", (lifted,), (("dim", axis),), rank=lifted[0].rank + 1)

    def clip(self, x: Any, low: Any = None, high: Any = None) -> Symbol:
        return self._graph.method(x, "clamp", low, high)

    def sum(self, x: Any, axis: int) -> Symbol:
        x = self._graph.lifted(x)
        if x.kind == "method" and x.parts[1] == "long":
            x = x.parts[0]  # what is true is counted alike
        return self._graph.symbol("method", x, "sum", (axis,), (), rank=x.rank - 1)

    def take(self, x: Any, indices: Any, axis: int = 0) -> Symbol:
        if axis != 0:
            raise Unwritable("numbers are taken along another axis than the first")
        return self._graph.indexed(x, indices)

    def reshape(self, x: Any, shape: Any) -> Symbol:
        lifted = self._graph.lifted(x)
        sizes = shape if isinstance(shape, tuple) else (shape,)
        return self._graph.symbol("method", lifted, "reshape", sizes, (), rank=lifted.rank)

    def searchsorted(self, bounds: Any, x: Any, side: str = "left") -> Symbol:
        contiguous = self._graph.method(x, "contiguous")  # a view would make it warn of a copy
        return self._graph.call("torch.searchsorted", bounds, contiguous, rank=contiguous.rank, side=side)

    def zeros_like(self, x: Any, dtype: str = "float32") -> Symbol:
        return self._graph.call("torch.zeros_like", x, rank=x.rank, dtype=SimpleNamespace(code=f"torch.{dtype}"))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)

        def function(x: Any, *more: Any, axis: int | None = None, **named: Any) -> Symbol:
            x = self._graph.lifted(x)
            if axis is not None:
                named["dim"] = axis
            if more or named:
                return self._graph.call(f"torch.{name}", x, *more, rank=x.rank, **named)
            return self._graph.method(x, name)

        return function


DTYPES: dict[str, type[np.generic]] = {"f": np.float64, "i": np.int64, "u": np.int64, "b": np.bool_}


def described(array: Array) -> tuple[str, tuple[int, ...], bytes]:
    """Return what an array's symbol is made of: kind, shape and values."""
    kind = array.dtype.kind
    if kind not in DTYPES:
        raise Unwritable(f"an array of {array.dtype} is calculated with")
    return kind, array.shape, array.astype(DTYPES[kind]).tobytes()


def content(x: Symbol) -> Array:
    """Return the values of an array."""
    kind, shape, data = x.parts
    return np.frombuffer(data, dtype=DTYPES[kind]).reshape(shape)


def _is_whole(x: Symbol) -> bool:
    """Whether all values are whole numbers for sure."""
    match x.kind, x.parts:
        case "method", (_, "floor", _, _):
            return True
        case "method", (inner, "clamp", _, _):
            return _is_whole(inner)
    return False


def _is(x: Symbol, value: float) -> bool:
    return x.kind == "number" and x.parts[0] == value


def _key(part: Any) -> Any:
    """Return what tells a part of an expression from others; symbols have an equality of their own."""
    if isinstance(part, Symbol):
        return ("symbol", part.serial)
    if isinstance(part, tuple | list):
        return tuple(map(_key, part))
    if isinstance(part, slice):
        return ("slice", part.start, part.stop, part.step)
    return (type(part).__name__, repr(part) if isinstance(part, SimpleNamespace) else part)

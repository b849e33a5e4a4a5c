"""What a function of ours does to symbols, with the names that it has for things.

A profile function looks at our functions while they run: what a local variable is called is what it will be called in
the script. Some helpers are written as PyTorch has them.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import CodeType, FrameType, TracebackType
from typing import Any

import numpy as np

from ganstudio.additions import base
from ganstudio.data.base import constant
from ganstudio.script.symbols import Graph, Symbol, Unwritable, described
from ganstudio.settings import SettingsError

__all__ = ["Refusing", "named_as_in_source"]

FOREIGN = (__package__, "array_api_compat", "numpy", "pydantic")
"""Modules whose names for things mean nothing."""

Locals = dict[str, Any]

SPELLINGS: dict[CodeType, Callable[[Graph, Locals], Symbol]] = {
    base.one_hot.__code__: lambda graph, own: graph.method(
        graph.call("F.one_hot", own["labels"], own["classes"], rank=own["labels"].rank + 1), "float"
    ),
    base.cross_entropy.__code__: lambda graph, own: graph.call(
        "F.cross_entropy", own["logits"], own["labels"], rank=own["labels"].rank, reduction="none"
    ),
}
"""Helpers, and how PyTorch says what they return."""


class Refusing(AbstractContextManager[None]):
    """Turns what goes wrong with symbols into a `SettingsError` that names a setting and what it is.

    Symbols raise `Unwritable` for what cannot be written down; what they do not have looks like other mistakes.
    """

    def __init__(self, path: str, title: str) -> None:
        self._path = path
        self._title = title

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if isinstance(error, Unwritable | AttributeError | TypeError):
            raise SettingsError(f"{self._path}: a script cannot repeat {self._title.lower()} yet: {error}") from None


@contextmanager
def named_as_in_source(graph: Graph) -> Iterator[None]:
    """Remember what symbols and constants are called in functions that run meanwhile.

    The outermost function's name counts, unless a symbol has a name already.
    """
    had = set(graph.names)

    def look(frame: FrameType, event: str, result: Any) -> None:
        if event != "return" or frame.f_globals.get("__name__", "").startswith(FOREIGN):
            return
        code = frame.f_code
        if code is constant.__code__:  # whatever it is given, it calls values
            return
        if code in SPELLINGS and isinstance(result, Symbol):
            graph.spelt[result.serial] = SPELLINGS[code](graph, frame.f_locals)
            return
        parameters = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        for name, value in frame.f_locals.items():
            for symbol in _symbols(value):
                if symbol.serial not in had:
                    graph.names[symbol.serial] = name
                    if name not in parameters:
                        graph.told.add(symbol.serial)
            for array_name, array in _arrays(name, value):
                graph.array_names[described(array)] = array_name
        if not code.co_name.isalpha():  # a lambda's, or a helper's
            return
        for symbol in _symbols(result):
            if symbol.kind != "array":
                graph.names.setdefault(symbol.serial, code.co_name)
        for array_name, array in _arrays(code.co_name, result):
            graph.array_names.setdefault(described(array), array_name)

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        yield
    finally:
        sys.setprofile(before)


def _symbols(value: Any) -> Iterator[Symbol]:
    if isinstance(value, Symbol) and value.kind not in ("name", "number"):
        yield value.graph.resolved(value)


def _arrays(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the arrays that a variable holds with their names, also those in a dataclass."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiub":
        yield name, value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from _arrays(field.name, getattr(value, field.name, None))

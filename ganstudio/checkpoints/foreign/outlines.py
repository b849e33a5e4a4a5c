"""Whether the nested dictionaries of a checkpoint, told from its pickle, make sense and are of a size that is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ganstudio.checkpoints.foreign.pickles import PickleProblemError, Storage, TensorOutline
from ganstudio.settings import name_shown

__all__ = ["checked_outline", "listed"]

MOST_TENSORS: Final = 10_000
MOST_THINGS: Final = 200_000
DEEPEST: Final = 30
LARGEST: Final = 500 * 2**20
"""Bytes of all tensors together, as float32."""
MOST_VALUES: Final = 500
LONGEST_NAME: Final = 200

Value = str | int | float | bool


def checked_outline(tree: Any) -> list[Storage]:
    """Return the storages that a checkpoint needs.

    Raises
    ------
    PickleProblemError
        If it has no tensors, very many or very large ones, deeply nested ones, or one that is no part of its storage.
    """
    storages: dict[str, Storage] = {}
    count = size = 0
    for place, thing in _things(tree):
        if not isinstance(thing, TensorOutline):
            continue
        name = place[-1]
        count += 1
        size += 4 * thing.numbers
        if thing.end > thing.storage.numbers and thing.storage.kind != "Untyped":
            raise PickleProblemError(f"is damaged: {name_shown(name)} would reach beyond the numbers that are there")
        if storages.setdefault(thing.storage.key, thing.storage) != thing.storage:
            raise PickleProblemError(f"is damaged: storage {name_shown(thing.storage.key)} has two sizes")
    if not count:
        raise PickleProblemError("holds no tensors")
    if count > MOST_TENSORS:
        raise PickleProblemError(f"holds {count:,} tensors; at most {MOST_TENSORS:,} are read")
    if size > LARGEST:
        raise PickleProblemError(f"its tensors have {size / 1e6:,.0f} MB; at most {LARGEST / 1e6:,.0f} MB are read")
    return list(storages.values())


def listed(tree: Any) -> tuple[dict[str, TensorOutline], dict[str, Value]]:
    """Return the tensors and the plain values of a checkpoint under the names that `reading.read` gives them."""
    tensors: dict[str, TensorOutline] = {}
    values: dict[str, Value] = {}
    for place, thing in _things(tree):
        name = ".".join(place)
        if isinstance(thing, TensorOutline):
            if not thing.storage.kind.startswith("Complex"):
                tensors.setdefault(name, thing)
        elif isinstance(thing, (str, int, float)) and len(values) < MOST_VALUES:
            values[name] = thing
    return tensors, values


def _things(tree: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield what is no container, with the names on the way to it; a container that stands twice once."""
    entered = {id(tree)}
    stack: list[tuple[tuple[str, ...], Iterator[tuple[Any, Any]]]] = [((), _items(tree))]
    seen = 0
    while stack:
        place, rest = stack[-1]
        pair = next(rest, None)
        if pair is None:
            stack.pop()
            continue
        name, thing = pair
        here = (*place, _spelled(name))
        seen += 1
        if seen > MOST_THINGS:
            raise PickleProblemError(f"holds more than {MOST_THINGS:,} things")
        if not isinstance(thing, (dict, list, tuple)):
            yield here, thing
        elif id(thing) not in entered:
            if len(stack) >= DEEPEST:
                raise PickleProblemError(f"its dictionaries are nested more than {DEEPEST} deep")
            entered.add(id(thing))
            stack.append((here, _items(thing)))


def _spelled(name: Any) -> str:
    """Return a key as text that can be printed."""
    text = name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)
    return "".join(letter if letter.isprintable() else "?" for letter in text[:LONGEST_NAME])


def _items(container: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(container, dict):
        return iter(container.items())
    if isinstance(container, (list, tuple)):
        return iter(enumerate(container))
    return iter([("tensor", container)])

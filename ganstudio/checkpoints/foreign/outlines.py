"""Whether the nested dictionaries of a checkpoint, told from its pickle, make sense and are of a size that is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ganstudio.checkpoints.foreign.pickles import PickleProblemError, Storage, TensorOutline
from ganstudio.settings import name_shown

__all__ = ["checked_outline"]

MOST_TENSORS: Final = 10_000
MOST_THINGS: Final = 200_000
DEEPEST: Final = 30
LARGEST: Final = 500 * 2**20
"""Bytes of all tensors together, as float32."""


def checked_outline(tree: Any) -> list[Storage]:
    """Return the storages that a checkpoint needs.

    Raises
    ------
    PickleProblemError
        If it has no tensors, very many or very large ones, deeply nested ones, or one that is no part of its storage.
    """
    storages: dict[str, Storage] = {}
    count = size = 0
    for name, thing in _things(tree):
        if not isinstance(thing, TensorOutline):
            continue
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


def _things(tree: Any) -> Iterator[tuple[str, Any]]:
    """Yield what is no container, with the name under which it stands; a container that stands twice once."""
    entered = {id(tree)}
    stack: list[Iterator[tuple[Any, Any]]] = [_items(tree)]
    seen = 0
    while stack:
        pair = next(stack[-1], None)
        if pair is None:
            stack.pop()
            continue
        name, thing = pair
        seen += 1
        if seen > MOST_THINGS:
            raise PickleProblemError(f"holds more than {MOST_THINGS:,} things")
        if not isinstance(thing, (dict, list, tuple)):
            yield str(name), thing
        elif id(thing) not in entered:
            if len(stack) >= DEEPEST:
                raise PickleProblemError(f"its dictionaries are nested more than {DEEPEST} deep")
            entered.add(id(thing))
            stack.append(_items(thing))


def _items(container: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(container, dict):
        return iter(container.items())
    if isinstance(container, (list, tuple)):
        return iter(enumerate(container))
    return iter([("tensor", container)])

"""Tensors held against an architecture that was chosen by hand: what fits, what is missing, what is left over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Final

from ganstudio.architecture import Architecture
from ganstudio.checkpoints.foreign.finding import candidates
from ganstudio.checkpoints.foreign.modules import PASSED_OVER, ROLES, HasShape, natural

__all__ = ["Match", "compared", "matched"]

MOST_LEVELS: Final = 20
"""Levels of names that are tried."""


@dataclass(frozen=True)
class Match:
    """How tensors go with an architecture.

    Attributes
    ----------
    sources
        Their names by ours, of all that fit.
    missing
        Ours that nothing fits.
    over
        Theirs that fit nowhere.
    instead
        Of what is missing, what stands in its place with another shape: their name by ours.
    """

    sources: Mapping[str, str]
    missing: tuple[str, ...]
    over: tuple[str, ...]
    instead: Mapping[str, str] = field(default_factory=dict)


def matched(architecture: Architecture, tensors: Mapping[str, HasShape]) -> Match:
    """Match tensors in order: each goes with one of the same role ("weight", ...) and shape.

    Parameters
    ----------
    tensors
        By name; what evaluation does not need is passed over. Layers are taken in their order, and in that of their
        names, which safetensors files are sorted by; the one in which more fits counts.
    """
    known = [name for name in tensors if not PASSED_OVER.search(name)]
    layers = list(dict.fromkeys(_layer(name) for name in known))
    orders = (layers, sorted(layers, key=natural))
    return max((_in_order(architecture, tensors, known, order) for order in orders), key=_goodness)


def _in_order(
    architecture: Architecture, tensors: Mapping[str, HasShape], known: Sequence[str], layers: Sequence[str]
) -> Match:
    """Match tensors whose layers come in this order."""
    place = {layer: number for number, layer in enumerate(layers)}
    theirs = sorted(known, key=lambda name: (place[_layer(name)], _rank(name)))
    shapes = architecture.tensors()
    ours = list(shapes)
    pairs = SequenceMatcher(
        None,
        [(_role(name), shapes[name]) for name in ours],
        [(_role(name), tuple(tensors[name].shape)) for name in theirs],
        autojunk=False,
    )
    sources: dict[str, str] = {}
    instead: dict[str, str] = {}
    for tag, first, last, begin, end in pairs.get_opcodes():
        if tag == "equal":
            sources |= zip(ours[first:last], theirs[begin:end], strict=True)
        elif tag == "replace":
            instead |= _in_place(ours[first:last], theirs[begin:end])
    sources |= _elsewhere(shapes, tensors, sources, theirs)
    instead = {name: there for name, there in instead.items() if name not in sources}
    taken = set(sources.values())
    # Of a weight that was computed in two ways, "weight~0" and "weight~1", one is enough.
    computed = {_stem(name) for name in taken if "~" in name}
    return Match(
        sources,
        tuple(name for name in ours if name not in sources),
        tuple(name for name in known if name not in taken and _stem(name) not in computed),
        instead,
    )


def compared(architecture: Architecture, tensors: Mapping[str, HasShape], part: Sequence[str] = ()) -> Match:
    """Match the tensors of a file, of which only one network goes with the architecture.

    Parameters
    ----------
    tensors
        All of the file.
    part
        Names of those that belong together, if that is known; otherwise the level of names that fits best is taken.
    """
    levels = [part] if part else [tuple(tensors), *(one.tensors for one in candidates(tensors)[:MOST_LEVELS])]
    matches = [matched(architecture, {name: tensors[name] for name in names}) for names in levels]
    return max(matches, key=_goodness)


def _goodness(match: Match) -> tuple[int, int, int]:
    return len(match.sources), -len(match.over), len(match.instead)


def _in_place(ours: Sequence[str], theirs: Sequence[str]) -> dict[str, str]:
    """Return which of theirs stands where one of ours should: the next of the same role."""
    left = list(theirs)
    found: dict[str, str] = {}
    for name in ours:
        place = next((place for place, other in enumerate(left) if _role(other) == _role(name)), None)
        if place is not None:
            found[name] = left[place]
            del left[: place + 1]
    return found


def _elsewhere(
    shapes: Mapping[str, tuple[int, ...]],
    tensors: Mapping[str, HasShape],
    sources: Mapping[str, str],
    theirs: Sequence[str],
) -> dict[str, str]:
    """Return what fits, too, although a program defines it at another place: weights by shape, and what is beside them.

    Vectors alone tell too little to be matched out of order.
    """
    taken = set(sources.values())
    left = [name for name in theirs if name not in taken]
    found: dict[str, str] = {}
    for name, shape in shapes.items():
        if name in sources:
            continue
        beside = found.get(f"{_layer(name)}.weight")
        for other in left:
            if _role(other) != _role(name) or tuple(tensors[other].shape) != shape:
                continue
            if len(shape) > 1 or (beside is not None and _layer(beside) == _layer(other)):
                found[name] = other
                left.remove(other)
                break
    return found


def _stem(name: str) -> str:
    return name.partition("~")[0]


def _layer(name: str) -> str:
    return name.rpartition(".")[0]


def _rank(name: str) -> int:
    """Return where a tensor stands among those of its layer, as our architectures have them."""
    role = _role(name)
    return ROLES.index(role) if role in ROLES else len(ROLES)


def _role(name: str) -> str:
    """Return "weight" of "0.weight" and of "0.weight~1"."""
    return name.rpartition(".")[2].partition("~")[0]

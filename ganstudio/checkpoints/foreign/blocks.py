"""Modules that are one layer together: self-attention, and residual blocks. Told by shapes; names only group them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from ganstudio.checkpoints.foreign.modules import HasShape, Module

__all__ = ["AttentionBlock", "Block", "FrontBlock", "ResidualBlock", "gathered", "without_copies"]

GAINS: Final = ("gamma", "sigma", "alpha")
"""What programs call the number that self-attention is multiplied with."""
ROLES: Final = (
    ("query", re.compile(r"^(q|query|theta|g)([_.\d]|conv|$)", re.I)),
    ("key", re.compile(r"^(k|key|phi|f)([_.\d]|conv|$)", re.I)),
    ("value", re.compile(r"^(v|value|h)([_.\d]|conv|$)", re.I)),
)
RESIDUAL: Final = re.compile(r"res|block|bypass|skip", re.I)
MOST_PARTS: Final = 5
"""Of a residual block: two convolutions, their normalisations, and one that goes past."""
MOST_MODULES: Final = 200
"""Of a network in which blocks are looked for."""


@dataclass(frozen=True)
class AttentionBlock:
    """Self-attention as in SAGAN: three convolutions of one cell, and what their outcome is multiplied with."""

    query: Module
    key: Module
    value: Module
    gain: str
    """Their name of the number."""

    @property
    def inputs(self) -> int:
        """Maps that go in."""
        return self.value.shape[1]

    @property
    def outputs(self) -> int:
        """Maps that come out."""
        return self.value.shape[0]


@dataclass(frozen=True)
class ResidualBlock:
    """Two convolutions and what goes past them.

    Attributes
    ----------
    norms
        None, or one for each convolution.
    shortcut
        The convolution of what goes past; None if it goes past as it is.
    norms_first
        Whether each normalisation stands before its convolution.
    """

    first: Module
    second: Module
    norms: tuple[Module, ...]
    shortcut: Module | None
    norms_first: bool

    @property
    def inputs(self) -> int:
        """Maps that go in."""
        return self.first.shape[1]

    @property
    def outputs(self) -> int:
        """Maps that come out."""
        return self.second.shape[0]


@dataclass(frozen=True)
class FrontBlock:
    """Latent and label, each through a layer of its own before they meet as one vector or as maps beside one another.

    Attributes
    ----------
    layers, norms
        Of the latent and of the label; a norm is None where there is none.
    kind
        Of both layers.
    takes
        How many numbers each is given.
    maps, side
        Of what each gives: channels (or features, with a side of 0 where it gives a vector).
    """

    layers: tuple[Module, Module]
    norms: tuple[Module | None, Module | None]
    kind: Literal["dense", "transposed_convolution"]
    takes: tuple[int, int]
    maps: tuple[int, int]
    side: int

    @property
    def inputs(self) -> int:
        """Numbers that go in."""
        return sum(self.takes)

    @property
    def outputs(self) -> int:
        """Maps or features that come out."""
        return sum(self.maps)

    @property
    def modules(self) -> list[Module]:
        """Everything with parameters."""
        return [*self.layers, *(norm for norm in self.norms if norm)]


Block = AttentionBlock | ResidualBlock | FrontBlock


def gathered(
    modules: Sequence[Module], over: Sequence[str], tensors: Mapping[str, HasShape]
) -> tuple[list[Module], list[str]]:
    """Return modules with those that are one block in place of their parts, and the tensors that are still left over.

    Parameters
    ----------
    modules, over
        As `modules.grouped` gives them.
    """
    if len(modules) > MOST_MODULES:
        return list(modules), list(over)
    left = list(over)
    found = list(modules)
    for gain in over:
        above, _, leaf = gain.rpartition(".")
        if leaf in GAINS and np.prod(tensors[gain].shape, dtype=int) == 1:
            block = _attention(gain, [one for one in found if _inside(one.name, above)], len(above))
            if block is not None:
                found = _replaced(found, above, block)
                left.remove(gain)
    groups: dict[str, list[Module]] = {}
    for module in found:
        for dot in re.finditer(r"\.", module.name):
            groups.setdefault(module.name[: dot.start()], []).append(module)
    taken: set[int] = set()
    for above, parts in sorted(groups.items(), key=lambda group: (group[0].count("."), group[0])):
        if len(parts) > MOST_PARTS or taken & set(map(id, parts)):
            continue
        residual = _residual(above, parts)
        if residual is not None:
            found = _replaced(found, above, residual)
            taken |= set(map(id, parts))
    return found, left


def _inside(name: str, above: str) -> bool:
    return name.startswith(f"{above}.") if above else True


def _replaced(modules: Sequence[Module], above: str, block: Block) -> list[Module]:
    """Return modules with a block where the first of its parts was."""
    place = next(index for index, one in enumerate(modules) if _inside(one.name, above))
    rest = [one for one in modules[place:] if not _inside(one.name, above)]
    return [*modules[:place], Module(above, block=block), *rest]


# ---- self-attention --------------------------------------------------------------------------------------------------


def _attention(gain: str, parts: Sequence[Module], skipped: int) -> AttentionBlock | None:
    if len(parts) != 3 or any(one.sort != "maps" or one.shape[2] != 1 or not one.weight(0) for one in parts):
        return None
    named = [
        next((role for role, called in ROLES if called.search(one.name[skipped:].lstrip("."))), "") for one in parts
    ]
    by_role = dict(zip(named, parts, strict=True)) if sorted(named) == ["key", "query", "value"] else {}
    if not by_role:
        by_role = dict(zip(("query", "key", "value"), parts, strict=True))
    query, key, value = by_role["query"], by_role["key"], by_role["value"]
    maps = value.shape[1]
    if value.shape[0] != maps or query.shape != key.shape or query.shape[1] != maps:
        return None
    if len({one.biased for one in parts}) > 1 or not all(map(_bias_fits, parts)):
        return None
    return AttentionBlock(query, key, value, gain)


# ---- residual blocks -------------------------------------------------------------------------------------------------


def _residual(above: str, parts: Sequence[Module]) -> ResidualBlock | None:
    """Return parts as a residual block, if they can be nothing else."""
    norms = tuple(one for one in parts if one.sort == "norm")
    layers = [one for one in parts if one.sort == "maps"]
    if len(norms) + len(layers) != len(parts) or len(norms) not in (0, 2):
        return None
    main = [one for one in layers if one.shape[2] > 1]
    past = [one for one in layers if one.shape[2] == 1]
    if len(main) != 2 or len(past) > 1 or any(one.shape[2] % 2 == 0 for one in main):
        return None
    first, second = main
    takes, between, gives = first.shape[1], first.shape[0], second.shape[0]
    if second.shape[1] != between or any(not one.weight(0) or not _bias_fits(one) for one in layers):
        return None
    if past and past[0].shape[:2] != (gives, takes):
        return None
    pattern = [one.sort for one in parts] == ["norm", "maps", "norm", "maps"]
    if not past and (takes != gives or not (pattern or RESIDUAL.search(above))):
        return None
    before = [one.shape[0] for one in norms] == [takes, between]
    after = [one.shape[0] for one in norms] == [between, gives]
    if norms and not (before or after):
        return None
    # Where both fit, a normalisation that stands in front of everything is one before its convolution.
    in_front = not norms or parts.index(norms[0]) < parts.index(first) or parts.index(norms[0]) > parts.index(second)
    return ResidualBlock(first, second, norms, past[0] if past else None, before and (not after or in_front))


def _bias_fits(module: Module) -> bool:
    return module.shapes.get("bias") in (None, (module.shape[0],))


# ---- layers that are registered twice --------------------------------------------------------------------------------


def without_copies(modules: Sequence[Module], tensors: Mapping[str, HasShape]) -> list[Module]:
    """Return modules without those that a state dict has twice because they are registered under two names.

    Of two that are the same, the one in a `Sequential` is kept, which knows its place.
    """
    if len(modules) > MOST_MODULES:
        return list(modules)
    kept: list[Module] = []
    alike: dict[object, list[Module]] = {}
    for module in modules:
        twins = alike.setdefault(_beginning(module, tensors), [])
        twin = next((one for one in twins if _same(one, module, tensors)), None)
        if twin is not None and (_numbered(twin) or not _numbered(module)):
            continue
        if twin is not None:
            kept.remove(twin)
            twins.remove(twin)
        kept.append(module)
        twins.append(module)
    return kept


def _beginning(module: Module, tensors: Mapping[str, HasShape]) -> object:
    """Return what is equal of modules that are the same, and seldom of others."""
    first = tensors[next(iter(module.tensors.values()))] if module.tensors else None
    numbers = first.reshape(-1)[:8].tobytes() if isinstance(first, np.ndarray) else id(module)
    return tuple(sorted(module.shapes.items())), numbers


def _numbered(module: Module) -> bool:
    return module.name.rpartition(".")[2].isdigit()


def _same(one: Module, other: Module, tensors: Mapping[str, HasShape]) -> bool:
    """Whether two layers have the same numbers, and not those that every layer of a kind begins with."""
    if one.shapes != other.shapes or len(one.shape) < 2:
        return False
    for role, name in one.tensors.items():
        first, second = tensors[name], tensors[other.tensors[role]]
        if not (isinstance(first, np.ndarray) and isinstance(second, np.ndarray)):
            return False
        if not np.array_equal(first, second):
            return False
    weight = np.asarray(tensors[next(iter(one.tensors.values()))])
    return bool(np.ptp(weight) > 0.0)

"""Which of the tensors in a checkpoint are the generator, whatever the dictionaries around them are called.

Every level of names that holds tensors is a candidate: it is taken for what its shapes can be, and only between several
that fit do names decide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from ganstudio.checkpoints.foreign.chain import PICTURES
from ganstudio.checkpoints.foreign.inferring import ChainProblemError, ChoiceError, Guess, infer
from ganstudio.checkpoints.foreign.modules import HasShape, grouped
from ganstudio.checkpoints.foreign.strangers import stranger
from ganstudio.settings import name_shown

__all__ = ["Candidate", "Found", "candidates", "found"]

Role = Literal["generator", "discriminator", "other"]

MOST: Final = 150
"""Levels that are looked at."""
MOST_NAMES: Final = 30_000
LARGEST_NETWORK: Final = 300
"""Tensors; levels with fewer are looked at even if those above had many."""
LISTED: Final = 6
SMALLEST_PICTURE: Final = 64
"""Numbers."""
SMALLEST_SURE_PICTURE: Final = 784
"""Numbers that a few dense layers give beside which unknown layers may stand."""
MOST_IN_ROW: Final = 24
"""Layers of a network that may begin with an encoder."""
AVERAGED: Final = re.compile(r"ema|average|averaged|avg|shadow|swa|target", re.IGNORECASE)
GENERATING: Final = re.compile(r"gen|^g$|^g_|_g$|netg|modelg|decod|synthesis", re.IGNORECASE)
JUDGING: Final = re.compile(r"dis|critic|^d$|^d_|_d$|netd|modeld|encod|classif|optim", re.IGNORECASE)


@dataclass(frozen=True)
class Candidate:
    """Tensors that share the beginning of their names.

    Attributes
    ----------
    name
        What their names begin with, without the last dot; "" for all of them.
    role
        What their shapes can be.
    tensors
        Their whole names.
    problem
        Why it is no generator; "" if it is one.
    """

    name: str
    role: Role
    tensors: tuple[str, ...]
    problem: str = ""

    @property
    def spoken(self) -> str:
        """What it is called for a person."""
        return self.name or "all tensors"


@dataclass(frozen=True)
class Found:
    """The candidate that was taken, with its architecture, beside all others.

    Attributes
    ----------
    candidates
        Likeliest first.
    """

    candidate: Candidate
    guess: Guess
    candidates: tuple[Candidate, ...]


def candidates(
    tensors: Mapping[str, HasShape], *, ordered: bool = True, values: Mapping[str, object] | None = None
) -> list[Candidate]:
    """Return the levels of names that may be networks, likeliest generator first.

    Parameters
    ----------
    tensors, ordered, values
        As in `inferring.infer`.
    """
    seen = [_looked_at(name, names, tensors, ordered, values) for name, names in _levels(tensors).items()]
    networks = [set(one.tensors) for one in seen if one.role != "other"]
    seen = [
        one
        if one.role != "other" or any(own < set(one.tensors) for own in networks)
        else _decoder(one, tensors, ordered, values) or one
        for one in seen
    ]
    fitting = [one for one in seen if one.role == "generator"]
    # What is part of a network that fits as a whole is no network of its own.
    parts = {
        id(one)
        for one in fitting
        for whole in fitting
        if len(whole.tensors) > len(one.tensors) and set(one.tensors) < set(whole.tensors)
    }
    # Nor is what holds such a network beside others.
    parts |= {
        id(one)
        for one in seen
        for whole in fitting
        if one.role != "generator" and set(whole.tensors) < set(one.tensors)
    }
    parts |= {id(one) for one in fitting if _is_scrap(one, seen, tensors)}
    return sorted((one for one in seen if id(one) not in parts), key=_rank)


def found(
    tensors: Mapping[str, HasShape],
    part: str | None = None,
    choices: Mapping[str, str] | None = None,
    *,
    ordered: bool = True,
    values: Mapping[str, object] | None = None,
) -> Found:
    """Return the generator among tensors.

    Parameters
    ----------
    part
        Name of the candidate that is taken, or its last part if only one is called so; by default the likeliest.
    tensors, choices, ordered, values
        As in `inferring.infer`.

    Raises
    ------
    ChainProblemError
        If there is none, or the part that was asked for is none.
    ChoiceError
        If there is no such part, or a choice is not allowed.
    """
    listed = candidates(tensors, ordered=ordered, values=values)
    taken = _named(listed, part, tensors) if part is not None else _likeliest(listed, tensors)
    guess = infer(_inside(tensors, taken), choices, ordered=ordered, values=values, level=taken.name)
    full = {ours: _joined(taken.name, theirs) for ours, theirs in guess.sources.items()}
    over = tuple(_joined(taken.name, theirs) for theirs in guess.over)
    whole = Guess(guess.architecture, full, guess.names, guess.questions, guess.notes, over)
    return Found(taken, whole, tuple(listed))


def _likeliest(listed: Sequence[Candidate], tensors: Mapping[str, HasShape]) -> Candidate:
    fitting = [one for one in listed if one.role == "generator"]
    if fitting:
        return fitting[0]
    if not listed:
        raise ChainProblemError(stranger(tensors) or "holds no layers of a network")
    judges = [one for one in listed if one.role == "discriminator"]
    if judges and len(judges) == len(listed):
        raise ChainProblemError(f"holds a discriminator ({name_shown(judges[0].spoken)}), no generator")
    # Of the others, the one whose name says that it generates tells best what is not known here.
    likely = next((one for one in listed if one.role == "other" and _hint(one.name) > 0), listed[0])
    if likely.role == "discriminator":
        likely = next(one for one in listed if one.role == "other")
    where = f"{name_shown(likely.name)}: " if likely.name else ""
    problem = _strange(likely.name, tensors) or likely.problem
    raise ChainProblemError(f"holds no generator that is known here; {where}{problem}")


def _strange(level: str, tensors: Mapping[str, HasShape]) -> str:
    """Return what kind of network stands at a level that is not opened; what a part does not tell, the whole may."""
    while level:
        found = stranger(
            {name[len(level) + 1 :]: tensor for name, tensor in tensors.items() if name.startswith(f"{level}.")}
        )
        if found:
            return found
        level = level.rpartition(".")[0]
    return stranger(tensors)


def _named(listed: Sequence[Candidate], part: str, tensors: Mapping[str, HasShape]) -> Candidate:
    for matching in (
        [one for one in listed if one.name == part],
        [one for one in listed if one.name.rpartition(".")[2] == part],
        [one for one in listed if part in one.name.split(".")],
    ):
        if len(matching) == 1:
            return matching[0]
    names = tuple(name for name in tensors if name.startswith(f"{part}."))
    if names:
        return Candidate(part, "generator", names)
    allowed = ", ".join(name_shown(one.spoken) for one in listed[:LISTED])
    raise ChoiceError(f"part: there is none called {name_shown(part)!r}; there are {allowed}")


# ---- levels of names -------------------------------------------------------------------------------------------------


def _levels(tensors: Mapping[str, HasShape]) -> dict[str, tuple[str, ...]]:
    """Return the tensors' names below each level; of levels that hold the same, the innermost."""
    below: dict[str, list[str]] = {"": []}
    for name in tensors:
        below[""].append(name)
        parts = name.split(".")
        for depth in range(1, len(parts)):
            below.setdefault(".".join(parts[:depth]), []).append(name)
    innermost: dict[tuple[str, ...], str] = {}
    for level, names in below.items():
        key = tuple(names)
        if len(key) > 1 and len(level) >= len(innermost.get(key, "")):
            innermost[key] = level
    chosen: dict[str, tuple[str, ...]] = {}
    looked_at = 0
    for inside in sorted(innermost, key=lambda names: -len(names))[:MOST]:
        looked_at += len(inside)
        if looked_at <= MOST_NAMES or len(inside) <= LARGEST_NETWORK:
            chosen[innermost[inside]] = inside
    return {level: names for level, names in chosen.items() if _layers(tensors, names) > 1}


def _layers(tensors: Mapping[str, HasShape], names: Sequence[str]) -> int:
    """Return how many tensors can be weights of layers."""
    return sum(len(tensors[name].shape) in (2, 4) for name in names)


def _inside(tensors: Mapping[str, HasShape], candidate: Candidate) -> dict[str, HasShape]:
    skipped = len(candidate.name) + 1 if candidate.name else 0
    return {name[skipped:]: tensors[name] for name in candidate.tensors}


def _joined(level: str, name: str) -> str:
    return f"{level}.{name}" if level else name


# ---- what a level is -------------------------------------------------------------------------------------------------


def _looked_at(
    name: str,
    names: tuple[str, ...],
    tensors: Mapping[str, HasShape],
    ordered: bool,
    values: Mapping[str, object] | None,
) -> Candidate:
    inside = _inside(tensors, Candidate(name, "other", names))
    try:
        infer(inside, ordered=ordered, values=values, level=name)
    except ChainProblemError as error:
        role: Role = "discriminator" if _judges(inside) else "other"
        return Candidate(name, role, names, str(error))
    if _judges(inside):
        return Candidate(name, "discriminator", names, "takes a picture and gives one number")
    return Candidate(name, "generator", names)


def _decoder(
    one: Candidate, tensors: Mapping[str, HasShape], ordered: bool, values: Mapping[str, object] | None
) -> Candidate | None:
    """Return the layers from the narrowest dense one on, if what stands before it takes pictures to codes.

    So autoencoders are written whose encoder and decoder are in one module.
    """
    inside = _inside(tensors, one)
    modules, _ = grouped(inside)
    layers = [module for module in modules if module.sort in ("dense", "maps")]
    if not 3 <= len(layers) <= MOST_IN_ROW or any(module.sort == "other" for module in modules):
        return None
    takes = layers[0].shape[1]
    sees = takes in PICTURES if layers[0].sort == "maps" else takes >= SMALLEST_SURE_PICTURE
    dense = [module for module in layers[1:] if module.sort == "dense"]
    if not sees or not dense:
        return None
    start = min(dense, key=lambda module: module.shape[1])
    own = {tensor for module in modules[modules.index(start) :] for tensor in module.tensors.values()}
    try:
        infer({key: inside[key] for key in inside if key in own}, ordered=ordered, values=values, level=one.name)
    except ChainProblemError:
        return None
    return Candidate(one.name, "generator", tuple(_joined(one.name, key) for key in inside if key in own))


def _is_scrap(one: Candidate, seen: Sequence[Candidate], tensors: Mapping[str, HasShape]) -> bool:
    """Whether a few dense layers are rather a part of a larger network with convolutions that is not understood."""
    shapes = [tensors[name].shape for name in one.tensors]
    dense = [shape for shape in shapes if len(shape) == 2]
    if any(len(shape) > 2 for shape in shapes) or not dense:
        return False
    if len(dense) > 1 and dense[-1][0] >= SMALLEST_SURE_PICTURE:
        return False
    known = {name for other in seen if other.role != "other" for name in other.tensors}
    wholes = [other for other in seen if other.role == "other" and set(one.tensors) < set(other.tensors)]
    return any(len(tensors[name].shape) > 2 for whole in wholes for name in set(whole.tensors) - known)


def _judges(tensors: Mapping[str, HasShape]) -> bool:
    """Whether tensors look like a network that takes a picture and gives few numbers: layers in the other direction."""
    modules, _ = grouped(tensors)
    layers = [module for module in modules if module.sort in ("dense", "maps")]
    if len(layers) < 2 or any(len(module.shape) > 2 for module in modules if module.sort == "other"):
        return False
    first, last = layers[0], layers[-1]
    gives = last.shape[0]
    if first.sort == "maps":
        maps = [module.shape for module in layers if module.sort == "maps"]
        chained = all(after[1] == before[0] for before, after in pairwise(maps))
        ends = last.sort == "dense" or gives == 1
        return chained and ends and first.shape[1] in PICTURES and first.shape[0] > first.shape[1]
    return last.sort == "dense" and first.shape[1] >= SMALLEST_PICTURE and gives <= max(PICTURES)


def _hint(name: str) -> int:
    """Return how much a name says that it is a generator."""
    parts = name.split(".")
    generating = any(GENERATING.search(part) for part in parts)
    judging = any(JUDGING.search(part) for part in parts)
    averaged = any(AVERAGED.search(part) for part in parts)
    # "ema.ema_model" rather than "ema.online_model".
    itself = bool(AVERAGED.search(parts[-1]))
    return 3 * averaged + 2 * generating - 5 * judging + itself


def _rank(candidate: Candidate) -> tuple[int, bool, int, int]:
    order = {"generator": 0, "other": 1, "discriminator": 2}
    # An average of parameters alone lacks the running statistics, without which it is another network.
    lacks = not any(name.endswith(".running_mean") for name in candidate.tensors)
    return order[candidate.role], lacks, -_hint(candidate.name), -len(candidate.tensors)

"""Modules put in a row so that each takes what the one before it gives."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise
from typing import Final, Literal

from ganstudio.checkpoints.foreign.modules import Module, natural

__all__ = ["Chain", "ChainProblemError", "Stage", "arranged"]

Kind = Literal["dense", "convolution", "transposed_convolution"]

PICTURES: Final = (1, 3, 4)
"""Channels of a picture: grey, colour, colour with opacity."""
LABELLED: Final = ("emb", "label", "class")
MOST_SEARCHED: Final = 300
"""Steps of the search for an order."""
LONGEST_SEARCHED: Final = 16
"""Layers of a network whose order is searched for; what has more is several networks."""
MOST_ORDERS: Final = 24
MOST_LAYERS: Final = 60


class ChainProblemError(ValueError):
    """Why modules do not make a generator."""


@dataclass(frozen=True)
class Stage:
    """A layer with weights and the normalisation that belongs to it.

    Attributes
    ----------
    either
        Whether its weight fits both kinds of convolution, so that `kind` is a guess.
    reshaped
        (channels, side) of the maps that a dense layer's output becomes, before the next layer.
    norm
        After the layer and, where its features are those of maps, after reshaping.
    """

    module: Module
    kind: Kind
    inputs: int
    outputs: int
    either: bool = False
    reshaped: tuple[int, int] | None = None
    norm: Module | None = None

    @property
    def kernel(self) -> int:
        """Side of a convolution's kernel; 1 of a dense layer."""
        return self.module.shape[2] if self.kind != "dense" else 1

    @property
    def norm_on_maps(self) -> bool:
        """Whether the normalisation comes after reshaping."""
        return bool(self.norm and self.reshaped and self.norm.shape[0] != self.outputs)


@dataclass(frozen=True)
class Chain:
    """A generator's modules in order.

    Attributes
    ----------
    first
        A normalisation of the input itself.
    tables
        Embeddings.
    slopes
        Learned slopes of activations, by the module that they follow.
    """

    stages: tuple[Stage, ...]
    tables: tuple[Module, ...] = ()
    first: Module | None = None
    slopes: Mapping[str, Module] = field(default_factory=dict)

    @property
    def convolutional(self) -> bool:
        """Whether any layer works on maps."""
        return any(stage.kind != "dense" for stage in self.stages)

    @property
    def modules(self) -> list[Module]:
        """All modules that it uses."""
        own = [stage.module for stage in self.stages] + [stage.norm for stage in self.stages if stage.norm]
        return [*own, *self.tables, *([self.first] if self.first else []), *self.slopes.values()]


def arranged(modules: Sequence[Module], *, ordered: bool) -> Chain:
    """Return modules as a row of layers.

    Parameters
    ----------
    ordered
        Whether their order is that of a program, which is tried first; otherwise their names' order is.

    Raises
    ------
    ChainProblemError
        Naming the first two that do not go together.
    """
    if strange := [module for module in modules if module.sort == "other"]:
        first = strange[0]
        has = _size(first.shape) if first.shape else f"it has {' and '.join(first.tensors)} alone"
        raise ChainProblemError(f"{_named(first)} is of a kind that is not known ({has})")
    layers = [module for module in modules if module.sort in ("dense", "maps")]
    if len(layers) > MOST_LAYERS:
        raise ChainProblemError(f"has {len(layers)} layers; up to {MOST_LAYERS} are understood")
    if not any(module.sort == "dense" or min(module.shape[:2]) <= max(PICTURES) for module in layers):
        raise ChainProblemError("has no layer that gives the colours of a picture")
    named = sorted(modules, key=lambda module: natural(module.name))
    problem: ChainProblemError | None = None
    for order in (list(modules), named) if ordered else (named, list(modules)):
        for tables, rest in _tables(order):
            try:
                return _chain(rest, tables)
            except ChainProblemError as error:
                problem = problem or error
    for tables, rest in _tables(named) if len(layers) <= LONGEST_SEARCHED else ():
        for order in islice(_orders(rest), MOST_ORDERS):
            try:
                return _chain(order, tables)
            except ChainProblemError:
                continue
    raise problem or ChainProblemError("has no layers")


def _tables(modules: list[Module]) -> Iterator[tuple[tuple[Module, ...], list[Module]]]:
    """Yield which modules may be embeddings, and the others: those called so, else none, else each that could be."""
    could = [module for module in modules if module.sort == "dense" and not module.biased]
    called = [module for module in could if any(part in module.name.lower() for part in LABELLED)]
    tried: list[list[Module]] = [called, []] if called else [[]]
    tried += [[module] for module in could if [module] not in tried]
    for tables in tried:
        yield tuple(tables), [module for module in modules if module not in tables]


def _orders(modules: list[Module]) -> Iterator[list[Module]]:
    """Yield orders in which layers take what the ones before give; normalisations follow at the end."""
    layers = [module for module in modules if module.sort in ("dense", "maps")]
    others = [module for module in modules if module.sort not in ("dense", "maps")]
    steps = 0

    def grown(row: list[Module], gives: int) -> Iterator[list[Module]]:
        nonlocal steps
        steps += 1
        if steps > MOST_SEARCHED:
            return
        if len(row) == len(layers):
            yield [*row, *others]
        for module in layers:
            if module not in row:
                for _, takes, then in _ways(module):
                    if _fits(gives, takes, module):
                        yield from grown([*row, module], then)

    for module in layers:
        for _, takes, gives in _ways(module):
            # A row that begins with a picture, or with nearly nothing, is somebody else's turned round.
            if takes > max(PICTURES):
                yield from grown([module], gives)


def _fits(gives: int, takes: int, module: Module) -> bool:
    return gives == takes or (module.sort == "maps" and gives % takes == 0 and _side(gives, takes) > 0)


def _ways(module: Module) -> list[tuple[Kind, int, int]]:
    """Return each kind that a layer can be, with the features that it then takes and gives."""
    shape, bias = module.shape, module.shapes.get("bias")
    if module.sort == "dense":
        ways: list[tuple[Kind, int, int]] = [("dense", shape[1], shape[0])]
    else:
        ways = [("transposed_convolution", shape[0], shape[1]), ("convolution", shape[1], shape[0])]
    axes = {"dense": 0, "convolution": 0, "transposed_convolution": 1}
    return [way for way in ways if bias in (None, (way[2],)) and module.weight(axes[way[0]])]


# ---- one order -------------------------------------------------------------------------------------------------------


def _chain(modules: Sequence[Module], tables: tuple[Module, ...]) -> Chain:
    layers = [module for module in modules if module.sort in ("dense", "maps")]
    if not layers:
        raise ChainProblemError("has no layers")
    stages = _stages(layers, modules)
    if stages[0].kind == "convolution" and stages[0].kernel > 1:
        raise ChainProblemError(f"{_named(layers[0])} looks at pictures or maps, and no layer makes them of a latent")
    for stage, after in pairwise(stages):
        if stage.kind != "dense" and stage.outputs in PICTURES and after.outputs > stage.outputs:
            raise ChainProblemError(
                f"{_named(stage.module)} makes pictures, {_named(after.module)} takes them apart again"
            )
    first, stages = _with_norms(stages, modules)
    slopes: dict[str, Module] = {}
    for before, module in pairwise(modules):
        if module.sort == "slope":
            if module.shape != (1,):
                raise ChainProblemError(f"{_named(module)} has a slope for each map, which is not known here")
            slopes[before.name] = module
    if modules and modules[0].sort == "slope":
        raise ChainProblemError(f"{_named(modules[0])} comes before any layer")
    chain = Chain(tuple(stages), tables, first, slopes)
    if len(chain.modules) != len(set(map(id, modules))) + len(tables):
        left = next(module for module in modules if module not in chain.modules)
        raise ChainProblemError(f"{_named(left)} belongs to no layer")
    return chain


def _stages(layers: Sequence[Module], modules: Sequence[Module]) -> list[Stage]:
    """Return each layer with what it takes and gives."""
    after = _norms_after(modules)
    problem = ChainProblemError(f"{_named(layers[-1])} does not give a picture")

    @functools.cache  # a square weight can be either kind, and twenty of them would be a million rows
    def rest(index: int, gives: int | None, flat: bool) -> list[Stage] | None:
        nonlocal problem
        if index == len(layers):
            return [] if flat or gives in PICTURES else None
        module = layers[index]
        ways = [way for way in _ways(module) if _takes(gives, flat, way)]
        if not ways:
            before = f", {_named(layers[index - 1])} gives {gives}" if index else ""
            problem = ChainProblemError(f"{_named(module)} takes {_size(_taken(module))}{before}")
        # What the normalisation right behind it has features for is what it gives.
        norm = after.get(module.name)
        ways.sort(key=lambda way: norm is not None and norm.shape[0] != way[2])
        for kind, takes, then in ways:
            behind = rest(index + 1, then, kind == "dense")
            if behind is None:
                continue
            reshaped = None
            if kind == "dense" and behind and behind[0].kind != "dense":
                reshaped = behind[0].inputs, _side(then, behind[0].inputs)
            either = kind != "dense" and module.shape[0] == module.shape[1] and len(_ways(module)) == 2
            return [Stage(module, kind, takes, then, either, reshaped), *behind]
        return None

    found = rest(0, None, True)
    if found is None:
        raise problem
    return _kinds_settled(found)


def _takes(gives: int | None, flat: bool, way: tuple[Kind, int, int]) -> bool:
    kind, takes, _ = way
    if gives is None:
        return takes > 1
    if kind == "dense":
        return flat and gives == takes
    return gives == takes if not flat else _side(gives, takes) > 0


def _side(features: int, channels: int) -> int:
    """Return the side of square maps that so many features are, or 0."""
    area, over = divmod(features, channels)
    side = math.isqrt(area)
    return side if not over and side * side == area else 0


def _kinds_settled(stages: list[Stage]) -> list[Stage]:
    """Return stages with a guess of what each square weight is: what others with such a kernel are."""
    sure = [stage for stage in stages if stage.kind != "dense" and not stage.either]
    return [replace(stage, kind=_likeliest(stage, sure)) if stage.either else stage for stage in stages]


def _likeliest(stage: Stage, sure: Sequence[Stage]) -> Kind:
    alike = {other.kind for other in sure if other.kernel == stage.kernel}
    if len(alike) == 1:
        return alike.pop()
    transposed = {other.kind for other in sure} == {"transposed_convolution"}
    if stage.kernel % 2 == 0 or (transposed and stage.kernel > 3):
        return "transposed_convolution"
    return "convolution"


def _norms_after(modules: Sequence[Module]) -> dict[str, Module]:
    """Return the normalisation directly behind each layer."""
    return {
        module.name: after
        for module, after in pairwise(modules)
        if module.sort in ("dense", "maps") and after.sort == "norm"
    }


def _with_norms(stages: list[Stage], modules: Sequence[Module]) -> tuple[Module | None, list[Stage]]:
    """Give each normalisation to the layer before it, or else each to the next layer with as many features."""
    norms = [module for module in modules if module.sort == "norm"]
    if not norms:
        return None, stages
    first, taken = _as_they_stand(stages, modules)
    if taken is None:
        first, taken = None, _one_after_the_other(stages, norms)
    if taken is None:
        raise ChainProblemError(f"{_named(norms[0])} does not fit behind the layers in any order")
    return first, [replace(stage, norm=norm) for stage, norm in zip(stages, taken, strict=True)]


def _as_they_stand(stages: list[Stage], modules: Sequence[Module]) -> tuple[Module | None, list[Module | None] | None]:
    taken: list[Module | None] = [None] * len(stages)
    index, first = -1, None
    for module in modules:
        if module.sort in ("dense", "maps"):
            index += 1
        elif module.sort == "norm" and index < 0 and first is None and module.shape == (stages[0].inputs,):
            first = module
        elif module.sort == "norm":
            if index < 0 or taken[index] or not _normalises(module, stages[index]):
                return None, None
            taken[index] = module
    return first, taken


def _one_after_the_other(stages: list[Stage], norms: list[Module]) -> list[Module | None] | None:
    left = list(norms)
    taken = [left.pop(0) if left and _normalises(left[0], stage) else None for stage in stages]
    return None if left else taken


def _normalises(norm: Module, stage: Stage) -> bool:
    return norm.shape[0] in (stage.outputs, stage.reshaped[0] if stage.reshaped else 0)


def _taken(module: Module) -> tuple[int, ...]:
    return tuple(takes for _, takes, _ in _ways(module))


def _size(numbers: Sequence[int]) -> str:
    return " or ".join(map(str, dict.fromkeys(numbers))) if len(numbers) <= 2 else " x ".join(map(str, numbers))


def _named(module: Module) -> str:
    return module.name or "a tensor without a module"

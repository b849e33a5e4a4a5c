"""Modules put in a row so that each takes what the one before it gives."""

from __future__ import annotations

import contextlib
import functools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise, permutations
from typing import Final, Literal

from ganstudio.checkpoints.foreign.blocks import FrontBlock, ResidualBlock
from ganstudio.checkpoints.foreign.modules import Module, hidden_between, natural

__all__ = ["Chain", "ChainProblemError", "Stage", "arranged"]

Kind = Literal["dense", "convolution", "transposed_convolution", "block"]

LAYERS: Final = ("dense", "maps", "block")
"""Sorts of modules that take something and give something."""
SHUFFLES: Final = (2, 3, 4)
"""How many times larger pixel shuffling makes maps."""
PICTURES: Final = (1, 3, 4)
"""Channels of a picture: grey, colour, colour with opacity."""
LABELLED: Final = ("emb", "label", "class")
MOST_SEARCHED: Final = 300
"""Steps of the search for an order."""
LONGEST_SEARCHED: Final = 16
"""Layers of a network whose order is searched for; what has more is several networks."""
LONGEST_WITH_FRONT: Final = 10
"""Layers of a network of which any two may be the first."""
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
        After the layer and, where its features are those of maps, after reshaping or shuffling.
    shuffled
        How many times larger pixel shuffling makes its maps before the next layer; 1 without.
    """

    module: Module
    kind: Kind
    inputs: int
    outputs: int
    either: bool = False
    reshaped: tuple[int, int] | None = None
    norm: Module | None = None
    shuffled: int = 1

    @property
    def kernel(self) -> int:
        """Side of a convolution's kernel; 1 of what is none."""
        return self.module.shape[2] if self.kind not in ("dense", "block") else 1

    @property
    def features(self) -> int:
        """Maps or numbers that the next layer is given."""
        return self.outputs // self.shuffled**2

    @property
    def norm_on_maps(self) -> bool:
        """Whether the normalisation comes after reshaping."""
        return bool(self.norm and self.reshaped and self.norm.shape[0] != self.outputs)

    @property
    def norm_after_shuffle(self) -> bool:
        """Whether the normalisation comes after pixel shuffling."""
        return bool(self.norm and self.shuffled > 1 and self.norm.shape[0] != self.outputs)


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
    level
        What stands before the names of all modules.
    """

    stages: tuple[Stage, ...]
    tables: tuple[Module, ...] = ()
    first: Module | None = None
    slopes: Mapping[str, Module] = field(default_factory=dict)
    level: str = ""

    @property
    def front(self) -> FrontBlock | None:
        """The first stage, where latent and label go through layers of their own."""
        block = self.stages[0].module.block
        return block if isinstance(block, FrontBlock) else None

    @property
    def convolutional(self) -> bool:
        """Whether any layer works on maps."""
        return any(not _gives_vector(stage.kind, stage.module) for stage in self.stages)

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
    layers = [module for module in modules if module.sort in LAYERS]
    if len(layers) > MOST_LAYERS:
        raise ChainProblemError(f"has {len(layers)} layers; up to {MOST_LAYERS} are understood")
    most = max(PICTURES) * max(SHUFFLES) ** 2
    if not any(module.sort == "dense" or min(module.shape[:2]) <= most for module in layers):
        raise ChainProblemError("has no layer that gives the colours of a picture")
    named = sorted(modules, key=lambda module: natural(module.name))
    problem: ChainProblemError | None = None
    for order in (list(modules), named) if ordered else (named, list(modules)):
        for tables, rest in _tables(order):
            try:
                return _chain(rest, tables)
            except ChainProblemError as error:
                problem = problem or error
            found = _first_of(_fronts(rest, tables), tables)
            if found:
                return found
    if len(layers) <= LONGEST_SEARCHED:
        for tables, rest in _tables(named):
            found = _first_of(islice(_orders(rest), MOST_ORDERS), tables)
            if found:
                return found
    if len(layers) <= LONGEST_WITH_FRONT:
        for tables, rest in _tables(named):
            joined = (order for front in _fronts(rest, tables, anywhere=True) for order in islice(_orders(front), 4))
            found = _first_of(islice(joined, MOST_ORDERS), tables)
            if found:
                return found
    raise problem or ChainProblemError("has no layers")


def _first_of(orders: Iterable[list[Module]], tables: tuple[Module, ...]) -> Chain | None:
    """Return the first order that is a row of layers."""
    for order in orders:
        with contextlib.suppress(ChainProblemError):
            return _chain(order, tables)
    return None


def _tables(modules: list[Module]) -> Iterator[tuple[tuple[Module, ...], list[Module]]]:
    """Yield which modules may be embeddings, and the others: those called so, else none, else each that could be."""
    could = [module for module in modules if module.sort == "dense" and not module.biased]
    called = [module for module in could if any(part in module.name.lower() for part in LABELLED)]
    tried: list[list[Module]] = [called, []] if called else [[]]
    tried += [[module] for module in could if [module] not in tried]
    for tables in tried:
        yield tuple(tables), [module for module in modules if module not in tables]


def _orders(modules: list[Module]) -> Iterator[list[Module]]:
    """Yield orders in which layers take what the ones before give.

    What stands beside a layer in a `Sequential` goes along; other normalisations follow at the end.
    """
    layers = [module for module in modules if module.sort in LAYERS]
    with_layer: dict[str, list[Module]] = {module.name: [module] for module in layers}
    others: list[Module] = []
    for index, module in enumerate(modules):
        if module.sort in LAYERS:
            continue
        before = next((one for one in reversed(modules[:index]) if one.sort in LAYERS), None)
        after = next((one for one in modules[index:] if one.sort in LAYERS), None)
        if before is not None and hidden_between(before, module) is not None:
            with_layer[before.name].append(module)
        elif after is not None and hidden_between(module, after) is not None:
            with_layer[after.name].insert(-1, module)
        else:
            others.append(module)
    steps = 0

    def grown(row: list[Module], gives: int) -> Iterator[list[Module]]:
        nonlocal steps
        steps += 1
        if steps > MOST_SEARCHED:
            return
        if len(row) == len(layers):
            yield [*(one for module in row for one in with_layer[module.name]), *others]
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
    return gives == takes or (module.sort != "dense" and gives % takes == 0 and _side(gives, takes) > 0)


def _ways(module: Module) -> list[tuple[Kind, int, int]]:
    """Return each kind that a layer can be, with the features that it then takes and gives."""
    shape, bias = module.shape, module.shapes.get("bias")
    if module.block:
        return [("block", module.block.inputs, module.block.outputs)]
    if module.sort == "dense":
        ways: list[tuple[Kind, int, int]] = [("dense", shape[1], shape[0])]
    else:
        ways = [("transposed_convolution", shape[0], shape[1]), ("convolution", shape[1], shape[0])]
    axes = {"dense": 0, "convolution": 0, "transposed_convolution": 1}
    return [way for way in ways if bias in (None, (way[2],)) and module.weight(axes[way[0]])]


# ---- one order -------------------------------------------------------------------------------------------------------


def _chain(modules: Sequence[Module], tables: tuple[Module, ...]) -> Chain:
    layers = [module for module in modules if module.sort in LAYERS]
    if not layers:
        raise ChainProblemError("has no layers")
    stages = _stages(layers, modules)
    looks = stages[0].kind == "convolution" and stages[0].kernel > 1
    if looks or (stages[0].kind == "block" and not isinstance(stages[0].module.block, FrontBlock)):
        raise ChainProblemError(f"{_named(layers[0])} looks at pictures or maps, and no layer makes them of a latent")
    for stage, after in pairwise(stages):
        if stage.kind not in ("dense", "block") and stage.outputs in PICTURES and after.outputs > stage.outputs:
            raise ChainProblemError(
                f"{_named(stage.module)} makes pictures, {_named(after.module)} takes them apart again"
            )
    first, stages = _with_norms(stages, modules)
    chain = Chain(tuple(stages), tables, first, _slopes(stages, modules))
    used = set(map(id, chain.modules))
    if left := [module for module in modules if id(module) not in used]:
        raise ChainProblemError(f"{_named(left[0])} belongs to no layer")
    return chain


def _slopes(stages: Sequence[Stage], modules: Sequence[Module]) -> dict[str, Module]:
    """Return learned slopes by the layer or the normalisation that they follow; a single one may serve all."""
    slopes = [module for module in modules if module.sort == "slope"]
    if len(slopes) == 1 and slopes[0].shape == (1,) and modules.index(slopes[0]) in (0, len(modules) - 1):
        return {stage.module.name: slopes[0] for stage in stages}
    found: dict[str, Module] = {}
    last: Stage | None = None
    of = {id(module): stage for stage in stages for module in (stage.module, stage.norm) if module}
    for module in modules:
        last = of.get(id(module), last)
        if module.sort != "slope":
            continue
        if last is None:
            raise ChainProblemError(f"{_named(module)} comes before any layer")
        if module.shape not in ((1,), (last.features,), (last.outputs,)) or last.module.name in found:
            has = f"{_named(module)} has {module.shape[0]} slopes"
            raise ChainProblemError(f"{has}, {_named(last.module)} gives {last.outputs}")
        found[last.module.name] = module
    return found


def _stages(layers: Sequence[Module], modules: Sequence[Module]) -> list[Stage]:
    """Return each layer with what it takes and gives."""
    after = _norms_after(modules)
    problem = ChainProblemError(f"{_named(layers[-1])} does not give a picture")

    @functools.cache  # a square weight can be either kind, and twenty of them would be a million rows
    def rest(index: int, gives: int | None, before: Kind, flat: bool) -> list[Stage] | None:
        nonlocal problem
        if index == len(layers):
            return [] if flat or _pictured(gives or 0, before) else None
        module = layers[index]
        ways = [way for way in _ways(module) if _takes(gives, before, flat, way)]
        if not ways:
            given = f", {_named(layers[index - 1])} gives {gives}" if index else ""
            problem = ChainProblemError(f"{_named(module)} takes {_size(_taken(module))}{given}")
        # What the normalisation right behind it has features for is what it gives.
        norm = after.get(module.name)
        ways.sort(key=lambda way: norm is not None and norm.shape[0] != way[2])
        for kind, takes, then in ways:
            vector = _gives_vector(kind, module)
            behind = rest(index + 1, then, kind, vector)
            if behind is None:
                continue
            reshaped = None
            if vector and behind and behind[0].kind != "dense":
                reshaped = behind[0].inputs, _side(then, behind[0].inputs)
            shuffled = 1
            if kind == "convolution":
                shuffled = _shuffle(then, behind[0].inputs) if behind else _pictured(then, kind)
            either = module.sort == "maps" and module.shape[0] == module.shape[1] and len(_ways(module)) == 2
            return [Stage(module, kind, takes, then, either, reshaped, None, shuffled), *behind]
        return None

    found = rest(0, None, "dense", True)
    if found is None:
        raise problem
    return _kinds_settled(found)


def _takes(gives: int | None, before: Kind, flat: bool, way: tuple[Kind, int, int]) -> bool:
    kind, takes, _ = way
    if gives is None:
        return takes > 1
    if kind == "dense":
        return flat and gives == takes
    if flat:
        return _side(gives, takes) > 0
    return gives == takes or (before == "convolution" and _shuffle(gives, takes) > 1)


def _gives_vector(kind: Kind, module: Module) -> bool:
    """Whether a layer gives a vector, no maps."""
    return kind == "dense" or (isinstance(module.block, FrontBlock) and not module.block.side)


def _shuffle(gives: int, takes: int) -> int:
    """Return how many times larger pixel shuffling makes maps, 1 where it is none."""
    return next((factor for factor in SHUFFLES if gives == takes * factor**2), 1)


def _pictured(gives: int, before: Kind) -> int:
    """Return how many times larger pixel shuffling makes a picture of the last layer's maps, 0 if they are none."""
    if gives in PICTURES:
        return 1
    if before != "convolution":
        return 0
    return next((factor for factor in SHUFFLES for channels in (3, 1) if gives == channels * factor**2), 0)


def _side(features: int, channels: int) -> int:
    """Return the side of square maps that so many features are, or 0."""
    area, over = divmod(features, channels)
    side = math.isqrt(area)
    return side if not over and side * side == area else 0


def _kinds_settled(stages: list[Stage]) -> list[Stage]:
    """Return stages with a guess of what each square weight is: what others with such a kernel are."""
    sure = [stage for stage in stages if stage.kind not in ("dense", "block") and not stage.either]
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
    return {module.name: after for module, after in pairwise(modules) if module.sort in LAYERS and after.sort == "norm"}


def _with_norms(stages: list[Stage], modules: Sequence[Module]) -> tuple[Module | None, list[Stage]]:
    """Give each normalisation to the layer before it, or else each to the next layer with as many features."""
    norms = [module for module in modules if module.sort == "norm"]
    if not norms:
        return None, stages
    first, taken = _as_they_stand(stages, modules)
    if taken is None:
        first, taken = None, _one_after_the_other(stages, norms) or _by_features(stages, norms)
    if taken is None:
        raise ChainProblemError(f"{_named(norms[0])} does not fit behind the layers in any order")
    return first, [replace(stage, norm=norm) for stage, norm in zip(stages, taken, strict=True)]


def _as_they_stand(stages: list[Stage], modules: Sequence[Module]) -> tuple[Module | None, list[Module | None] | None]:
    taken: list[Module | None] = [None] * len(stages)
    index, first = -1, None
    for module in modules:
        if module.sort in LAYERS:
            index += 1
        elif module.sort == "norm" and index < 0 and first is None and module.shape == (stages[0].inputs,):
            first = module
        elif module.sort == "norm":
            if index < 0 or taken[index] or not _normalises(module, stages[index]):
                return None, None
            taken[index] = module
    return first, taken


def _by_features(stages: list[Stage], norms: list[Module]) -> list[Module | None] | None:
    """Give each layer but the last the normalisation of as many features whose name is most like its own."""
    left = list(norms)
    taken: list[Module | None] = []
    for stage in stages[:-1]:
        fitting = [(_alike(norm.name, stage.module.name), -place) for place, norm in enumerate(left)]
        best = max((one for one in fitting if _normalises(left[-one[1]], stage)), default=None)
        taken.append(left.pop(-best[1]) if best else None)
    return None if left else [*taken, None]


def _alike(one: str, other: str) -> int:
    """Return how many letters two names have in common at their beginning."""
    return next((count for count, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(one))


def _one_after_the_other(stages: list[Stage], norms: list[Module]) -> list[Module | None] | None:
    blocks = [one for stage in stages if isinstance(one := stage.module.block, ResidualBlock)]
    if any(block.norms_first for block in blocks):  # they have their own, and the last convolution has one before it
        found = _one_after_the_other_from(stages[::-1], norms[::-1])
        return found and found[::-1]
    return _one_after_the_other_from(stages, norms)


def _one_after_the_other_from(stages: list[Stage], norms: list[Module]) -> list[Module | None] | None:
    left = list(norms)
    taken = [left.pop(0) if left and _normalises(left[0], stage) else None for stage in stages]
    return None if left else taken


def _normalises(norm: Module, stage: Stage) -> bool:
    return norm.shape[0] in (stage.outputs, stage.features, stage.reshaped[0] if stage.reshaped else 0)


# ---- two first layers ------------------------------------------------------------------------------------------------


def _fronts(modules: Sequence[Module], tables: tuple[Module, ...], *, anywhere: bool = False) -> Iterator[list[Module]]:
    """Yield modules with two layers as one block, if one can take a latent and the other a label.

    Parameters
    ----------
    anywhere
        Whether any two layers may be those, not only the first two.
    """
    layers = [module for module in modules if module.sort in LAYERS]
    if len(layers) < 3:
        return
    norms = _norms_after(modules)
    for latent, label in permutations(layers if anywhere else layers[:2], 2):
        following = [one for one in layers if one not in (latent, label)] if anywhere else [layers[2]]
        for kind, takes, gives in _ways(latent):
            for other_kind, other_takes, other_gives in _ways(label):
                if kind != other_kind or kind not in ("dense", "transposed_convolution"):
                    continue
                if (takes, gives) < (other_takes, other_gives):
                    continue
                if tables and tables[0].shape[1] != other_takes:
                    continue
                own = norms.get(latent.name), norms.get(label.name)
                for maps, side in _meetings(kind, (latent, label), (gives, other_gives), following):
                    block = FrontBlock((latent, label), own, kind, (takes, other_takes), maps, side)
                    rest = [module for module in modules if module not in block.modules]
                    yield [Module(latent.name, block=block), *rest]


def _meetings(
    kind: Kind, layers: tuple[Module, Module], gives: tuple[int, int], following: Sequence[Module]
) -> set[tuple[tuple[int, int], int]]:
    """Return the maps and the sides as which two layers' outcomes can go into any of some others."""
    return {one for module in following for one in _met(kind, layers, gives, module)}


def _met(
    kind: Kind, layers: tuple[Module, Module], gives: tuple[int, int], following: Module
) -> Iterator[tuple[tuple[int, int], int]]:
    """Yield the maps and the side, or the features and 0, as which two layers' outcomes can go into a third."""
    for _, takes, _ in _ways(following):
        if kind == "transposed_convolution":
            if layers[0].shape[2:] == layers[1].shape[2:] and sum(gives) == takes:
                yield gives, layers[0].shape[2]
        elif following.sort == "dense":
            if sum(gives) == takes:
                yield gives, 0
        elif (side := _side(sum(gives), takes)) and not any(one % side**2 for one in gives):
            yield (gives[0] // side**2, gives[1] // side**2), side


def _taken(module: Module) -> tuple[int, ...]:
    return tuple(takes for _, takes, _ in _ways(module))


def _size(numbers: Sequence[int]) -> str:
    return " or ".join(map(str, dict.fromkeys(numbers))) if len(numbers) <= 2 else " x ".join(map(str, numbers))


def _named(module: Module) -> str:
    return module.name or "a tensor without a module"

"""A row of modules as layers of an `Architecture`, with every question that is asked on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, cast

import numpy as np

from ganstudio import architecture
from ganstudio.architecture import (
    Activation,
    Attention,
    BatchNorm,
    Branches,
    Convolution,
    Dense,
    GroupNorm,
    Padding,
    PixelShuffle,
    Reshape,
    Slopes,
    TransposedConvolution,
    Upsample,
)
from ganstudio.checkpoints.foreign import geometry
from ganstudio.checkpoints.foreign.blocks import AttentionBlock, FrontBlock, ResidualBlock
from ganstudio.checkpoints.foreign.chain import PICTURES, Chain, ChainProblemError, Stage
from ganstudio.checkpoints.foreign.geometry import Geometry, Way
from ganstudio.checkpoints.foreign.habits import ACTIVATIONS, EPSILONS, Answers
from ganstudio.checkpoints.foreign.modules import HasShape, Module, hidden_before, hidden_between
from ganstudio.checkpoints.foreign.questions import Asked, ChoiceError

__all__ = ["Built", "asked_kinds", "built"]

OFFERED: Final = 6
"""Options of a question about sizes."""
OFFERED_UP_TO: Final = 5.0
"""How much more unusual than the likeliest strides others may be."""


@dataclass
class Built:
    """Layers as they are added.

    Attributes
    ----------
    sources
        Their names of tensors by ours.
    names
        For each layer, their name of the module that it comes from, "" for what has no parameters.
    """

    layers: list[architecture.Layer] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    output_range: tuple[float, float] = (-1.0, 1.0)

    def add(self, layer: architecture.Layer, module: Module | None = None, weight: str | None = None) -> None:
        """Add a layer and the tensors that it needs."""
        self.add_from(layer, module.name if module else "", _sources(module, weight) if module else {})

    def add_from(self, layer: architecture.Layer, name: str, sources: Mapping[str, str]) -> None:
        """Add a layer, the name of the module that it comes from, and their names of its tensors by ours."""
        index = len(self.layers)
        self.layers.append(layer)
        self.names.append(name)
        self.sources |= {f"{index}.{ours}": theirs for ours, theirs in sources.items()}

    def as_row(self) -> tuple[architecture.Plain, ...]:
        """Return the layers as those of one branch."""
        return tuple(cast("architecture.Plain", layer) for layer in self.layers)


def _sources(module: Module, weight: str | None = None) -> dict[str, str]:
    """Return their names of a module's tensors by role."""
    roles = ("weight", "bias", "running_mean", "running_var")
    found = {role: module.tensors[role] for role in roles if role in module.tensors}
    return found | ({"weight": weight} if weight else {})


def asked_kinds(asked: Asked, chain: Chain) -> Chain:
    """Return the chain with the kinds of those layers settled whose square weights leave them open."""
    stages = []
    for stage in chain.stages:
        if stage.either:
            kinds = ("convolution", "transposed_convolution")
            ordered = kinds if stage.kind == "convolution" else kinds[::-1]
            kind = asked(f"kind.{stage.module.name}", f"what {stage.module.name} is", *ordered)
            stages.append(replace(stage, kind=cast("Literal['convolution', 'transposed_convolution']", kind)))
        else:
            stages.append(stage)
    return replace(chain, stages=tuple(stages))


def built(
    asked: Asked, chain: Chain, tensors: Mapping[str, HasShape], choices: Mapping[str, str], usual: Answers
) -> Built:
    """Return the layers of a generator."""
    plan = _Plan(asked, chain, tensors, usual)
    ways = _asked_ways(asked, chain, plan, choices)
    return plan.carried_out(ways)


# ---- sizes -----------------------------------------------------------------------------------------------------------


def _asked_ways(asked: Asked, chain: Chain, plan: _Plan, choices: Mapping[str, str]) -> dict[str, Way]:
    """Return how each convolution changes sizes, by their module's name."""
    maps = [stage for stage in chain.stages if _resizes(stage)]
    if not maps:
        return {}
    front = chain.front.side if chain.front else 1
    side = next((stage.reshaped[1] for stage in chain.stages if stage.reshaped), front)
    layers = [
        geometry.Layer(
            "transposed_convolution" if stage.kind == "transposed_convolution" else "convolution",
            stage.kernel,
            plan.doubling(stage),
            last=stage is maps[-1],
            alone=all(other.kernel != stage.kernel for other in maps if other is not stage),
            block=stage.kind == "block",
            shuffled=stage.shuffled,
        )
        for stage in maps
    ]
    found = geometry.geometries(layers, side, maps[-1].features)
    if "strides" in choices:
        try:
            found = [geometry.parsed(choices["strides"], layers, side)]
        except ValueError as error:
            raise ChoiceError(f"strides: {error}") from None
    if not found:
        raise ChainProblemError("no usual strides and paddings make a picture of it")
    chosen = _asked_side(asked, found)
    alike = [one for one in found if one.side == chosen]
    spelled = [geometry.spelled(one.ways) for one in alike if one.cost <= alike[0].cost + OFFERED_UP_TO][:OFFERED]
    asked("strides", "stride/padding of each convolution", *spelled, also="others")
    return {stage.module.name: way for stage, way in zip(maps, alike[0].ways, strict=True)}


def _resizes(stage: Stage) -> bool:
    """Whether a layer may change the size of maps."""
    return stage.kind in ("convolution", "transposed_convolution") or isinstance(stage.module.block, ResidualBlock)


def _asked_side(asked: Asked, found: Sequence[Geometry]) -> int:
    sides = list(dict.fromkeys(one.side for one in found))
    usual = [side for side in sides if side in geometry.PLAUSIBLE][:OFFERED]
    options = list(dict.fromkeys([sides[0], *usual]))
    said = asked("resolution", "height and width of the pictures", *map(str, options), also="what kernels allow")
    if said not in map(str, sides):
        raise ChoiceError(f"resolution: {said[:20]!r} is not allowed; allowed: {', '.join(map(str, sorted(sides)))}")
    return int(said)


# ---- layers ----------------------------------------------------------------------------------------------------------


class _Plan:
    """What follows what, and where functions without parameters are."""

    def __init__(self, asked: Asked, chain: Chain, tensors: Mapping[str, HasShape], usual: Answers) -> None:
        self._asked = asked
        self._chain = chain
        self._tensors = tensors
        self._usual = usual
        self._next = dict(zip((stage.module.name for stage in chain.stages), chain.stages[1:], strict=False))
        self._before = {after.module.name: stage for stage, after in zip(chain.stages, chain.stages[1:], strict=False)}

    def doubling(self, stage: Stage) -> bool | None:
        """Return whether maps are doubled before a convolution or in a block, as far as is known."""
        if stage.kind == "transposed_convolution":
            return False
        before = self._before.get(stage.module.name)
        block = stage.module.block
        if isinstance(block, ResidualBlock):
            others = [one.module.block for one in self._chain.stages if isinstance(one.module.block, ResidualBlock)]
            # What has a convolution to go past although it need not changes the size; so do all where none has one.
            return block.shortcut is not None or not any(other.shortcut for other in others)
        if before is None:
            return None
        if any(one.shuffled > 1 for one in self._chain.stages):
            return False
        hidden = self._hidden_after(before)
        if hidden is None:
            if hidden_before(stage.module, self._chain.modules):
                return True
            # Where transposed convolutions enlarge maps, the others seldom do.
            return False if any(one.kind == "transposed_convolution" for one in self._chain.stages[1:]) else None
        if self._padded_apart():
            return hidden > 2
        return hidden > 1 or (hidden == 1 and before.reshaped is not None)

    def _padded_apart(self) -> bool:
        """Whether names leave room for a padding of its own before every convolution, the last one too."""
        hidden = [
            self._hidden_after(before)
            for before in self._chain.stages[:-1]
            if self._next[before.module.name].kind == "convolution" and before.reshaped is None
        ]
        known = [one for one in hidden if one is not None]
        return len(known) == len(hidden) and len(known) > 1 and min(known) == 2 and max(known) == 3

    def _hidden_after(self, stage: Stage) -> int | None:
        """Return how many functions stand between a layer, its normalisation and reshaping, and the next layer."""
        following = self._next.get(stage.module.name)
        if following is None:
            return None
        hidden = hidden_between(stage.norm or stage.module, following.module)
        unflattened = 1 if stage.reshaped and not stage.norm_on_maps else 0
        return hidden if hidden is None else max(0, hidden - unflattened)

    def _activated(self, stage: Stage, doubled: bool) -> tuple[bool, bool]:
        """Return whether an activation follows a layer directly, and whether one follows after its normalisation.

        Parameters
        ----------
        doubled
            Whether the next layer is given doubled maps, which takes a place, too.
        """
        directly = hidden_between(stage.module, stage.norm) if stage.norm else None
        if directly is not None and stage.norm_on_maps:
            directly -= 1
        if stage.kind == "block":
            return False, stage.norm is not None or self._asked_after(stage)
        behind = self._hidden_after(stage)
        following = self._next.get(stage.module.name)
        if behind is not None and following is not None and following.kind == "convolution" and self._padded_apart():
            behind -= 1
        if stage.shuffled > 1 and behind is not None:
            behind -= 1
        if stage.norm_after_shuffle and directly is not None:
            directly, behind = directly - 1, None if behind is None else behind + 1
        if directly is not None and directly > 0:
            return True, False
        if behind is not None:
            return False, behind - doubled > 0
        if stage.reshaped is None:
            return False, True
        options = ("yes", "no") if stage.norm else ("no", "yes")
        text = "whether an activation follows the dense layer before the maps"
        return False, self._asked("dense_activation", text, *options) == "yes"

    def _asked_after(self, stage: Stage) -> bool:
        """Return whether an activation follows a block directly: what ends in a normalisation usually has one."""
        if not isinstance(stage.module.block, ResidualBlock):
            return False
        options = ("no", "yes") if stage.module.block.norms_first else ("yes", "no")
        return self._asked("block_activation", "activation behind each block", *options) == "yes"

    def carried_out(self, ways: Mapping[str, Way]) -> Built:
        """Return the layers."""
        out = Built()
        asked, usual = self._asked, self._usual
        normed = self._chain.first is not None or any(stage.norm for stage in self._chain.stages)
        function = "relu"
        if len(self._chain.stages) > 1:
            rest = (name for name in ACTIVATIONS if name != usual.activation)
            function = asked("activation", "between layers", usual.activation, *rest)
        self._epsilons = self._asked_epsilons() if normed else []
        mode = "nearest"
        if any(way.doubled for way in ways.values()):
            other = "bilinear" if usual.upsample == "nearest" else "nearest"
            mode = asked("upsample", "how maps are doubled", usual.upsample, other)
        if self._chain.first:
            self._norm(out, self._chain.first, flat=True)
        self._mode = cast("Literal['nearest', 'bilinear']", mode)
        self._function = function
        self._border = self._asked_border(ways)
        self._unseen = self._asked_unseen(normed)
        for stage in self._chain.stages:
            way = ways.get(stage.module.name, Way(1, 0))
            if way.doubled and not stage.module.block:
                out.add(Upsample(mode=self._mode))
            self._layer(out, stage, way)
            following = self._next.get(stage.module.name)
            doubled = following is not None and ways.get(following.module.name, way).doubled
            self._behind(out, stage, function, following is None, doubled)
        self._output(out)
        return out

    def _layer(self, out: Built, stage: Stage, way: Way) -> None:
        module, bias = stage.module, stage.module.biased
        axis = 1 if stage.kind == "transposed_convolution" else 0
        layer: architecture.Layer
        if module.block:
            self._block(out, stage, way)
            return
        if stage.kind == "dense":
            layer = Dense(inputs=stage.inputs, outputs=stage.outputs, bias=bias)
        elif stage.kind == "convolution":
            self._convolution(out, module, way)
            return
        else:
            layer = TransposedConvolution(
                inputs=stage.inputs,
                outputs=stage.outputs,
                kernel=stage.kernel,
                stride=way.stride,
                padding=way.padding,
                output_padding=way.output_padding,
                bias=bias,
            )
        out.add(layer, module, module.weight(axis))

    def _convolution(self, out: Built, module: Module, way: Way) -> None:
        outputs, inputs, kernel, _ = module.shape
        padding = way.padding
        if padding and self._border != "zeros":
            out.add(Padding(margin=padding, border=self._border))
            padding = 0
        layer = Convolution(
            inputs=inputs, outputs=outputs, kernel=kernel, stride=way.stride, padding=padding, bias=module.biased
        )
        out.add(layer, module, module.weight(0))

    def _asked_border(self, ways: Mapping[str, Way]) -> Literal["zeros", "reflect", "replicate"]:
        """Return what convolutions see beyond the edge of maps."""
        blocks = any(isinstance(stage.module.block, ResidualBlock) for stage in self._chain.stages)
        padded = any(stage.kind == "convolution" and ways[stage.module.name].padding for stage in self._chain.stages)
        if not (blocks or padded):
            return "zeros"
        options = ("reflect", "zeros", "replicate") if self._padded_apart() else ("zeros", "reflect", "replicate")
        said = self._asked("border", "what convolutions see beyond the edge", *options)
        return cast("Literal['zeros', 'reflect', 'replicate']", said)

    # ---- blocks ------------------------------------------------------------------------------------------------------

    def _block(self, out: Built, stage: Stage, way: Way) -> None:
        """Add what is several modules at once."""
        block, name = stage.module.block, stage.module.name
        if isinstance(block, AttentionBlock):
            layer = Attention(features=block.outputs, keys=block.query.shape[0], bias=block.query.biased)
            parts = {"query": block.query, "key": block.key, "value": block.value}
            sources = {
                f"{own}.{role}": theirs
                for own, module in parts.items()
                for role, theirs in _sources(module, module.weight(0)).items()
            }
            out.add_from(layer, name, sources | {"gamma": block.gain})
        elif isinstance(block, ResidualBlock):
            self._branches(out, name, self._residual(block, way.doubled), "added")
        elif isinstance(block, FrontBlock):
            self._front(out, name, block)

    def _branches(
        self,
        out: Built,
        name: str,
        rows: Sequence[Built],
        joined: Literal["added", "concatenated"],
        takes: tuple[int, ...] = (),
    ) -> None:
        layer = Branches(rows=tuple(row.as_row() for row in rows), joined=joined, takes=takes)
        sources = {
            f"{branch}.{ours}": theirs for branch, row in enumerate(rows) for ours, theirs in row.sources.items()
        }
        out.add_from(layer, name, sources)

    def _residual(self, block: ResidualBlock, doubled: bool) -> list[Built]:
        """Return the layers of a block and of what goes past them."""
        row, past = Built(), Built()
        norms = list(block.norms)
        for index, module in enumerate((block.first, block.second)):
            if block.norms_first and norms:
                self._norm(row, norms.pop(0), flat=False)
            if block.norms_first or index:
                row.add(_function(self._function))
            if doubled and not index:
                row.add(Upsample(mode=self._mode))
            self._convolution(row, module, Way(1, (module.shape[2] - 1) // 2))
            if norms and not block.norms_first:
                self._norm(row, norms.pop(0), flat=False)
        if doubled:
            past.add(Upsample(mode=self._mode))
        if block.shortcut:
            self._convolution(past, block.shortcut, Way(1, 0))
        return [row, past]

    def _front(self, out: Built, name: str, block: FrontBlock) -> None:
        """Add two layers beside one another, for the latent and for the label."""
        text = "activation behind the label's own layer"
        bare = block.kind == "dense" and not block.norms[1] and bool(block.side)
        options = ("no", "yes") if bare else ("yes", "no")
        activated = True, self._asked("label_activation", text, *options) == "yes"
        first = self._usual.front or self._function
        rest = (name for name in ACTIVATIONS if name != first)
        function = self._asked("front_activation", "behind the latent's own layer", first, *rest)
        rows = []
        for module, norm, takes, maps, active in zip(
            block.layers, block.norms, block.takes, block.maps, activated, strict=True
        ):
            row = Built()
            if block.kind == "dense":
                features = maps * max(block.side, 1) ** 2
                row.add(Dense(inputs=takes, outputs=features, bias=module.biased), module, module.weight(0))
            else:
                layer = TransposedConvolution(inputs=takes, outputs=maps, kernel=block.side, bias=module.biased)
                row.add(layer, module, module.weight(1))
            reshapes = block.kind == "dense" and bool(block.side)
            if norm:
                if reshapes and norm.shape[0] == maps:
                    self._reshape(row, (maps, block.side))
                    reshapes = False
                self._norm(row, norm, flat=block.kind == "dense" and not (block.side and norm.shape[0] == maps))
            if active:
                row.add(_function(function))
            if reshapes:
                self._reshape(row, (maps, block.side))
            rows.append(row)
        takes_ = block.takes
        if self._asked("order", "what stands first in the input", "latent,label", "label,latent") == "label,latent":
            rows, takes_ = rows[::-1], takes_[::-1]
        self._branches(out, name, rows, "concatenated", takes_)

    def _behind(self, out: Built, stage: Stage, function: str, last: bool, doubled: bool) -> None:
        """Add what follows a layer up to the next one."""
        directly, after = (False, False) if last else self._activated(stage, doubled)
        if self._unseen != "none" and self._has_room(stage, last, doubled):
            features = stage.outputs
            groups = features if self._unseen == "instance" else 1
            out.add(GroupNorm(features=features, groups=groups, affine=False))
        if directly:
            self._activation(out, stage, function)
        if stage.reshaped and stage.norm_on_maps:
            self._reshape(out, stage.reshaped)
        shuffles = stage.shuffled > 1
        if shuffles and (stage.norm_after_shuffle or not stage.norm):
            out.add(PixelShuffle(factor=stage.shuffled))
            shuffles = False
        if stage.norm:
            self._norm(out, stage.norm, flat=stage.kind == "dense" and not stage.norm_on_maps)
        if shuffles:
            out.add(PixelShuffle(factor=stage.shuffled))
        if after:
            self._activation(out, stage, function)
        if stage.reshaped and not stage.norm_on_maps:
            self._reshape(out, stage.reshaped)

    def _asked_unseen(self, normed: bool) -> str:
        """Return what stands behind convolutions that has no parameters, where nothing else is normalised."""
        if normed or not any(_resizes(stage) for stage in self._chain.stages[:-1]):
            return "none"
        text = "normalisation without parameters"
        return self._asked("unseen", text, "none", "instance", "layer")

    def _has_room(self, stage: Stage, last: bool, doubled: bool) -> bool:
        """Whether names leave room for more than an activation behind a convolution, or tell nothing."""
        hidden = self._hidden_after(stage)
        return not last and _resizes(stage) and (hidden is None or hidden - doubled > 1)

    def _reshape(self, out: Built, size: tuple[int, int]) -> None:
        channels, side = size
        out.add(Reshape(channels=channels, height=side, width=side))

    def _activation(self, out: Built, stage: Stage, function: str) -> None:
        slope = self._chain.slopes.get(stage.module.name) or (
            self._chain.slopes.get(stage.norm.name) if stage.norm else None
        )
        if slope is None:
            out.add(_function(function))
            return
        if slope.shape != (1,):
            out.add(Slopes(features=slope.shape[0]), slope)
            return
        value = float(np.asarray(self._tensors[slope.tensors["weight"]]).reshape(-1)[0])
        if not 0.0 <= value <= 10.0:
            raise ChainProblemError(f"{slope.name} has a slope of {value:g}; from 0 to 10 is known here")
        out.add(Activation(function="leaky_relu", slope=value))

    def _norm(self, out: Built, module: Module, *, flat: bool) -> None:
        features, affine = module.shape[0], "weight" in module.tensors
        halves = ("weight" in module.tensors) != ("bias" in module.tensors)
        halves |= ("running_mean" in module.tensors) != ("running_var" in module.tensors)
        if halves or any(shape != (features,) for shape in module.shapes.values()):
            raise ChainProblemError(f"{module.name} has only parts of what a normalisation of {features} features has")
        if {"running_mean", "running_var"} <= module.tensors.keys():
            epsilon = self._epsilons.pop(0) if len(self._epsilons) > 1 else self._epsilons[0]
            out.add(BatchNorm(features=features, affine=affine, epsilon=epsilon), module)
            return
        groups = 1 if flat else self._asked_groups(features)
        out.add(GroupNorm(features=features, groups=groups, affine=affine), module)

    def _asked_groups(self, features: int) -> int:
        """Return over how many groups of maps a normalisation without running statistics goes."""
        text = "what the normalisations without running statistics are"
        said = self._asked("normalisation", text, "instance", "layer", "32 groups", "16 groups", "8 groups", "4 groups")
        groups = {"instance": features, "layer": 1}.get(said) or int(said.split()[0])
        if features % groups:
            raise ChoiceError(f"normalisation: {features} maps cannot be {groups} groups")
        return groups

    def _asked_epsilons(self) -> list[float]:
        """Return what is added to variances: of one normalisation after the other, the last number for the rest."""
        rest = (text for text in EPSILONS if text != self._usual.epsilon)
        said = self._asked("epsilon", "added to variances", self._usual.epsilon, *rest, also="numbers")
        try:
            numbers = [float(text) for text in said.split(",")]
        except ValueError:
            numbers = [0.0]
        if not all(0.0 < number <= 1.0 for number in numbers):
            raise ChoiceError(
                f"epsilon: {said[:40]!r} is not allowed; one number above 0 and up to 1 is, or two with a comma"
            )
        return numbers

    def _output(self, out: Built) -> None:
        """Add what makes a picture of the last layer's numbers."""
        last = self._chain.stages[-1]
        if last.kind == "dense":
            options = _pictures(last.outputs)
            said = self._asked("picture", "channels x height x width", *options)
            channels, height, width = map(int, said.split("x"))
            out.add(Reshape(channels=channels, height=height, width=width))
        rest = (name for name in ("tanh", "sigmoid", "identity") if name != self._usual.output)
        said = self._asked("output", "what makes pixels of the last layer's numbers", self._usual.output, *rest)
        if said != "identity":
            out.add(Activation(function=cast("Literal['tanh', 'sigmoid']", said)))
        out.output_range = (0.0, 1.0) if said == "sigmoid" else (-1.0, 1.0)


def _function(name: str) -> Activation:
    """Return an activation by the name that options have: "leaky_relu_0.2" has its slope in it."""
    if name.startswith("leaky_relu"):
        return Activation(function="leaky_relu", slope=float(name.rpartition("_")[2]))
    return Activation.model_validate({"function": name})


def _pictures(numbers: int) -> list[str]:
    """Return which square pictures so many numbers can be, likeliest first."""
    found = []
    for channels in PICTURES:
        side = round((numbers / channels) ** 0.5)
        if channels * side * side == numbers and side >= geometry.SMALLEST:
            cost = -1.0 if (channels, side) == (1, 28) else geometry.PLAUSIBLE.get(side, geometry.IMPLAUSIBLE)
            found.append((cost + (channels == 4), f"{channels}x{side}x{side}"))
    if not found:
        raise ChainProblemError(f"its last layer gives {numbers} numbers, which are no square picture")
    return [text for _, text in sorted(found)]

"""What a picture generator is made of, as plain values: layers in order, and what goes in at the front.

The same description trains, samples, is written into model files, drawn as a diagram, and found in other programs'
checkpoints. It needs no torch; `ganstudio.nets.layers` evaluates it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ganstudio.settings import Settings

__all__ = [
    "Activation",
    "Architecture",
    "Attention",
    "BatchNorm",
    "Branches",
    "Convolution",
    "Dense",
    "Graph",
    "GroupNorm",
    "Input",
    "Layer",
    "Padding",
    "PixelShuffle",
    "Plain",
    "Reshape",
    "Slopes",
    "TransposedConvolution",
    "Upsample",
]

MOST: Final = 65_536
"""Largest size of one axis that is believed."""

Size = Annotated[int, Field(ge=1, le=MOST)]
Maps = Annotated[int, Field(ge=1, le=MOST)]
Sides = Annotated[int, Field(ge=1, le=64)]
Margin = Annotated[int, Field(ge=0, le=64)]

Shape = tuple[int, ...]
"""Of one picture or vector: (channels, height, width) or (features,)."""


class Piece(BaseModel):
    """Frozen plain values; unknown names and values of another type are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)

    def parameters(self) -> dict[str, Shape]:
        """Return the shape of each parameter; none by default."""
        return {}

    def tensors(self) -> dict[str, Shape]:
        """Return the shape of each tensor that it needs in evaluation mode: parameters, and statistics if any."""
        return self.parameters()

    def inside(self, shape: Shape) -> int:
        """Return how many numbers of one sample it holds at once beside what goes in and what comes out."""
        return 0


class Dense(Piece):
    """A fully connected layer on vectors. Parameters ``weight`` (outputs, inputs) and ``bias`` (outputs,)."""

    kind: Literal["dense"] = "dense"
    inputs: Size
    outputs: Size
    bias: bool = True

    def parameters(self) -> dict[str, Shape]:
        """Return the shape of each parameter."""
        return {"weight": (self.outputs, self.inputs)} | ({"bias": (self.outputs,)} if self.bias else {})

    def outcome(self, shape: Shape) -> Shape:
        """Return the shape that comes out where `shape` goes in."""
        _expect(self.kind, shape, (self.inputs,))
        return (self.outputs,)


class Reshape(Piece):
    """A vector as feature maps, or the other way round with height and width 0."""

    kind: Literal["reshape"] = "reshape"
    channels: Size
    height: Annotated[int, Field(ge=0, le=MOST)]
    width: Annotated[int, Field(ge=0, le=MOST)]

    def outcome(self, shape: Shape) -> Shape:
        """Return the shape that comes out where `shape` goes in."""
        target = (self.channels, self.height, self.width) if self.height else (self.channels,)
        if _product(target) != _product(shape):
            raise ValueError(f"reshape: {_shown(shape)} cannot become {_shown(target)}")
        return target


class TransposedConvolution(Piece):
    """A fractionally strided convolution. Parameters ``weight`` (inputs, outputs, kernel, kernel) and ``bias``."""

    kind: Literal["transposed_convolution"] = "transposed_convolution"
    inputs: Maps
    outputs: Maps
    kernel: Sides
    stride: Sides = 1
    padding: Margin = 0
    output_padding: Margin = 0
    bias: bool = True

    def parameters(self) -> dict[str, Shape]:
        """Return the shape of each parameter."""
        weight = (self.inputs, self.outputs, self.kernel, self.kernel)
        return {"weight": weight} | ({"bias": (self.outputs,)} if self.bias else {})

    def outcome(self, shape: Shape) -> Shape:
        """Return the shape that comes out where `shape` goes in; a vector counts as maps of one pixel."""
        channels, height, width = _maps(self.kind, shape)
        _expect(self.kind, (channels,), (self.inputs,))
        if self.output_padding >= self.stride:
            raise ValueError(f"{self.kind}: its output padding must be smaller than its stride of {self.stride}")
        grown = self.kernel + self.output_padding - 2 * self.padding - self.stride
        return _bounded(self.kind, (self.outputs, height * self.stride + grown, width * self.stride + grown))


class Convolution(Piece):
    """A convolution. Parameters ``weight`` (outputs, inputs, kernel, kernel) and ``bias`` (outputs,)."""

    kind: Literal["convolution"] = "convolution"
    inputs: Maps
    outputs: Maps
    kernel: Sides
    stride: Sides = 1
    padding: Margin = 0
    bias: bool = True

    def parameters(self) -> dict[str, Shape]:
        """Return the shape of each parameter."""
        weight = (self.outputs, self.inputs, self.kernel, self.kernel)
        return {"weight": weight} | ({"bias": (self.outputs,)} if self.bias else {})

    def outcome(self, shape: Shape) -> Shape:
        """Return the shape that comes out where `shape` goes in."""
        channels, height, width = _maps(self.kind, shape)
        _expect(self.kind, (channels,), (self.inputs,))
        margin = 2 * self.padding - self.kernel
        sides = (height + margin) // self.stride + 1, (width + margin) // self.stride + 1
        return _bounded(self.kind, (self.outputs, *sides))


class Upsample(Piece):
    """Maps enlarged by a whole factor."""

    kind: Literal["upsample"] = "upsample"
    factor: Annotated[int, Field(ge=2, le=64)] = 2
    mode: Literal["nearest", "bilinear"] = "nearest"

    def outcome(self, shape: Shape) -> Shape:
        """Return the shape that comes out where `shape` goes in."""
        channels, height, width = _maps(self.kind, shape)
        return channels, self.factor * height, self.factor * width


class BatchNorm(Piece):
    """Batch normalisation of features or maps, with ``running_mean`` and ``running_var`` (features,) each.

    Parameters ``weight`` and ``bias`` (features,) if it is affine.
    """

    kind: Literal["batch_norm"] = "batch_norm"
    features: Size
    affine: bool = True
    epsilon: Annotated[float, Field(gt=0.0, le=1.0)] = 1e-5

    def parameters(self) -> dict[str, Shape]:
        """Return the shape of each parameter."""
        return {"weight": (self.features,), "bias": (self.features,)} if self.affine else {}

    def tensors(self) -> dict[str, Shape]:
        """Return the shape of each parameter and of the running statistics."""
        return self.parameters() | {"running_mean": (self.features,), "running_var": (self.features,)}

    def outcome(self, shape: Shape) -> Shape:
        """Return the shape that comes out where `shape` goes in."""
        _expect(self.kind, shape[:1], (self.features,))
        return shape


class GroupNorm(Piece):
    """Normalisation of each picture over groups of maps: one group is layer, as many as maps instance normalisation."""

    kind: Literal["group_norm"] = "group_norm"
    features: Size
    groups: Size = 1
    affine: bool = True
    epsilon: Annotated[float, Field(gt=0.0, le=1.0)] = 1e-5

    def parameters(self) -> dict[str, Shape]:
        """Return the shape of each parameter."""
        return {"weight": (self.features,), "bias": (self.features,)} if self.affine else {}

    def outcome(self, shape: Shape) -> Shape:
        """Return the shape that comes out where `shape` goes in."""
        _expect(self.kind, shape[:1], (self.features,))
        if self.features % self.groups:
            raise ValueError(f"group_norm: {self.features} maps cannot be {self.groups} groups")
        return shape


class Activation(Piece):
    """A function of each number."""

    kind: Literal["activation"] = "activation"
    function: Literal["relu", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", "tanh", "sigmoid", "identity"]
    slope: Annotated[float, Field(ge=0.0, le=10.0)] = 0.2
    """Of leaky ReLU below 0."""

    def outcome(self, shape: Shape) -> Shape:
        """Return the same shape."""
        return shape


class Slopes(Piece):
    """A leaky ReLU whose slope below 0 was learned, one for each feature or map. Parameter ``weight`` (features,)."""

    kind: Literal["slopes"] = "slopes"
    features: Size

    def parameters(self) -> dict[str, Shape]:
        """Return the shape of each parameter."""
        return {"weight": (self.features,)}

    def outcome(self, shape: Shape) -> Shape:
        """Return the shape that comes out where `shape` goes in."""
        _expect(self.kind, shape[:1], (self.features,))
        return shape


class Padding(Piece):
    """Maps with a border around them: mirrored at their edge cells, or these cells repeated."""

    kind: Literal["padding"] = "padding"
    margin: Sides = 1
    border: Literal["reflect", "replicate"] = "reflect"

    def outcome(self, shape: Shape) -> Shape:
        """Return the shape that comes out where `shape` goes in."""
        channels, height, width = _maps(self.kind, shape)
        if self.border == "reflect" and self.margin >= min(height, width):
            raise ValueError(f"{self.kind}: maps of {height} x {width} cannot be mirrored by {self.margin} cells")
        return _bounded(self.kind, (channels, height + 2 * self.margin, width + 2 * self.margin))


class PixelShuffle(Piece):
    """Every `factor` x `factor` maps as one that is as many times larger (Shi et al. 2016)."""

    kind: Literal["pixel_shuffle"] = "pixel_shuffle"
    factor: Annotated[int, Field(ge=2, le=64)] = 2

    def outcome(self, shape: Shape) -> Shape:
        """Return the shape that comes out where `shape` goes in."""
        channels, height, width = _maps(self.kind, shape)
        if channels % self.factor**2:
            raise ValueError(f"{self.kind}: {channels} maps cannot become maps {self.factor} times larger")
        return channels // self.factor**2, self.factor * height, self.factor * width


class Attention(Piece):
    """Self-attention between all cells of maps, times the learned `gamma`, added to the maps (Zhang et al. 2019).

    Parameters ``query.weight`` and ``key.weight`` (keys, features, 1, 1), ``value.weight`` (features, features, 1, 1),
    their ``bias`` and ``gamma`` (1,).
    """

    kind: Literal["attention"] = "attention"
    features: Maps
    keys: Maps
    bias: bool = True

    def parameters(self) -> dict[str, Shape]:
        """Return the shape of each parameter."""
        widths = {"query": self.keys, "key": self.keys, "value": self.features}
        found: dict[str, Shape] = {}
        for name, width in widths.items():
            found[f"{name}.weight"] = (width, self.features, 1, 1)
            if self.bias:
                found[f"{name}.bias"] = (width,)
        return found | {"gamma": (1,)}

    def outcome(self, shape: Shape) -> Shape:
        """Return the shape that comes out where `shape` goes in."""
        _maps(self.kind, shape)
        _expect(self.kind, shape[:1], (self.features,))
        return shape

    def inside(self, shape: Shape) -> int:
        """Return how many numbers of one sample it holds at once beside what goes in and what comes out."""
        _, height, width = _maps(self.kind, shape)
        return 2 * (height * width) ** 2


Plain = Annotated[
    Dense
    | Reshape
    | TransposedConvolution
    | Convolution
    | Upsample
    | Padding
    | PixelShuffle
    | BatchNorm
    | GroupNorm
    | Activation
    | Slopes
    | Attention,
    Field(discriminator="kind"),
]
"""A layer that follows one other and is followed by one."""
Row = Annotated[tuple[Plain, ...], Field(max_length=40, strict=False)]


class Branches(Piece):
    """Rows of layers side by side: residual blocks, and inputs that are looked at apart before they meet.

    Parameters are called ``<branch>.<layer>.weight``, both counted from 0.
    """

    kind: Literal["branches"] = "branches"
    rows: Annotated[tuple[Row, ...], Field(min_length=2, max_length=4, strict=False)]
    """Layers of each branch; none where it gives what it is given."""
    takes: Annotated[tuple[Size, ...], Field(max_length=4, strict=False)] = ()
    """How many numbers of a vector each branch is given, in order. None: every branch is given everything."""
    joined: Literal["added", "concatenated"] = "added"

    @model_validator(mode="after")
    def _shares(self) -> Self:
        if self.takes and len(self.takes) != len(self.rows):
            raise ValueError(f"branches: {len(self.takes)} shares for {len(self.rows)} branches")
        return self

    def parameters(self) -> dict[str, Shape]:
        """Return the shape of each parameter."""
        return {name: shape for prefix, layer in self._named() for name, shape in _under(prefix, layer.parameters())}

    def tensors(self) -> dict[str, Shape]:
        """Return the shape of each tensor that it needs in evaluation mode."""
        return {name: shape for prefix, layer in self._named() for name, shape in _under(prefix, layer.tensors())}

    def outcome(self, shape: Shape) -> Shape:
        """Return the shape that comes out where `shape` goes in."""
        ends = [found[-1] for found in self._shapes(shape)]
        first = ends[0]
        if self.joined == "added":
            if any(end != first for end in ends):
                raise ValueError(f"branches: {' and '.join(map(_shown, ends))} cannot be added")
            return first
        if any(end[1:] != first[1:] for end in ends):
            raise ValueError(f"branches: {' and '.join(map(_shown, ends))} cannot stand beside one another")
        return _bounded(self.kind, (sum(end[0] for end in ends), *first[1:]))

    def inside(self, shape: Shape) -> int:
        """Return how many numbers of one sample it holds at once beside what goes in and what comes out."""
        total = 0
        for along, row in zip(self._shapes(shape), self.rows, strict=True):
            held = [layer.inside(before) for before, layer in zip(along, row, strict=False)]
            total += max(map(_product, along)) + max(held, default=0)
        return total

    def _named(self) -> list[tuple[str, Plain]]:
        return [(f"{branch}.{index}", layer) for branch, row in enumerate(self.rows) for index, layer in enumerate(row)]

    def _shapes(self, shape: Shape) -> list[list[Shape]]:
        """Return for each branch the shape of what goes in and of what each layer gives."""
        if self.takes:
            _expect(self.kind, shape, (sum(self.takes),))
        found = []
        for branch, row in enumerate(self.rows):
            along = [(self.takes[branch],) if self.takes else shape]
            for layer in row:
                along.append(layer.outcome(along[-1]))
            found.append(along)
        return found


class Graph(Piece):
    """A whole generator that another program describes as a graph of its own: inside it are no layers that are known.

    It gives pictures, but neither weights nor features. `ganstudio.checkpoints.onnx` evaluates it.
    """

    kind: Literal["graph"] = "graph"
    inputs: Size
    picture: tuple[Size, Size, Size]
    """(channels, height, width) of what it gives."""
    program: Annotated[str, Field(max_length=200)] = ""
    """What it is written in."""
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """SHA-256 of its file: what it computes."""

    def outcome(self, shape: Shape) -> Shape:
        """Return the shape of a picture."""
        _expect(self.kind, shape, (self.inputs,))
        return self.picture


Layer = Annotated[
    Dense
    | Reshape
    | TransposedConvolution
    | Convolution
    | Upsample
    | Padding
    | PixelShuffle
    | BatchNorm
    | GroupNorm
    | Activation
    | Slopes
    | Attention
    | Branches
    | Graph,
    Field(discriminator="kind"),
]


class Input(Piece):
    """One of the things that a generator is given; they are concatenated in order, unless one multiplies.

    A "latent" is noise, a "label" the class asked for, a "category" and a "code" are InfoGAN's c, categorical and
    continuous.
    """

    kind: Literal["latent", "label", "category", "code"]
    size: Size
    """Numbers of a latent or a code; choices of a label or a category."""
    name: Annotated[str, Field(max_length=60)] = ""
    """Of one code: "c1" by default, and so on."""
    distribution: Literal["normal", "uniform"] = "normal"
    """Of a latent and of codes: standard normal, or uniform on [-1, 1]."""
    embedding: Annotated[int, Field(ge=0, le=MOST)] = 0
    """Width of a label's table of learned vectors, parameter ``inputs.<index>.weight`` (size, width); 0 is one-hot."""
    multiplies: bool = False
    """Whether the embedded label multiplies the latent, number by number, in place of standing beside it."""

    @property
    def chosen(self) -> bool:
        """Whether it is one of several choices, not numbers."""
        return self.kind in ("label", "category")

    @property
    def width(self) -> int:
        """How many numbers it adds to the input."""
        if self.multiplies:
            return 0
        return self.embedding or self.size

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        if self.embedding and not self.chosen:
            raise ValueError(f"a {self.kind} has no embedding; only labels and categories have")
        if self.multiplies and not self.embedding:
            raise ValueError("what multiplies the latent is an embedding")
        return self


class Architecture(Settings):
    """A generator, or another network on pictures: what goes in, and layers.

    Raises
    ------
    pydantic.ValidationError
        If a layer cannot take what the one before it gives.
    """

    inputs: Annotated[tuple[Input, ...], Field(max_length=32)] = ()
    """What a generator is given. None for a network that is given pictures."""
    picture: tuple[int, int, int] | None = None
    """(channels, height, width) that a network on pictures is given."""
    layers: Annotated[tuple[Layer, ...], Field(min_length=1, max_length=200)]
    output_range: tuple[float, float] = (-1.0, 1.0)
    """Numbers that a generator gives for black and white."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if bool(self.inputs) == bool(self.picture):
            raise ValueError("a network is given either inputs or a picture")
        for kind in ("latent", "label"):
            if sum(one.kind == kind for one in self.inputs) > 1:
                raise ValueError(f"there is at most one {kind}")
        for one in self.inputs:
            if one.multiplies and one.embedding != self.latent:
                raise ValueError(f"an embedding of {one.embedding} cannot multiply a latent of {self.latent}")
        self.shapes()
        return self

    def shapes(self) -> list[Shape]:
        """Return the shape of the input and of what each layer gives.

        Raises
        ------
        ValueError
            Naming the first layer that cannot take what it is given.
        """
        found: list[Shape] = [self.picture or (sum(one.width for one in self.inputs),)]
        for index, layer in enumerate(self.layers):
            try:
                found.append(layer.outcome(found[-1]))
            except ValueError as error:
                raise ValueError(f"layer {index + 1}, {error}") from None
        return found

    @property
    def output(self) -> Shape:
        """The shape of what the last layer gives, (channels, height, width) for a generator of pictures."""
        return self.shapes()[-1]

    @property
    def opaque(self) -> bool:
        """Whether it is a function from inputs to pictures of which nothing more is known; see `Graph`."""
        return any(isinstance(layer, Graph) for layer in self.layers)

    @property
    def latent(self) -> int:
        """Numbers of the latent."""
        return next((one.size for one in self.inputs if one.kind == "latent"), 0)

    @property
    def classes(self) -> int:
        """Classes that can be asked for; 0 of an unconditional generator."""
        return next((one.size for one in self.inputs if one.kind == "label"), 0)

    def tensors(self) -> dict[str, Shape]:
        """Return the shape of every tensor by name, in order: "inputs.1.weight", "0.weight", "1.running_mean", ..."""
        found: dict[str, Shape] = {
            f"inputs.{index}.weight": (one.size, one.embedding)
            for index, one in enumerate(self.inputs)
            if one.embedding
        }
        for index, layer in enumerate(self.layers):
            found |= dict(_under(str(index), layer.tensors()))
        return found

    def largest(self) -> int:
        """Return how many numbers of one sample are there at most at once: a layer's input, output and insides."""
        shapes = self.shapes()
        return max(
            _product(before) + _product(after) + layer.inside(before)
            for before, after, layer in zip(shapes, shapes[1:], self.layers, strict=False)
        )


def _maps(kind: str, shape: Shape) -> tuple[int, int, int]:
    """Return a shape as maps; a vector counts as maps of one pixel."""
    match shape:
        case (features,):
            return features, 1, 1
        case (channels, height, width):
            return channels, height, width
    raise ValueError(f"{kind}: {_shown(shape)} are no maps")


def _expect(kind: str, shape: Shape, wanted: Shape) -> None:
    if shape != wanted:
        raise ValueError(f"{kind}: is given {_shown(shape)}, takes {_shown(wanted)}")


def _bounded(kind: str, shape: Shape) -> Shape:
    if min(shape) < 1 or max(shape) > MOST:
        raise ValueError(f"{kind}: would give {_shown(shape)}")
    return shape


def _under(prefix: str, shapes: Mapping[str, Shape]) -> Iterator[tuple[str, Shape]]:
    """Yield names below a prefix."""
    for name, shape in shapes.items():
        yield f"{prefix}.{name}", shape


def _product(shape: Shape) -> int:
    product = 1
    for size in shape:
        product *= size
    return product


def _shown(shape: Shape) -> str:
    return " x ".join(map(str, shape)) or "nothing"

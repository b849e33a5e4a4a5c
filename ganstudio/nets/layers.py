"""An `Architecture` as a function: parameters by name, pictures or vectors in, the same out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from ganstudio.architecture import (
    Activation,
    Architecture,
    Attention,
    BatchNorm,
    Branches,
    Convolution,
    Dense,
    Graph,
    GroupNorm,
    Input,
    Layer,
    Padding,
    PixelShuffle,
    Reshape,
    Slopes,
    TransposedConvolution,
    Upsample,
)

__all__ = ["Change", "apply_layer", "assembled", "outputs", "run"]

Change = Callable[[int, Tensor], Tensor]
"""What is done to the output of each layer (its index, the output) before the next one sees it."""

FUNCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": F.relu,
    "elu": F.elu,
    "selu": F.selu,
    "gelu": F.gelu,
    "silu": F.silu,
    "softplus": F.softplus,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "identity": lambda x: x,
}


def apply_layer(layer: Layer, named: Mapping[str, Tensor], x: Tensor) -> Tensor:
    """Return a layer's output in evaluation mode.

    Parameters
    ----------
    named
        Its own tensors: "weight", "bias", "running_mean", ...
    x : Tensor (n, features) or (n, channels, height, width)
    """
    weight, bias = named.get("weight"), named.get("bias")
    match layer:
        case Dense():
            assert weight is not None
            return F.linear(x, weight, bias)
        case Reshape():
            return x.reshape(len(x), layer.channels, layer.height, layer.width) if layer.height else x.flatten(1)
        case TransposedConvolution():
            assert weight is not None
            return F.conv_transpose2d(_as_maps(x), weight, bias, layer.stride, layer.padding, layer.output_padding)
        case Convolution():
            assert weight is not None
            return F.conv2d(_as_maps(x), weight, bias, layer.stride, layer.padding)
        case Upsample():
            align = None if layer.mode == "nearest" else False
            return F.interpolate(_as_maps(x), scale_factor=layer.factor, mode=layer.mode, align_corners=align)
        case Padding():
            return F.pad(_as_maps(x), (layer.margin,) * 4, layer.border)
        case PixelShuffle():
            return F.pixel_shuffle(_as_maps(x), layer.factor)
        case Slopes():
            assert weight is not None
            return F.prelu(x, weight)
        case Attention():
            return _attended(named, x)
        case Branches():
            return _joined(layer, named, x)
        case BatchNorm():
            return F.batch_norm(
                x, named["running_mean"], named["running_var"], weight, bias, training=False, eps=layer.epsilon
            )
        case GroupNorm() if layer.groups == layer.features and x.ndim == 4:
            return F.instance_norm(x, weight=weight, bias=bias, eps=layer.epsilon)  # the same, but for rounding
        case GroupNorm():
            return F.group_norm(x, layer.groups, weight, bias, layer.epsilon)
        case Activation():
            return F.leaky_relu(x, layer.slope) if layer.function == "leaky_relu" else FUNCTIONS[layer.function](x)
        case Graph():
            raise ValueError("a graph of another program is no layer that is evaluated here")


def _attended(named: Mapping[str, Tensor], x: Tensor) -> Tensor:
    """Return maps with self-attention added (Zhang et al. 2019, equations 1 to 3)."""
    query, key, value = (
        F.conv2d(x, named[f"{name}.weight"], named.get(f"{name}.bias")).flatten(2) for name in ("query", "key", "value")
    )
    attention = torch.softmax(torch.bmm(query.transpose(1, 2), key), dim=-1)
    added = torch.bmm(value, attention.transpose(1, 2)).view_as(x)
    return named["gamma"] * added + x


def _joined(layer: Branches, named: Mapping[str, Tensor], x: Tensor) -> Tensor:
    """Return what all branches give, added or beside one another."""
    shares = x.split(layer.takes, dim=1) if layer.takes else [x] * len(layer.rows)
    ends = []
    for branch, (row, share) in enumerate(zip(layer.rows, shares, strict=True)):
        prefix = f"{branch}."
        own = {name.removeprefix(prefix): tensor for name, tensor in named.items() if name.startswith(prefix)}
        ends.append(run(row, own, share))
    if layer.joined == "concatenated":
        return torch.cat(ends, dim=1)
    total = ends[0]
    for end in ends[1:]:
        total = total + end
    return total


def run(
    layers: Sequence[Layer], tensors: Mapping[str, Tensor], x: Tensor, change: Change | None = None, first: int = 0
) -> Tensor:
    """Return what the last layer gives in evaluation mode.

    Parameters
    ----------
    layers
        Of an `Architecture`.
    tensors
        By name, as `Architecture.tensors` has them.
    x
        What the layer `first` is given.
    change
        What is done to every layer's output, for example to remove maps.
    first
        Index of the first layer that is evaluated.
    """
    result = x
    for _, output in outputs(layers, tensors, x, change, first):
        result = output
    return result


def outputs(
    layers: Sequence[Layer], tensors: Mapping[str, Tensor], x: Tensor, change: Change | None = None, first: int = 0
) -> Iterator[tuple[int, Tensor]]:
    """Yield the index and the output of one layer after the other; see `run`."""
    for index in range(first, len(layers)):
        prefix = f"{index}."
        named = {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
        x = apply_layer(layers[index], named, x)
        if change is not None:
            x = change(index, x)
        yield index, x


def assembled(architecture: Architecture, tensors: Mapping[str, Tensor], given: Sequence[Tensor]) -> Tensor:
    """Return what the first layer is given, (n, features).

    Parameters
    ----------
    given
        One for each of `architecture.inputs`: numbers (n, size), or of a label or category whole numbers (n,) or
        shares (n, size) that blend between choices.
    """
    parts: list[Tensor] = []
    factors: list[Tensor] = []
    latent = -1
    for index, (one, value) in enumerate(zip(architecture.inputs, given, strict=True)):
        part = _told(one, tensors.get(f"inputs.{index}.weight"), value)
        if one.multiplies:
            factors.append(part)
            continue
        if one.kind == "latent":
            latent = len(parts)
        parts.append(part)
    for factor in factors:
        parts[latent] = parts[latent] * factor
    return torch.cat(parts, dim=-1) if len(parts) > 1 else parts[0]


def _told(one: Input, table: Tensor | None, value: Tensor) -> Tensor:
    """Return one input as numbers (n, width)."""
    if not one.chosen:
        return value
    if table is not None:
        return F.embedding(value, table) if value.ndim == 1 else value @ table
    return F.one_hot(value, one.size).float() if value.ndim == 1 else value


def _as_maps(x: Tensor) -> Tensor:
    return x if x.ndim == 4 else x[:, :, None, None]

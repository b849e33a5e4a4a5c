"""A removal written into a model's weights, so that any program that evaluates it draws without these maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ganstudio.architecture import (
    Activation,
    Architecture,
    BatchNorm,
    Convolution,
    Dense,
    GroupNorm,
    Layer,
    Padding,
    Reshape,
    Slopes,
    TransposedConvolution,
    Upsample,
)
from ganstudio.checkpoints.model import LONGEST_NAME, Model
from ganstudio.dissection.feature_layers import FeatureLayer, feature_layer

__all__ = ["NotBakedError", "ablated"]

NOT_ZERO_AT_ZERO: Final = ("sigmoid", "softplus")
"""Activations that make something of a map of zeros."""
MOST_LISTED: Final = 4000
"""Characters of the list of maps in a card."""

Arrays = Mapping[str, NDArray[Any]]


class NotBakedError(ValueError):
    """A removal cannot be written into the weights. The message is one line that says why."""


def ablated(model: Model, layer: int, maps: Sequence[int], name: str | None = None) -> Model:
    """Return a model whose generator draws what it drew with some feature maps zeroed.

    The weights of the next convolution or dense layer for these maps become 0. Upsampling, reshaping, and activations
    that leave 0 as it is may lie between, and the output is the same to the last bit. Where normalisation lies
    between, which makes something else of a map of zeros, what makes the maps is silenced in place of what sees them:
    scale and shift of the normalisation before the activation, or filter and bias of the convolution where there is
    none. Either way the maps' weights are lost in the result; nothing else changes.

    Training cannot go on from it: optimisers' states would bring the maps back, and are left out.

    Parameters
    ----------
    layer
        Index of one of `feature_layers`.
    maps
        Numbers of the maps. None at all gives the same tensors.
    name
        Of the new model; by default the old name, and how many maps are removed.

    Raises
    ------
    FeatureLayerError
        If the layer has no maps.
    NotBakedError
        If there is no such map, or neither way is possible.
    """
    place = feature_layer(model.architecture, layer)
    chosen = sorted({int(one) for one in maps})
    if chosen and not 0 <= chosen[0] <= chosen[-1] < place.maps:
        raise NotBakedError(f"layer {layer} has maps 0 to {place.maps - 1}")
    architecture, tensors = model.architecture, dict(model.tensors)
    if chosen:
        seen_by = _seen_by(architecture, place)
        if seen_by is not None:
            name_of_weight = f"{seen_by}.weight"
            tensors[name_of_weight] = _without_inputs(
                architecture.layers[seen_by], tensors[name_of_weight], chosen, place.maps
            )
        else:
            architecture, changed = _silenced(architecture, tensors, place, chosen)
            tensors |= changed
    return replace(
        model,
        name=name or _name(model.name, len(chosen)),
        architecture=architecture,
        tensors=tensors,
        card=model.card.changed(notes=_noted(model.card.notes, place, chosen)),
        resume=None,
    )


def _seen_by(architecture: Architecture, place: FeatureLayer) -> int | None:
    """Return the index of the layer that sees maps of zeros as zeros; None if they become something else before."""
    for index in range(place.index + 1, len(architecture.layers)):
        layer = architecture.layers[index]
        match layer:
            case Convolution() | TransposedConvolution() | Dense():
                return index
            case Upsample() | Padding() | Reshape() | Slopes():
                continue
            case Activation() if layer.function not in NOT_ZERO_AT_ZERO:
                continue
            case _:
                return None
    return None


def _without_inputs(layer: Layer, weight: NDArray[Any], maps: list[int], number: int) -> NDArray[Any]:
    """Return weights that ignore some of the maps that they are given."""
    weight = weight.copy()
    if isinstance(layer, TransposedConvolution):
        weight[maps] = 0.0
    elif isinstance(layer, Dense):
        weight.reshape(layer.outputs, number, -1)[:, maps] = 0.0
    else:
        weight[:, maps] = 0.0
    return weight


def _silenced(
    architecture: Architecture, tensors: Arrays, place: FeatureLayer, maps: list[int]
) -> tuple[Architecture, dict[str, NDArray[Any]]]:
    """Return an architecture and those tensors that change, so that maps are made as zeros."""
    if place.function in NOT_ZERO_AT_ZERO:
        raise NotBakedError(
            f"layer {place.index} cannot be ablated in its weights: {place.function} makes no zeros, and what sees its "
            "maps normalises them"
        )
    index = place.index
    while isinstance(architecture.layers[index], Activation | Reshape | Slopes):
        index -= 1
    layer = architecture.layers[index]
    cells = place.height * place.width if len(architecture.shapes()[index + 1]) == 1 else 1
    numbers = (np.array(maps)[:, None] * cells + np.arange(cells)).ravel()
    if isinstance(layer, BatchNorm | GroupNorm):
        layers = list(architecture.layers)
        layers[index] = layer.model_copy(update={"affine": True})
        scale, shift = np.ones(layer.features, np.float32), np.zeros(layer.features, np.float32)
        changed = {
            f"{index}.weight": tensors.get(f"{index}.weight", scale).copy(),
            f"{index}.bias": tensors.get(f"{index}.bias", shift).copy(),
        }
        for array in changed.values():
            array[numbers] = 0.0
        return architecture.changed(layers=tuple(layers)), changed
    if not isinstance(layer, Dense | Convolution | TransposedConvolution):
        raise NotBakedError(f"layer {place.index} cannot be ablated in its weights: several layers add up to its maps")
    weight = tensors[f"{index}.weight"].copy()
    if isinstance(layer, TransposedConvolution):
        weight[:, numbers] = 0.0
    else:
        weight[numbers] = 0.0
    changed = {f"{index}.weight": weight}
    if f"{index}.bias" in tensors:
        changed[f"{index}.bias"] = tensors[f"{index}.bias"].copy()
        changed[f"{index}.bias"][numbers] = 0.0
    return architecture, changed


def _name(name: str, number: int) -> str:
    ending = f" without {number} maps" if number != 1 else " without 1 map"
    return f"{name[: LONGEST_NAME - len(ending)]}{ending}" if number else name


def _noted(notes: str, place: FeatureLayer, maps: list[int]) -> str:
    """Return a card's notes with what was removed."""
    if not maps:
        return notes
    listed = _ranges(maps)
    which = f": {listed}" if len(listed) <= MOST_LISTED else ""
    told = f"Of layer {place.index} ({place.title}) {len(maps)} of {place.maps} feature maps were removed{which}."
    return f"{notes}\n{told}".strip()[-20_000:]


def _ranges(numbers: list[int]) -> str:
    """Return sorted numbers, neighbours as ranges: "3, 7-9"."""
    breaks = [place for place, (one, other) in enumerate(pairwise(numbers), start=1) if other != one + 1]
    runs = [numbers[start:stop] for start, stop in pairwise([0, *breaks, len(numbers)])]
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)

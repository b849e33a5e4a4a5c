"""The layers of a generator whose feature maps can be looked at and removed. Needs no torch."""

from __future__ import annotations

from dataclasses import dataclass

from ganstudio.architecture import (
    Activation,
    Architecture,
    BatchNorm,
    Branches,
    Convolution,
    Dense,
    GroupNorm,
    Reshape,
    Slopes,
    TransposedConvolution,
)

__all__ = ["FeatureLayer", "FeatureLayerError", "feature_layer", "feature_layers", "proposed"]


class FeatureLayerError(ValueError):
    """A layer has no feature maps that can be chosen. The message is one line that says which have."""


@dataclass(frozen=True)
class FeatureLayer:
    """An activation behind a layer that makes maps.

    Attributes
    ----------
    index
        Of the activation in `Architecture.layers`, from 0; what `Removed` and `Generator.features` take. Where an
        activated vector becomes maps, of the `Reshape` that does it.
    maps, height, width
        How many feature maps, and how many cells each has.
    function
        The activation's: "relu", "leaky_relu", ..., "prelu" of one with learned slopes.
    made_by
        The kind of layer whose output it is: "transposed_convolution", "convolution", "branches", or "dense" for
        maps that a vector was reshaped to.
    """

    index: int
    maps: int
    height: int
    width: int
    function: str
    made_by: str

    @property
    def title(self) -> str:
        """Its size in words, "256 maps, 16 x 16" (height by width)."""
        return f"{self.maps} maps, {self.height} x {self.width}"


def feature_layers(architecture: Architecture) -> tuple[FeatureLayer, ...]:
    """Return the layers whose maps can be chosen, in order: activations of (transposed) convolutions and projections.

    Normalisation may lie between the convolution and its activation. The last layer's maps are the picture, and are
    left out.
    """
    found = []
    shapes = architecture.shapes()
    maker = function = ""
    for index, layer in enumerate(architecture.layers[:-1]):
        match layer:
            case TransposedConvolution() | Convolution() | Dense() | Branches():
                maker, function = layer.kind, ""
            case Activation():
                function = layer.function
            case Slopes():
                function = "prelu"
            case BatchNorm() | GroupNorm() | Reshape():
                pass
            case _:
                maker = ""
        shape = shapes[index + 1]
        if maker and function and len(shape) == 3 and _is_used(architecture, index):
            found.append(FeatureLayer(index, *shape, function, maker))
            maker = ""
    return tuple(found)


def _is_used(architecture: Architecture, index: int) -> bool:
    """Whether something with weights sees a layer's output: otherwise it is the picture."""
    return any(
        isinstance(layer, TransposedConvolution | Convolution | Dense | Branches)
        for layer in architecture.layers[index + 1 :]
    )


def feature_layer(architecture: Architecture, index: int | None = None) -> FeatureLayer:
    """Return one of them by the index of its activation, or the proposed one.

    Raises
    ------
    FeatureLayerError
        If there is none, or none with this index.
    """
    found = feature_layers(architecture)
    if not found:
        raise FeatureLayerError("this generator has no feature maps: none of its inner activations gives maps")
    if index is None:
        return proposed(found)
    for one in found:
        if one.index == index:
            return one
    allowed = ", ".join(f"{one.index} ({one.title})" for one in found)
    raise FeatureLayerError(f"layer {index} has no feature maps that can be chosen; allowed: {allowed}")


def proposed(found: tuple[FeatureLayer, ...]) -> FeatureLayer:
    """Return the layer that corresponds to the DCGAN paper's: the last but one.

    Radford, Metz and Chintala (2016, section 6.3.1) took "the second highest convolution layer" and dropped about 200
    of its maps. Of their generator's inner layers, 1024, 512, 256 and 128 maps, only the 256 maps of 16 x 16 cells are
    both near the top and enough.
    """
    return found[-2] if len(found) > 1 else found[0]

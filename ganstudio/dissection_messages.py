"""What crosses between the window and an engine about feature maps and latents, beside `ganstudio.image_messages`.

Everything is asked of a model that `OpenModel` has opened, and carries a request number of the asker's, which comes
back in every answer. A model works on one question of each kind at a time: a newer one takes the place of the older, of
which no more is heard. Meanwhile `DissectionProgress` tells how far it is, or `InvertProgress` for a latent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ganstudio import image_messages
from ganstudio.dissection.edits import Edit
from ganstudio.dissection.regions import Box, Region
from ganstudio.image_messages import Pixels, Removed

__all__ = ["AblatedSaved", "AskEffects", "AskUnits", "Asked", "Cancel", "Cancelled", "DissectionFailed"]
__all__ += ["DissectionProgress", "Effects", "FitRemoval", "FromEngine", "Invert", "InvertProgress", "Inverted"]
__all__ += ["Paint", "RemovalFitted", "SaveAblated", "ToEngine", "Units"]

Given = tuple[NDArray[Any], ...]
"""Inputs as `ganstudio.checkpoints.inputs.Given` has them."""
Float32 = NDArray[np.float32]
Float = NDArray[np.float64]


# ---- from the window -------------------------------------------------------------------------------


@dataclass(frozen=True)
class FitRemoval:
    """Find which maps draw what is in boxes; answered by `RemovalFitted`. See `ganstudio.dissection.removal`.

    Attributes
    ----------
    given
        Inputs of all pictures that boxes may lie on.
    boxes
        In pixels of these pictures.
    layer
        Index of one of `feature_layers`; None is the proposed one.
    l2
        Strength of the penalty, above 0.
    seed
        Of the choice of cells outside.
    """

    model: str
    request: int
    given: Given
    boxes: tuple[Box, ...]
    layer: int | None = None
    l2: float = 1.0
    seed: int = 0


@dataclass(frozen=True)
class AskUnits:
    """Look at all units of a layer; answered by `Units`. See `ganstudio.dissection.units`.

    Attributes
    ----------
    region
        What agreement and levels are taken with; `ganstudio.dissection.regions.painted` makes one of boxes.
    top
        Samples of each unit.
    quantile
        Share of a unit's cells in which it counts as on; None takes the level that tells most of the region.
    """

    model: str
    request: int
    given: Given
    layer: int | None = None
    region: Region | None = None
    top: int = 8
    quantile: float | None = 0.005


@dataclass(frozen=True)
class AskEffects:
    """Measure what units cause of a region; answered by `Effects`. See `ganstudio.dissection.causes`.

    Attributes
    ----------
    units
        Which to try; None is all.
    """

    model: str
    request: int
    given: Given
    region: Region
    layer: int | None = None
    units: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Paint:
    """Ask for pictures with edits, and maps removed; answered by `ganstudio.image_messages.Rendered`.

    Like a `Render`, only the newest of a slot is answered.
    """

    model: str
    slot: str
    request: int
    given: Given
    edits: tuple[Edit, ...]
    removed: Removed = ()


@dataclass(frozen=True)
class Invert:
    """Find the latent of a picture; answered by `InvertProgress` and at the end `Inverted`.

    Attributes
    ----------
    path
        Of a picture file, which is read only if there is no `picture`.
    picture : array (height, width, channels) of uint8, or None
        In the generator's own size.
    fit
        What happens to a file of another shape: "crop" takes the middle, "pad" adds white.
    descent
        Settings by name, see `ganstudio.dissection.inversion.Descent`; what is left out is as usual.
    """

    model: str
    request: int
    path: str = ""
    picture: Pixels | None = None
    fit: Literal["crop", "pad"] = "crop"
    descent: dict[str, Any] | None = None


@dataclass(frozen=True)
class SaveAblated:
    """Write a model without some maps as a model file; answered by `AblatedSaved`.

    Attributes
    ----------
    name
        Of the new model; nothing names it after the old one.
    """

    model: str
    request: int
    path: str
    removed: Removed
    name: str = ""


@dataclass(frozen=True)
class Cancel:
    """End what a request asked for, if it is still going on; answered by `Cancelled` then."""

    model: str
    request: int


# ---- from an engine ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class DissectionProgress:
    """How far the work on a request is."""

    model: str
    request: int
    done: int
    total: int


@dataclass(frozen=True)
class RemovalFitted:
    """Which maps draw what was boxed.

    Attributes
    ----------
    layer
        Index of the layer.
    weights : array (maps,)
        See `ganstudio.dissection.removal.Fit`; `positive`, `top` and `above` of `ganstudio.dissection.edits` choose
        maps by them, `random_maps` is the control.
    inside, outside
        Cells that were used.
    accuracy, held_out
        Share of them that is told right, and of pictures left out, None where all boxes are on one picture.
    """

    model: str
    request: int
    layer: int
    weights: Float
    inside: int
    outside: int
    accuracy: float
    held_out: float | None


@dataclass(frozen=True)
class Units:
    """What the units of a layer respond to; see `ganstudio.dissection.units.Units`.

    Attributes
    ----------
    thresholds, levels : array (maps,)
    peaks : array (maps, top)
    pictures : array (k, height, width, channels), uint8
        All pictures that are some unit's top ones.
    samples : array (k,)
        Their numbers among those that were given.
    places : array (maps, top)
        Index into `pictures` of each unit's top ones.
    heat : array (maps, top, h, w), float16
        The unit's map in each; `ganstudio.dissection.regions.upsampled` enlarges them to pixels.
    agreement : array (maps,) or None
        Intersection over union with the region.
    """

    model: str
    request: int
    layer: int
    thresholds: Float32
    levels: Float32
    peaks: Float32
    pictures: Pixels
    samples: NDArray[np.int64]
    places: NDArray[np.int64]
    heat: NDArray[np.float16]
    agreement: Float | None


@dataclass(frozen=True)
class Effects:
    """What units cause of a region.

    Attributes
    ----------
    units
        Which were tried.
    effects : array (len(units),)
        See `ganstudio.dissection.causes`.
    """

    model: str
    request: int
    layer: int
    units: tuple[int, ...]
    effects: Float


@dataclass(frozen=True)
class InvertProgress:
    """The best latent so far.

    Attributes
    ----------
    done, total
        Work so far and in all.
    given
        Inputs of one sample, from which sliders can go on.
    picture, reconstruction : array (height, width, channels), uint8
        What is looked for, and what the generator makes of it.
    error
        Mean squared error of pixels from 0 to 1.
    decibels
        Peak signal-to-noise ratio; infinity without an error.
    by_encoder
        Whether it began at what the model's encoder gave.
    note
        What was done to a picture file of another shape; "" if nothing was.
    """

    model: str
    request: int
    done: int
    total: int
    given: Given
    picture: Pixels
    reconstruction: Pixels
    error: float
    decibels: float
    by_encoder: bool
    note: str = ""


@dataclass(frozen=True)
class Inverted(InvertProgress):
    """The best latent that was found."""


@dataclass(frozen=True)
class AblatedSaved:
    """A model without some maps was written."""

    model: str
    request: int
    path: str


@dataclass(frozen=True)
class Cancelled:
    """A request was ended by a `Cancel`; nothing more comes of it."""

    model: str
    request: int


@dataclass(frozen=True)
class DissectionFailed:
    """A request cannot be done; one line says why."""

    model: str
    request: int
    message: str


Asked = FitRemoval | AskUnits | AskEffects | Paint | Invert | SaveAblated
ToEngine = image_messages.ToEngine | Asked | Cancel
FromEngine = (
    image_messages.FromEngine
    | DissectionProgress
    | RemovalFitted
    | Units
    | Effects
    | InvertProgress
    | Inverted
    | AblatedSaved
    | Cancelled
    | DissectionFailed
)

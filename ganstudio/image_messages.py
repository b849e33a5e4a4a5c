"""What crosses between the window's Images bench and its engines, beside `ganstudio.messages`.

A run on pictures obeys Play, Pause, Step, Pace, Taken and Remove like one of the plane. A model is a file that pictures
are asked of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganstudio import messages
from ganstudio.messages import Knobs, Losses, Reading

__all__ = ["CloseModel", "CreateImages", "ImageSnapshot", "ImageView", "ModelFailed", "ModelOpened", "ModelSaved"]
__all__ += ["FromEngine", "OpenModel", "Pixels", "Removed", "Render", "Rendered", "SaveModel", "SheetWritten"]
__all__ += ["ToEngine", "WriteSheet"]

Arrays = Mapping[str, NDArray[Any]]
Pixels = NDArray[np.uint8]
"""(n, height, width, channels)."""

Removed = tuple[tuple[int, tuple[int, ...]], ...]
"""Feature maps that are zeroed: (index of the layer whose output they are, their numbers), ..."""


# ---- from the window -------------------------------------------------------------------------------


@dataclass(frozen=True)
class CreateImages:
    """Start a run on pictures, paused; a run of the same name is replaced. See `ganstudio.messages.Create`.

    Attributes
    ----------
    resume
        A whole state, as a model file's ``resume`` has it, to go on from; None begins at step 0.
    """

    run: str
    stamp: int
    experiment: dict[str, Any]
    resume: Arrays | None = None


@dataclass(frozen=True)
class ImageView:
    """Say what snapshots of a run on pictures show."""

    run: str
    count: int = 64
    knobs: Knobs = field(default_factory=Knobs)


@dataclass(frozen=True)
class OpenModel:
    """Load a model, which then answers `Render`. A model of the same name is replaced.

    Attributes
    ----------
    path
        Of a file: our own, or another program's.
    choices
        Answers to what a file of another program leaves open.
    """

    model: str
    stamp: int
    path: str
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Render:
    """Ask for pictures of a model. Of the requests of one slot that wait, only the newest is answered.

    Attributes
    ----------
    slot
        Who asks: "grid", "current", "strip", ...
    request
        Comes back in the answer.
    given
        Inputs as `ganstudio.checkpoints.inputs.Given` has them.
    removed
        Feature maps to leave out.
    """

    model: str
    slot: str
    request: int
    given: tuple[NDArray[Any], ...]
    removed: Removed = ()


@dataclass(frozen=True)
class WriteSheet:
    """Write samples of a model as the command ``ganstudio sample`` does; the file's suffix is ".png" or ".npy".

    Attributes
    ----------
    recipe
        A `ganstudio.sheets.recipe.Recipe` as JSON.
    latents : ndarray (m, d) or None
        In place of those that the recipe's seed gives.
    """

    model: str
    path: str
    recipe: str
    latents: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class CloseModel:
    """Forget a model."""

    model: str


@dataclass(frozen=True)
class SaveModel:
    """Write what a run has become by now as a model file.

    Attributes
    ----------
    resume
        Whether training can go on from it: with the optimisers' state it is several times as large.
    """

    run: str
    path: str
    name: str
    resume: bool = False


# ---- from an engine ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class ImageSnapshot:
    """What a run on pictures looks like now.

    Attributes
    ----------
    pictures
        Samples from fixed latents.
    losses
        Those since the previous snapshot.
    real, fake : ndarray (m,) or None
        The critic's scores of real and of generated pictures.
    readings
        Distances taken since the previous snapshot.
    """

    run: str
    stamp: int
    step: int
    steps_per_second: float
    playing: bool
    device: str
    pictures: Pixels
    losses: Losses
    real: NDArray[np.float32] | None = None
    fake: NDArray[np.float32] | None = None
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True)
class ModelOpened:
    """A model is there.

    Attributes
    ----------
    architecture, card
        As plain values, see `ganstudio.architecture.Architecture` and `ganstudio.checkpoints.model.Card`.
    directions : ndarray (k, d) or None
        Principal directions of the latent, the most telling first.
    parts
        Further networks that it has: "encoder", "critic".
    weights
        The generator's fingerprint, see `ganstudio.sheets.picture.digest`.
    """

    model: str
    stamp: int
    name: str
    architecture: dict[str, Any]
    card: dict[str, Any]
    directions: NDArray[np.float32] | None = None
    parts: tuple[str, ...] = ()
    weights: str = ""


@dataclass(frozen=True)
class ModelFailed:
    """A model cannot be opened or asked; one line says why."""

    model: str
    stamp: int
    message: str


@dataclass(frozen=True)
class Rendered:
    """The pictures that a `Render` asked for, and how long they took."""

    model: str
    slot: str
    request: int
    pictures: Pixels
    seconds: float


@dataclass(frozen=True)
class SheetWritten:
    """What `WriteSheet` asked for is in the file, or is not, and one line says why."""

    model: str
    path: str
    problem: str = ""


@dataclass(frozen=True)
class ModelSaved:
    """A run was written as a model file."""

    run: str
    path: str
    step: int


ToEngine = messages.ToEngine | CreateImages | ImageView | OpenModel | Render | WriteSheet | CloseModel | SaveModel
FromEngine = messages.FromEngine | ImageSnapshot | ModelOpened | ModelFailed | Rendered | SheetWritten | ModelSaved

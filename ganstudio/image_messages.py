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
__all__ += ["Answer", "Answering", "FindNeighbours", "Forgo", "Nearest", "NeighboursFound", "Question", "Represent"]
__all__ += ["Represented", "Unanswered"]
__all__ += ["Inspect", "Inspected", "NotInspected", "TensorTold"]
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
    """Say what snapshots of a run on pictures show.

    Attributes
    ----------
    columns
        Samples of a row, where each row in turn is of one category or class, unless `knobs` fix that; 0 leaves samples
        what they were drawn to be.
    """

    run: str
    count: int = 64
    knobs: Knobs = field(default_factory=Knobs)
    columns: int = 0


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
class Inspect:
    """Ask for what is in an opened model, or in a file; answered by `Inspected`.

    Attributes
    ----------
    model
        Of an opened model; of a file the name under which the answer is wanted.
    path
        Of a file that need not be a model; "" for the opened model.
    """

    model: str
    request: int
    path: str = ""


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


@dataclass(frozen=True)
class FindNeighbours:
    """Ask for the training pictures nearest to some. Of the questions of one `source`, only the newest is answered.

    Attributes
    ----------
    source
        Name of an opened model or of a run.
    pictures
        Given ones; None to have the model make them.
    given
        Inputs of the pictures that the model makes, as in `Render`.
    data
        Settings of the set, as an experiment's ``data`` has them; None for the set that the source was trained on.
    count
        Neighbours of each.
    """

    source: str
    request: int
    pictures: Pixels | None = None
    given: tuple[NDArray[Any], ...] = ()
    data: Mapping[str, Any] | None = None
    count: int = 5


@dataclass(frozen=True)
class Represent:
    """Ask how well a linear classifier does on the features of a model's or a run's critic.

    Attributes
    ----------
    source, data
        See `FindNeighbours`.
    labels
        Labelled training pictures; None takes all.
    """

    source: str
    request: int
    data: Mapping[str, Any] | None = None
    labels: int | None = 1000


@dataclass(frozen=True)
class Forgo:
    """Give up on what a source was asked with `FindNeighbours` or `Represent`: on one request, or on all for None."""

    source: str
    request: int | None = None


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
    questions
        (key, text, options, chosen) of what another program's file leaves open, see
        `ganstudio.checkpoints.foreign.questions.Question`; `OpenModel.choices` answers them.
    notes
        What a person may want to know of how the file was understood.
    data
        Settings of the set that it was trained on, as an experiment's ``data`` has them; None if its file does not say.
    """

    model: str
    stamp: int
    name: str
    architecture: dict[str, Any]
    card: dict[str, Any]
    directions: NDArray[np.float32] | None = None
    parts: tuple[str, ...] = ()
    weights: str = ""
    questions: tuple[tuple[str, str, tuple[str, ...], str], ...] = ()
    notes: tuple[str, ...] = ()
    data: Mapping[str, Any] | None = None


@dataclass(frozen=True, eq=False)
class TensorTold:
    """One parameter.

    Attributes
    ----------
    name
        As `Inspected.tensors` says.
    kind
        Of its numbers: "float32".
    low, high, mean, deviation
        Of those that are finite; None where there are none.
    not_numbers, infinite
        How many are NaN, and infinite.
    counts : ndarray (bins,) of int64
        A histogram from `low` to `high`.
    """

    name: str
    shape: tuple[int, ...]
    kind: str
    low: float | None
    high: float | None
    mean: float | None
    deviation: float | None
    not_numbers: int
    infinite: int
    counts: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Inspected:
    """What is in a model or a file.

    Attributes
    ----------
    tensors
        Of a model of ours with the network in front: "generator.1.weight"; of another program's as they stand there.
    over
        Names of tensors of another program's file that belong to no layer.
    part
        Names of the tensors of its network that was taken for the generator; none if all belong together.
    kind
        Of another program's file: "PyTorch (zip)"; "" for one of ours.
    problem
        Why it is no model, "" if it is one.
    architecture
        Of the generator that was found in another program's file, as plain values.
    """

    model: str
    request: int
    tensors: tuple[TensorTold, ...]
    over: tuple[str, ...] = ()
    part: tuple[str, ...] = ()
    kind: str = ""
    problem: str = ""
    architecture: dict[str, Any] | None = None


@dataclass(frozen=True)
class NotInspected:
    """A file cannot be read; one line says why."""

    model: str
    request: int
    message: str


@dataclass(frozen=True)
class ModelFailed:
    """A model cannot be opened or asked; one line says why.

    Attributes
    ----------
    readable
        Whether its file can be read, so that `Inspect` shows what is in it.
    """

    model: str
    stamp: int
    message: str
    readable: bool = False


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


@dataclass(frozen=True)
class Nearest:
    """The nearest training pictures of n pictures by one measure, k each, the nearest first.

    Attributes
    ----------
    pictures : ndarray (n, k, height, width, channels) of uint8
    labels : ndarray (n, k) of int64
        Index of the class, 0 throughout for sets without classes.
    indices : ndarray (n, k) of int64
        Numbers of the pictures in the set.
    distances : ndarray (n, k) of float64
    usual
        The median distance from a training picture to the nearest other one.
    """

    pictures: Pixels
    labels: NDArray[np.int64]
    indices: NDArray[np.int64]
    distances: NDArray[np.float64]
    usual: float


@dataclass(frozen=True)
class NeighboursFound:
    """The training pictures that `FindNeighbours` asked for.

    Attributes
    ----------
    pictures
        Those that neighbours were looked for.
    in_pixels
        Distances are root mean squares of differences, where 1 is from black to white.
    in_features
        Distances in the features of the judge.
    judge
        What the judge is called: "GAN Studio's MNIST classifier".
    class_names
        Of the set; empty if there are none.
    """

    source: str
    request: int
    pictures: Pixels
    in_pixels: Nearest
    in_features: Nearest
    judge: str
    class_names: tuple[str, ...]


@dataclass(frozen=True)
class Represented:
    """The table that `Represent` asked for.

    Attributes
    ----------
    data
        Title of the set.
    labels, tested
        Labelled training pictures, and test pictures.
    tested_on
        Which those are, in words.
    rows
        (features, dimensions, accuracy from 0 to 1) of the trained critic, an untrained one, and raw pixels.
    context
        What was published, and that it is no comparison.
    """

    source: str
    request: int
    data: str
    labels: int
    tested: int
    tested_on: str
    rows: tuple[tuple[str, int, float], ...]
    context: str


@dataclass(frozen=True)
class Answering:
    """How far an answer is, from 0 to 1; a long one says so now and then."""

    source: str
    request: int
    share: float


@dataclass(frozen=True)
class Unanswered:
    """A question that cannot be answered; one line says why."""

    source: str
    request: int
    message: str


Question = FindNeighbours | Represent
Answer = NeighboursFound | Represented | Answering | Unanswered

Told = CreateImages | ImageView | OpenModel | Inspect | Render | WriteSheet | CloseModel | SaveModel | Question | Forgo
ToEngine = messages.ToEngine | Told
Said = (
    ImageSnapshot | ModelOpened | Inspected | NotInspected | ModelFailed | Rendered | SheetWritten | ModelSaved | Answer
)
FromEngine = messages.FromEngine | Said

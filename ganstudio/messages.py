"""What crosses between the window and an engine: frozen records of NumPy arrays and plain values.

Arrays carry the run axis R first: seeds that are trained side by side.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Arrays",
    "Barrier",
    "Bookmark",
    "Change",
    "Create",
    "CreateRefused",
    "Draw",
    "Drawn",
    "EngineReady",
    "Export",
    "Exported",
    "History",
    "Knobs",
    "Limit",
    "Losses",
    "Pace",
    "Pause",
    "Play",
    "Progress",
    "Reading",
    "References",
    "Remove",
    "RunNoted",
    "RunPaused",
    "RunRefused",
    "Shutdown",
    "Snapshot",
    "Step",
    "Taken",
    "View",
    "Walk",
    "Walked",
]

Float = NDArray[np.float32]
Arrays = dict[str, NDArray[Any]]
"""A run's whole state, or what a layer is drawn from: plain arrays by name."""


@dataclass(frozen=True)
class Knobs:
    """What the generator is told, as far as a person has fixed it; None leaves a code as it was drawn.

    Attributes
    ----------
    label
        Class, of a conditional generator.
    category
        InfoGAN's categorical code.
    continuous
        InfoGAN's continuous codes, each from -1 to 1; those beyond the end of the tuple are left open.
    """

    label: int | None = None
    category: int | None = None
    continuous: tuple[float | None, ...] = ()


# ---- from the window -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Create:
    """Start a run, paused at step 0. A run of the same name is replaced.

    `stamp` is new for each `Create`; every answer carries it, so late answers of a replaced run are dropped.

    Attributes
    ----------
    start
        State of another run, as `Exported` has it, to begin with as far as it fits; None begins at step 0.
    memory
        Bytes that the run may keep of its past.
    """

    run: str
    stamp: int
    experiment: dict[str, Any]
    start: Arrays | None = None
    memory: int = 128 * 2**20


@dataclass(frozen=True)
class Play:
    """Let a run train."""

    run: str


@dataclass(frozen=True)
class Pause:
    """Stop a run after the step it is in."""

    run: str


@dataclass(frozen=True)
class Step:
    """Do one iteration of a paused run, or only its critic's or its generator's part."""

    run: str
    part: Literal["both", "critic", "generator"] = "both"


@dataclass(frozen=True)
class Walk:
    """Do one iteration of a paused run and tell everything that happened in it."""

    run: str


@dataclass(frozen=True)
class Export:
    """Ask for a run's whole state.

    Attributes
    ----------
    request
        Comes back in the answer.
    at
        Kept step; None is the present.
    """

    run: str
    request: str
    at: int | None = None


@dataclass(frozen=True)
class Draw:
    """Ask for generated samples, as many as one likes.

    Attributes
    ----------
    request
        Comes back in the answer.
    at
        Kept step; None is the present.
    """

    run: str
    request: str
    count: int
    at: int | None = None
    knobs: Knobs = Knobs()


@dataclass(frozen=True)
class Limit:
    """Give a run so many bytes for its past; what does not fit any more is forgotten at once."""

    run: str
    memory: int


@dataclass(frozen=True)
class Change:
    """Replace a live setting of a run, for example "critic_optimiser.learning_rate"."""

    run: str
    path: str
    value: Any


@dataclass(frozen=True)
class View:
    """Say what snapshots of a run should show; what is not shown is not computed.

    Attributes
    ----------
    layers
        Names of `ganstudio.layers.LAYERS`.
    at
        Kept step to look at, or the nearest one before it; None is the present.
    seed
        Index on the run axis of the only seed to look at; None is all of them.
    """

    run: str
    generated: int = 1000
    field: bool = True
    resolution: int = 48
    window: tuple[float, float, float, float] = (-3.0, 3.0, -3.0, 3.0)
    knobs: Knobs = Knobs()
    encode: tuple[float, float] | None = None
    layers: tuple[str, ...] = ()
    at: int | None = None
    seed: int | None = None


@dataclass(frozen=True)
class Pace:
    """Limit every run to so many iterations a second; None is flat out."""

    steps_per_second: float | None


@dataclass(frozen=True)
class Barrier:
    """Say how far a run may train; without an end it trains on. `Progress` tells how far it is.

    Attributes
    ----------
    steps
        Generator updates that it may not exceed: an iteration that would is not begun.
    seconds
        Time of training after which no iteration is begun.
    """

    run: str
    steps: int | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Taken:
    """The window has taken a run's last snapshot and can take the next."""

    run: str


@dataclass(frozen=True)
class Remove:
    """Forget a run."""

    run: str


@dataclass(frozen=True)
class Shutdown:
    """End the engine."""


# ---- from an engine ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class EngineReady:
    """PyTorch has been imported and runs can start."""

    torch: str
    devices: tuple[str, ...]


@dataclass(frozen=True)
class Losses:
    """Losses of iterations, averaged over the critic steps of one.

    Attributes
    ----------
    step : ndarray (n,), int64
        Generator updates after the iteration.
    terms : dict of ndarray (R, n)
        "critic" (without what is added), "penalty" (weighted, if there is one), "generator", and what additions
        and objectives have to plot.
    """

    step: NDArray[np.int64]
    terms: dict[str, Float]


@dataclass(frozen=True)
class Reading:
    """All metrics of a run at one step: name -> ndarray (R,).

    Attributes
    ----------
    signals
        What a diagnosis needs beside them, (R,): "generator gradient" and "critic gradient", the norms of the last
        updates' gradients; "real score" and "fake score", means of what the field shows; "accuracy", the share of
        real and generated samples that the critic has on the right side; "outside", the share of samples outside the
        data's window, and "distance", their mean distance from its middle; "travelled", how far the same samples went
        from reading to reading over the last "over" steps, and "displaced", how far they got in all, root mean squares.
    """

    step: int
    values: dict[str, NDArray[np.float64]]
    signals: dict[str, NDArray[np.float64]] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Bookmark:
    """The best measured step by one metric, the mean over seeds, and its value."""

    step: int
    value: float


@dataclass(frozen=True)
class History:
    """What a run keeps of its past.

    Attributes
    ----------
    steps : ndarray (k,), int64
        Ascending, evenly spaced but for the last.
    best
        Metric -> its best measured step, which is kept as well.
    used, limit
        Bytes.
    """

    steps: NDArray[np.int64]
    best: dict[str, Bookmark]
    used: int
    limit: int


@dataclass(frozen=True)
class Snapshot:
    """What a run looks like now.

    Attributes
    ----------
    generated : ndarray (R, n, 2)
        Samples from fixed latents, so that points can be followed by eye.
    field : ndarray (R, rows, columns) or None
        The critic's score at the nodes of a grid that includes the edges of `window`, first row at the
        bottom.
    losses
        Those since the previous snapshot.
    readings
        Metrics taken since the previous snapshot.
    groups : ndarray (R, n) or None
        The category or class that each generated sample was asked for.
    encoded
        Latent (R, dimensions) of the point that the view has to encode, and where it is decoded to, (R, 2).
    layers
        Name -> arrays (R, ...) by name, of the view's layers.
    shown_step
        The step that samples, field, layers and encoding are of; another one than `step` if the view looks back.
    history
        What can be looked back at.
    seed
        The view's: R is 1 then, but for losses and readings.
    at
        The view's: so it can be told which view is answered.
    """

    run: str
    stamp: int
    step: int
    steps_per_second: float
    playing: bool
    device: str
    generated: Float
    field: Float | None
    window: tuple[float, float, float, float]
    losses: Losses
    readings: tuple[Reading, ...] = ()
    groups: NDArray[np.int64] | None = None
    encoded: tuple[Float, Float] | None = None
    layers: dict[str, Arrays] = dataclasses.field(default_factory=dict)
    shown_step: int = -1
    history: History | None = None
    seed: int | None = None
    at: int | None = None

    def __post_init__(self) -> None:
        if self.shown_step < 0:
            object.__setattr__(self, "shown_step", self.step)

    @property
    def is_past(self) -> bool:
        """Whether it shows a step before the present one."""
        return self.shown_step != self.step


@dataclass(frozen=True)
class Progress:
    """How far a run with a barrier is: said when it gets its first one, when it stands at one, and now and then.

    Attributes
    ----------
    step
        Generator updates so far.
    seconds
        Time that it has trained.
    held
        Whether it stands at its barrier.
    """

    run: str
    stamp: int
    step: int
    seconds: float
    held: bool = False


@dataclass(frozen=True)
class Exported:
    """A run's whole state at a step, for a branch or a file."""

    run: str
    stamp: int
    request: str
    step: int
    state: Arrays


@dataclass(frozen=True)
class Drawn:
    """Generated samples (R, count, 2) of a step, from fixed latents, the first of which are those of snapshots."""

    run: str
    stamp: int
    request: str
    step: int
    samples: Float


@dataclass(frozen=True)
class Walked:
    """Everything that happened in one iteration of a run's first seed, stage by stage.

    Attributes
    ----------
    step
        Generator updates before the iteration.
    critic, generator
        Arrays of the critic's last update and of the generator's, by name; see `ganstudio.training.walk`.
    """

    run: str
    stamp: int
    step: int
    critic: Arrays
    generator: Arrays


@dataclass(frozen=True)
class References:
    """What a perfect sampler of the same size scores: metric -> (mean, standard deviation)."""

    run: str
    stamp: int
    values: Mapping[str, tuple[float, float]] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class RunNoted:
    """Something about a run that is worth saying, but no fault."""

    run: str
    stamp: int
    message: str


@dataclass(frozen=True)
class RunPaused:
    """A run stopped by itself; its last finite snapshot stays."""

    run: str
    stamp: int
    message: str


@dataclass(frozen=True)
class CreateRefused:
    """A run cannot start; everything else is as it was."""

    run: str
    stamp: int
    message: str


@dataclass(frozen=True)
class RunRefused:
    """A run did not take a change; it goes on as it was."""

    run: str
    stamp: int
    message: str


ToEngine = (
    Create
    | Play
    | Pause
    | Step
    | Walk
    | Export
    | Draw
    | Limit
    | Change
    | View
    | Pace
    | Barrier
    | Taken
    | Remove
    | Shutdown
)
FromEngine = (
    EngineReady
    | Snapshot
    | References
    | Progress
    | Exported
    | Drawn
    | Walked
    | CreateRefused
    | RunPaused
    | RunRefused
    | RunNoted
)

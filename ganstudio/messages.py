"""What crosses between the window and an engine: frozen records of NumPy arrays and plain values.

Arrays carry the run axis R first: seeds that are trained side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Change",
    "Create",
    "CreateRefused",
    "EngineReady",
    "Knobs",
    "Losses",
    "Pace",
    "Pause",
    "Play",
    "Reading",
    "References",
    "Remove",
    "RunPaused",
    "RunRefused",
    "Shutdown",
    "Snapshot",
    "Step",
    "Taken",
    "View",
]

Float = NDArray[np.float32]


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
    """

    run: str
    stamp: int
    experiment: dict[str, Any]


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
class Change:
    """Replace a live setting of a run, for example "critic_optimiser.learning_rate"."""

    run: str
    path: str
    value: Any


@dataclass(frozen=True)
class View:
    """Say what snapshots of a run should show; what is not shown is not computed."""

    run: str
    generated: int = 1000
    field: bool = True
    resolution: int = 48
    window: tuple[float, float, float, float] = (-3.0, 3.0, -3.0, 3.0)
    knobs: Knobs = Knobs()
    encode: tuple[float, float] | None = None


@dataclass(frozen=True)
class Pace:
    """Limit every run to so many iterations a second; None is flat out."""

    steps_per_second: float | None


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
    """All metrics of a run at one step: name -> ndarray (R,)."""

    step: int
    values: dict[str, NDArray[np.float64]]


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


@dataclass(frozen=True)
class References:
    """What a perfect sampler of the same size scores: metric -> (mean, standard deviation)."""

    run: str
    stamp: int
    values: Mapping[str, tuple[float, float]] = field(default_factory=dict)


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


ToEngine = Create | Play | Pause | Step | Change | View | Pace | Taken | Remove | Shutdown
FromEngine = EngineReady | Snapshot | References | CreateRefused | RunPaused | RunRefused

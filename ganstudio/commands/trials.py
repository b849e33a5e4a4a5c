"""Training many seeds of many methods: a batch of seeds on the run axis, and what comes of it.

`ganstudio.commands.workers` spreads batches over processes.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from ganstudio.allocation import keep_freed_memory
from ganstudio.commands import numbers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ganstudio.data import Distribution
    from ganstudio.experiment import Experiment

__all__ = ["Failure", "Frame", "Outcome", "Result", "Trial", "attempt", "check_devices", "run_trial", "use_one_thread"]

FIELD_RESOLUTION = 96
FRAME_RESOLUTION = 48
FRAME_SAMPLES = 1000

Progress = Callable[[int], None]
"""Told how many steps of single runs were done; negative if they have to be done again."""


@dataclass(frozen=True)
class Trial:
    """One batch: an experiment whose seeds are trained side by side.

    Attributes
    ----------
    method
        What the experiment is called in the results.
    frames
        How many pictures of the first seed to take on the way, for an animation; 0 for none.
    extra
        Metrics to take beside the usual ones.
    """

    method: str
    experiment: Experiment
    steps: int
    frames: int = 0
    extra: tuple[str, ...] = ()

    @property
    def weight(self) -> int:
        """How many generator steps of single runs there are: what the progress bar counts."""
        return self.steps * self.experiment.runs


@dataclass(frozen=True)
class Frame:
    """What an animation shows at one step; `field` is None for a run without a critic to draw."""

    step: int
    samples: NDArray[np.float32]
    field: NDArray[np.float32] | None


@dataclass(frozen=True)
class Outcome:
    """One seed that was trained and measured.

    Attributes
    ----------
    row
        Its row of `results.csv`.
    samples : ndarray (2500, 2)
    field : ndarray (rows, columns) or None
        The critic's raw output over the data's window, if there is a critic to draw.
    problem
        Why it ended early, or nothing.
    """

    method: str
    experiment: Experiment
    row: dict[str, Any]
    samples: NDArray[np.float32]
    field: NDArray[np.float32] | None
    frames: tuple[Frame, ...] = ()
    problem: str = ""

    @property
    def data(self) -> Distribution:
        """The data set that it was trained on."""
        return self.experiment.data

    @property
    def title(self) -> str:
        """What to call it above a picture."""
        return self.experiment.title


@dataclass(frozen=True)
class Failure:
    """One seed without numbers: its method cannot be trained on these data, or its training broke down.

    Attributes
    ----------
    problem
        Why, in one line.
    details
        Where it happened, for whoever has to find out; nothing if that is clear.
    """

    method: str
    title: str
    data: Distribution
    seed: int
    problem: str
    details: str = ""

    @property
    def row(self) -> dict[str, Any]:
        """Its row of `results.csv`."""
        return {"method": self.method, "data": self.data.name, "seed": self.seed, "problem": self.problem}


Result: TypeAlias = Outcome | Failure


def check_devices(chosen: Iterable[Experiment]) -> None:
    """Refuse devices that this machine does not have, before anything is written; only then torch is loaded."""
    for experiment in chosen:
        if experiment.device not in ("auto", "cpu"):
            from ganstudio.training.device import choose_device

            choose_device(experiment)


def run_trial(trial: Trial, progress: Progress) -> list[Outcome]:
    """Train one batch and measure every seed.

    If a loss of one seed becomes NaN or infinite the batch cannot go on. Its seeds are then trained one by
    one, so that the others are not punished; a seed has the same random numbers alone as beside others.
    """
    from ganstudio.training import NonFiniteLoss, Trainer

    experiment, problem, done = trial.experiment, "", 0
    start = time.perf_counter()
    trainer = Trainer(experiment)
    frames: list[Frame] = []
    looking = 0.0
    try:
        for goal in _stops(trial):
            for steps in numbers.train_until(trainer, goal):
                done += steps
                progress(steps * experiment.runs)
            if trial.frames:
                before_look = time.perf_counter()
                frames.append(_frame(trainer))
                looking += time.perf_counter() - before_look
    except NonFiniteLoss as error:
        if experiment.runs > 1:
            progress(-done * experiment.runs)
            return [outcome for alone in _one_by_one(trial) for outcome in run_trial(alone, progress)]
        problem = str(error)
        progress(trial.steps - done)
    seconds = time.perf_counter() - start - looking
    samples, fields = trainer.samples(), trainer.field(experiment.data.window(), FIELD_RESOLUTION)
    # One that broke down alone says so in its row as well.
    common: dict[str, Any] = {"problem": problem} if problem else {}
    common |= {"method": trial.method, "data": experiment.data.name, "seconds": seconds}
    return [
        Outcome(
            method=trial.method,
            experiment=experiment.changed(seed=row["seed"], runs=1),
            row={**common, **row, "steps": trainer.step},
            samples=samples[run],
            field=_of_run(fields, run),
            frames=tuple(frames) if run == 0 else (),
            problem=problem,
        )
        for run, row in enumerate(numbers.measured(trainer, trial.extra))
    ]


def _stops(trial: Trial) -> list[int]:
    """Return the steps at which to look, the last one included; early ones lie closer, as more happens there."""
    if not trial.frames:
        return [trial.steps]
    shares = ((index / trial.frames) ** 1.5 for index in range(trial.frames + 1))
    return sorted({round(trial.steps * share) for share in shares})


def _frame(trainer: Any) -> Frame:
    window = trainer.experiment.data.window()
    field = _of_run(trainer.field(window, FRAME_RESOLUTION), 0)
    return Frame(trainer.step, trainer.samples(FRAME_SAMPLES)[0], field)


def _of_run(fields: NDArray[np.float32] | None, run: int) -> NDArray[np.float32] | None:
    """Return one run's field; there are methods without a critic, which have none."""
    return None if fields is None else fields[run]


def _one_by_one(trial: Trial) -> Iterator[Trial]:
    first = trial.experiment.seed
    for run in range(trial.experiment.runs):
        alone = trial.experiment.changed(seed=first + run, runs=1)
        yield replace(trial, experiment=alone, frames=trial.frames if run == 0 else 0)


def use_one_thread() -> None:
    """Toy networks gain nothing from more threads, and the processes share the cores."""
    from ganstudio.training import threads

    threads.use_one_thread()


# ---- what breaks down -----------------------------------------------------------------------------------


def attempt(trial: Trial, progress: Progress) -> list[Outcome] | list[Failure]:
    """Train one batch; if that breaks down, return a failure for each seed, so that the other batches go on."""
    use_one_thread()
    keep_freed_memory()
    try:
        return run_trial(trial, progress)
    except Exception as error:
        problem, details = described(error)
    first = trial.experiment.seed
    return [
        Failure(trial.method, trial.experiment.title, trial.experiment.data, first + run, problem, details)
        for run in range(trial.experiment.runs)
    ]


def described(error: Exception) -> tuple[str, str]:
    """Return in one line what went wrong, and the traceback unless the line says all that there is to know."""
    from ganstudio.settings import SettingsError

    said = " ".join(str(error).split())
    if isinstance(error, SettingsError):
        return said, ""
    details = "".join(traceback.format_exception(error))
    if isinstance(error, MemoryError):
        return f"not enough memory: {said}".removesuffix(": "), details
    return f"{type(error).__name__}: {said}".removesuffix(": "), details

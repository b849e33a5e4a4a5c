"""Training many seeds of many methods: batches on the run axis, batches spread over processes."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, replace
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Event
from typing import TYPE_CHECKING, Any

from ganstudio.commands import numbers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ganstudio.experiment import Experiment

__all__ = ["Outcome", "Trial", "check_devices", "run_trial", "run_trials", "use_one_thread"]

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


@dataclass(frozen=True)
class Frame:
    """What an animation shows at one step."""

    step: int
    samples: NDArray[np.float32]
    field: NDArray[np.float32] | None


@dataclass(frozen=True)
class Outcome:
    """One seed's result.

    Attributes
    ----------
    row
        Its row of `results.csv`.
    samples : ndarray (2500, 2)
    field : ndarray (rows, columns)
        The critic's raw output over the data's window.
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
    common = {"method": trial.method, "data": experiment.data.name, "seconds": seconds}
    return [
        Outcome(
            method=trial.method,
            experiment=experiment.changed(seed=row["seed"], runs=1),
            row={**common, **row, "steps": trainer.step},
            samples=samples[run],
            field=None if fields is None else fields[run],
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
    field = trainer.field(window, FRAME_RESOLUTION)
    return Frame(trainer.step, trainer.samples(FRAME_SAMPLES)[0], None if field is None else field[0])


def _one_by_one(trial: Trial) -> Iterator[Trial]:
    first = trial.experiment.seed
    for run in range(trial.experiment.runs):
        alone = trial.experiment.changed(seed=first + run, runs=1)
        yield replace(trial, experiment=alone, frames=trial.frames if run == 0 else 0)


# ---- in several processes -------------------------------------------------------------------------------


def run_trials(
    trials: Sequence[Trial], workers: int, progress: Progress, finished: Callable[[list[Outcome]], None]
) -> None:
    """Run all batches, each worker process taking the next one that is left.

    Parameters
    ----------
    trials
        What to train.
    workers
        Number of processes; with 1 everything happens in this one.
    progress
        Told about steps, in this process.
    finished
        Given the outcomes of a batch as soon as it is done, in this process.
    """
    if workers == 1 or len(trials) == 1:
        use_one_thread()
        for trial in trials:
            finished(run_trial(trial, progress))
        return
    context = multiprocessing.get_context("spawn")
    steps: SimpleQueue[int] = context.SimpleQueue()
    stop = context.Event()
    executor = ProcessPoolExecutor(
        min(workers, len(trials)), mp_context=context, initializer=_start_worker, initargs=(steps, stop)
    )
    try:
        with _deaf_to_interrupts():
            left: set[Future[list[Outcome]]] = {executor.submit(_run_in_worker, trial) for trial in trials}
        while left:
            ended, left = wait(left, timeout=0.2, return_when=FIRST_COMPLETED)
            while not steps.empty():
                progress(steps.get())
            for future in ended:
                finished(future.result())
    finally:
        stop.set()
        executor.shutdown(cancel_futures=True)


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Let processes started inside ignore Ctrl-C from their first moment; this one tells them to stop."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    usual = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)


def use_one_thread() -> None:
    """Toy networks gain nothing from more threads, and the processes share the cores."""
    import torch

    torch.set_num_threads(1)


class _Stopped(Exception):
    """The command was interrupted."""


_steps: SimpleQueue[int]
_stop: Event


def _start_worker(steps: SimpleQueue[int], stop: Event) -> None:
    global _steps, _stop
    _steps, _stop = steps, stop
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    use_one_thread()


def _end_with_parent() -> None:
    """Wait for the parent's end, however it comes, so that no worker is left behind."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _run_in_worker(trial: Trial) -> list[Outcome]:
    def progress(count: int) -> None:
        if _stop.is_set():
            raise _Stopped
        _steps.put(count)

    return run_trial(trial, progress)

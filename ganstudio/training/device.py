"""Where a run lives."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache

import torch

from ganstudio.experiment import Experiment
from ganstudio.settings import SettingsError

__all__ = ["available_devices", "choose_device"]

TRIAL_ITERATIONS = 20


def available_devices() -> tuple[str, ...]:
    """Return the devices of this machine, the fastest for large networks first: "cuda", "mps", "cpu"."""
    devices = []
    if torch.cuda.is_available():
        devices.append("cuda")
    if torch.backends.mps.is_available():
        devices.append("mps")
    return (*devices, "cpu")


def choose_device(experiment: Experiment) -> str:
    """Return where to train: as set, or for "auto" the device that does a few iterations fastest.

    A toy network of one seed is usually fastest on the CPU: its time goes into starting operations. So
    an accelerator is measured before it is preferred.

    Raises
    ------
    SettingsError
        If the device that was asked for is not there.
    """
    devices = available_devices()
    if experiment.device != "auto":
        if experiment.device not in devices:
            raise SettingsError(f"device: {experiment.device!r} is not available; one of auto, {', '.join(devices)}")
        return experiment.device
    if len(devices) == 1:
        return devices[0]
    return fastest(devices, _trial(experiment))


def _trial(experiment: Experiment) -> Experiment:
    """Return what decides about speed and nothing else, so that one measurement serves many runs."""
    return experiment.changed(seed=0, label="")


@cache
def fastest(devices: tuple[str, ...], trial: Experiment, clock: Callable[[], float] = time.perf_counter) -> str:
    """Return the device on which a few iterations of `trial` take least time."""
    from ganstudio.training.trainer import Trainer

    def seconds(device: str) -> float:
        trainer = Trainer(trial.changed(device=device))
        trainer.train(2)
        start = clock()
        trainer.train(TRIAL_ITERATIONS)
        return clock() - start

    return min(devices, key=seconds)

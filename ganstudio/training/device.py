"""Where a run lives."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache

import torch

from ganstudio.experiment import Experiment, Optimiser
from ganstudio.settings import SettingsError

__all__ = ["available_devices", "choose_device", "fastest", "synchronise"]

WARM_UP_ITERATIONS = 2
TRIAL_ITERATIONS = 20
"""Together fewer than the trainer does between two looks at its losses: a trial asks for the time, not the result."""


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
    usual = Experiment()
    constraints, training = experiment.constraints, experiment.training
    return experiment.changed(
        seed=usual.seed,
        label=usual.label,
        device=usual.device,
        data=usual.data,
        objective=type(experiment.objective).model_validate({}),
        constraints=constraints.changed(
            penalty_weight=usual.constraints.penalty_weight, weight_clip=1.0 if constraints.weight_clip > 0 else 0.0
        ),
        generator_optimiser=Optimiser(name=experiment.generator_optimiser.name),
        critic_optimiser=Optimiser(name=experiment.critic_optimiser.name),
        training=training.changed(average=0.5 if training.average > 0 else 0.0, decay_steps=usual.training.decay_steps),
    )


@cache
def fastest(devices: tuple[str, ...], trial: Experiment, clock: Callable[[], float] = time.perf_counter) -> str:
    """Return the device on which a few iterations of `trial` take least time."""
    from ganstudio.training.trainer import Trainer

    def seconds(device: str) -> float:
        trainer = Trainer(trial.changed(device=device))

        def iterate(times: int) -> None:
            for _ in range(times):
                trainer.iterate()
            synchronise(device)

        iterate(WARM_UP_ITERATIONS)
        start = clock()
        iterate(TRIAL_ITERATIONS)
        return clock() - start

    return min(devices, key=seconds)


def synchronise(device: str) -> None:
    """Wait until a device has done all that it was told."""
    getattr(torch, device).synchronize()

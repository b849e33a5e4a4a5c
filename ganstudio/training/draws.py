"""What a step draws: real samples with their classes, latents, codes, and whatever else is random."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from functools import partial

import torch
from torch import Tensor

from ganstudio.additions import Told
from ganstudio.experiment import Experiment
from ganstudio.training import streams
from ganstudio.training.cast import PLANE, Cast

__all__ = ["Batch", "Draws"]


class Batch:
    """One step's numbers.

    Attributes
    ----------
    real : Tensor (R, batch, 2)
    latents : Tensor (R, batch, dimensions)
    told : Told
        Classes of the real samples, asked for of the generated ones as well, and the codes' uniform numbers.
    """

    def __init__(self, samples: Tensor, latents: Tensor, uniform: Tensor | None) -> None:
        self.real = samples[..., :PLANE]
        self.latents = latents
        labels = samples[..., PLANE:].long()  # no number at all where classes do not matter
        self.told = Told(
            labels=labels.squeeze(-1) if labels.shape[-1] else labels,
            uniform=latents[..., :0] if uniform is None else uniform,
        )

    def with_real(self, points: Tensor, labels: Tensor) -> Batch:
        """Return the same with other real samples (R, batch, 2) of these classes (R, batch)."""
        batch = copy.copy(self)
        batch.real = points
        batch.told = Told(labels, self.told.uniform)
        return batch


class Draws:
    """All streams of a run, one for each purpose, so that runs to be compared share what they can."""

    def __init__(self, experiment: Experiment, cast: Cast, device: str) -> None:
        self._seeds = range(experiment.seed, experiment.seed + experiment.runs)
        self._device = device
        self._batch = cast.pack * experiment.training.batch
        self._noise = experiment.noise
        self._data = experiment.data
        self._uniforms = cast.uniforms
        draw = streams.labelled_samples if cast.labelled else streams.samples
        latents = partial(streams.latents, experiment.noise)
        codes = partial(streams.uniforms, cast.uniforms) if cast.uniforms else None

        def player(which: str) -> Iterator[Batch]:
            # The critic's data keep the name that they have always had: a seed stays what it was.
            real = self.stream("real" if which == "critic" else f"{which} real", partial(draw, experiment.data))
            noise = self.stream(f"{which} noise", latents)
            if codes is None:
                return (Batch(*pair, None) for pair in zip(real, noise, strict=False))
            return (Batch(*three) for three in zip(real, noise, self.stream(f"{which} codes", codes), strict=False))

        self.critic, self.generator = player("critic"), player("generator")

    def stream(
        self, purpose: str, draw: Callable[[tuple[int, ...], torch.Generator], Tensor], batch: int | None = None
    ) -> Iterator[Tensor]:
        """Return a stream (R, batch, features) of its own; as many as the step's samples unless `batch` says so."""
        generators = [streams.generator_for(seed, purpose) for seed in self._seeds]
        return streams.stream(draw, generators, batch or self._batch, self._device)

    def fixed(self, count: int, purpose: str) -> tuple[Tensor, Told]:
        """Return latents (R, count, dimensions) and what goes with them, the same for every run of a seed."""

        def drawn(what: str, draw: Callable[[tuple[int, ...], torch.Generator], Tensor]) -> Tensor:
            generators = [streams.generator_for(seed, what) for seed in self._seeds]
            return torch.stack([draw((count,), generator) for generator in generators]).to(self._device)

        latents = drawn(purpose, partial(streams.latents, self._noise))
        labels = drawn(f"{purpose} classes", partial(streams.labelled_samples, self._data))[..., PLANE].long()
        uniform = drawn(f"{purpose} codes", partial(streams.uniforms, self._uniforms)) if self._uniforms else None
        return latents, Told(labels, latents[..., :0] if uniform is None else uniform)

    def real(self, count: int, purpose: str) -> tuple[Tensor, Tensor]:
        """Return real samples (R, count, 2) and their classes (R, count), the same for every run of a seed."""
        generators = [streams.generator_for(seed, purpose) for seed in self._seeds]
        drawn = torch.stack([streams.labelled_samples(self._data, (count,), generator) for generator in generators])
        return drawn[..., :PLANE].to(self._device), drawn[..., PLANE].long().to(self._device)

"""What a step draws: real samples with their classes, latents, codes, and whatever else is random."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import partial

import torch
from torch import Tensor

from ganstudio.additions import Told
from ganstudio.data import Distribution
from ganstudio.experiment import Experiment
from ganstudio.training import streams
from ganstudio.training.cast import Cast
from ganstudio.training.pictures import Source, source_of
from ganstudio.training.player import branch_of

__all__ = ["Batch", "Draws"]


class Batch:
    """One step's numbers.

    Attributes
    ----------
    real : Tensor (R, batch, sample)
    latents : Tensor (R, batch, dimensions)
    told : Told
        Classes of the real samples, asked for of the generated ones as well, and the codes' uniform numbers.
    """

    def __init__(self, samples: Tensor, size: int, latents: Tensor, uniform: Tensor | None) -> None:
        self.real = samples[..., :size]
        self.latents = latents
        self.told = Told(
            # No number at all where classes do not matter.
            labels=samples[..., size].long() if samples.shape[-1] > size else samples[..., size:],
            uniform=latents[..., :0] if uniform is None else uniform,
        )

    def with_real(self, points: Tensor, labels: Tensor) -> Batch:
        """Return the same with other real samples (R, batch, sample) of these classes (R, batch)."""
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
        self._data: Source = source_of(experiment)
        self._uniforms = cast.uniforms
        self._streams: dict[str, streams.Stream] = {}
        self._waiting: dict[str, Tensor] = {}
        self._sample = streams.labelled_samples if cast.labelled else streams.samples
        latents = partial(streams.latents, experiment.noise)
        codes = partial(streams.uniforms, cast.uniforms) if cast.uniforms else None

        def player(which: str) -> Iterator[Batch]:
            # The critic's data keep the name that they have always had: a seed stays what it was.
            purpose = "real" if which == "critic" else f"{which} real"
            real = self.stream(purpose, partial(self._sample, self._data))
            noise = self.stream(f"{which} noise", latents)
            if codes is None:
                return (Batch(x, cast.sample, z, None) for x, z in zip(real, noise, strict=False))
            told = self.stream(f"{which} codes", codes)
            return (Batch(x, cast.sample, z, c) for x, z, c in zip(real, noise, told, strict=False))

        self.critic, self.generator = player("critic"), player("generator")

    def stream(self, purpose: str, draw: streams.Draw, batch: int | None = None) -> streams.Stream:
        """Return a stream (R, batch, features) of its own; as many as the step's samples unless `batch` says so."""
        generators = [streams.generator_for(seed, purpose) for seed in self._seeds]
        stream = streams.Stream(draw, generators, batch or self._batch, self._device)
        self._streams[purpose] = stream
        self._resume(purpose)
        return stream

    def saved(self) -> dict[str, Tensor]:
        """Return where every stream is."""
        streams = {purpose: stream.saved() for purpose, stream in self._streams.items()}
        state = {f"{purpose}.{name}": value for purpose, saved in streams.items() for name, value in saved.items()}
        return self._waiting | state

    def restore(self, state: dict[str, Tensor]) -> None:
        """Go on from where `saved` was called; streams that do not exist yet do so when they are made."""
        self._waiting = dict(state)
        for purpose in self._streams:
            self._resume(purpose)

    def _resume(self, purpose: str) -> None:
        found = branch_of(self._waiting, purpose)
        if "position" in found:
            self._streams[purpose].restore(found)
            self._waiting = {name: x for name, x in self._waiting.items() if not name.startswith(f"{purpose}.")}

    def change_data(self, data: Distribution) -> None:
        """Draw from other data of the same kind from now on."""
        self._data = data
        for purpose in ("real", "generator real"):
            self._streams[purpose].redraw(partial(self._sample, data))

    def fixed(self, count: int, purpose: str) -> tuple[Tensor, Told]:
        """Return latents (R, count, dimensions) and what goes with them, the same for every run of a seed."""

        def drawn(what: str, draw: streams.Draw) -> Tensor:
            generators = [streams.generator_for(seed, what) for seed in self._seeds]
            return torch.stack([draw((count,), generator) for generator in generators]).to(self._device)

        latents = drawn(purpose, partial(streams.latents, self._noise))
        labels = drawn(f"{purpose} classes", partial(streams.labelled_samples, self._data))[..., -1].long()
        uniform = drawn(f"{purpose} codes", partial(streams.uniforms, self._uniforms)) if self._uniforms else None
        return latents, Told(labels, latents[..., :0] if uniform is None else uniform)

    def real(self, count: int, purpose: str) -> tuple[Tensor, Tensor]:
        """Return real samples (R, count, sample) and their classes (R, count), the same for every run of a seed."""
        generators = [streams.generator_for(seed, purpose) for seed in self._seeds]
        drawn = torch.stack([streams.labelled_samples(self._data, (count,), generator) for generator in generators])
        return drawn[..., :-1].to(self._device), drawn[..., -1].long().to(self._device)

"""Random numbers: one named stream for each purpose and seed.

Runs to be compared share data, noise and initial weights even if one of them takes more critic steps, and
a seed gives the same numbers alone as beside others. So every purpose of every seed has a generator of its
own. Numbers are drawn on the CPU, which makes them the same for every device, and in blocks of many steps,
which makes their cost vanish beside the step's.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Self

import numpy as np
import torch
from torch import Tensor

from ganstudio.data import Noise
from ganstudio.training.pictures import Source

__all__ = ["Draw", "Stream", "block_steps", "generator_for", "labelled_samples", "latents", "normals"]
__all__ += ["samples", "uniforms"]

Draw = Callable[[tuple[int, ...], torch.Generator], Tensor]
State = dict[str, Tensor]

BLOCK_STEPS = 64
"""The most steps whose numbers are drawn at once."""

BLOCK_NUMBERS = 2**20
"""The most numbers of one run in a block of several steps: 4 MB, enough for 512 latents of 32 dimensions."""


def generator_for(seed: int, purpose: str) -> torch.Generator:
    """Return the CPU generator of one purpose of one seed, the same on every machine."""
    state = np.random.SeedSequence([seed, zlib.crc32(purpose.encode())]).generate_state(1, np.uint64)
    return torch.Generator().manual_seed(int(state[0]))


def samples(source: Source, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Draw real samples (*shape, numbers), float32, on the generator's device."""
    uniform = torch.rand(*shape, source.uniforms, generator=generator, device=generator.device)
    normal = torch.randn(*shape, 2, generator=generator, device=generator.device)
    result: Tensor = source.push(uniform, normal)
    return result


def labelled_samples(source: Source, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Draw real samples with their class as a last number (*shape, numbers + 1); the samples are those of `samples`."""
    uniform = torch.rand(*shape, source.uniforms, generator=generator, device=generator.device)
    normal = torch.randn(*shape, 2, generator=generator, device=generator.device)
    classes: Tensor = source.labels(uniform)
    return torch.cat([source.push(uniform, normal), classes.unsqueeze(-1).to(uniform.dtype)], dim=-1)


def latents(noise: Noise, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Draw latents (*shape, dimensions), float32, on the generator's device."""
    draw = torch.randn if noise.distribution == "normal" else torch.rand
    numbers = draw(*shape, noise.dimensions, generator=generator, device=generator.device)
    result: Tensor = noise.push(numbers, numbers)
    return result


def uniforms(count: int, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Draw numbers (*shape, count), uniform on [0, 1), on the generator's device."""
    return torch.rand(*shape, count, generator=generator, device=generator.device)


def normals(count: int, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Draw standard normal numbers (*shape, count), on the generator's device."""
    return torch.randn(*shape, count, generator=generator, device=generator.device)


class Stream:
    """One batch (R, batch, features) after the other, each run's from its own generator.

    Parameters
    ----------
    draw
        Makes numbers of a shape from a generator.
    generators
        One for each run; nobody else may use them.
    batch
        Samples of a step.
    device
        Where the batches are wanted.
    """

    def __init__(self, draw: Draw, generators: Sequence[torch.Generator], batch: int, device: str) -> None:
        self._draw = draw
        self._generators = list(generators)
        self._device = device
        features = draw((1, 1), torch.Generator()).shape[-1]  # from a generator that nobody else uses
        self._shape = (block_steps(batch, features), batch)
        self._position = 0
        self._block: Sequence[Tensor] = ()
        self._start = self._before = self._generator_states()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Tensor:
        index = self._position % self._shape[0]
        if index == 0:
            self._before = self._generator_states()
            self._draw_block()
        self._position += 1
        return self._block[index]

    def saved(self) -> State:
        """Return where the stream is: batches so far, and its generators' states at the start of the block."""
        return {"position": torch.tensor(self._position), "generators": self._before}

    def restore(self, saved: Mapping[str, Tensor]) -> None:
        """Go to where `saved` was called; without the generators' states by drawing everything up to there."""
        self._position = max(0, int(saved["position"]))
        blocks = max(0, self._position - 1) // self._shape[0]
        before = saved.get("generators")
        if before is not None and before.shape == self._before.shape:
            self._set_generators(before)
        else:
            self._set_generators(self._start)
            for _ in range(blocks):
                self._draw_block()
        self._before = self._generator_states()
        if self._position:
            self._draw_block()

    def redraw(self, draw: Draw) -> None:
        """Make the numbers from here on in another way, of the same random numbers."""
        self._draw = draw
        if self._position:
            self._set_generators(self._before)
            self._draw_block()

    def _draw_block(self) -> None:
        drawn = [self._draw(self._shape, generator) for generator in self._generators]
        self._block = torch.stack(drawn, dim=1).to(self._device).unbind()

    def _generator_states(self) -> Tensor:
        return torch.stack([generator.get_state() for generator in self._generators])

    def _set_generators(self, states: Tensor) -> None:
        for generator, state in zip(self._generators, states, strict=True):
            generator.set_state(state.clone())  # of a row of a larger tensor PyTorch would read the first one


def block_steps(batch: int, features: int) -> int:
    """Return for how many steps to draw at once: 64, or fewer where that would take too much memory.

    How numbers are cut into blocks decides what they are, so the number of runs has no say in it.
    """
    return max(1, min(BLOCK_STEPS, BLOCK_NUMBERS // (batch * features)))

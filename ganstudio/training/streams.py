"""Random numbers: one named stream for each purpose and seed.

Runs to be compared share data, noise and initial weights even if one of them takes more critic steps, and
a seed gives the same numbers alone as beside others. So every purpose of every seed has a generator of its
own. Numbers are drawn on the CPU, which makes them the same for every device, and in blocks of many steps,
which makes their cost vanish beside the step's.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor

from ganstudio.data import Distribution, Noise

__all__ = ["block_steps", "generator_for", "labelled_samples", "latents", "normals"]
__all__ += ["samples", "stream", "uniforms"]

BLOCK_STEPS = 64
"""The most steps whose numbers are drawn at once."""

BLOCK_NUMBERS = 2**20
"""The most numbers of one run in a block of several steps: 4 MB, enough for 512 latents of 32 dimensions."""


def generator_for(seed: int, purpose: str) -> torch.Generator:
    """Return the CPU generator of one purpose of one seed, the same on every machine."""
    state = np.random.SeedSequence([seed, zlib.crc32(purpose.encode())]).generate_state(1, np.uint64)
    return torch.Generator().manual_seed(int(state[0]))


def samples(distribution: Distribution, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Draw real samples (*shape, 2), float32, on the generator's device."""
    uniform = torch.rand(*shape, distribution.uniforms, generator=generator, device=generator.device)
    normal = torch.randn(*shape, 2, generator=generator, device=generator.device)
    result: Tensor = distribution.push(uniform, normal)
    return result


def labelled_samples(distribution: Distribution, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Draw real samples with their class as a third number (*shape, 3); the samples are those of `samples`."""
    uniform = torch.rand(*shape, distribution.uniforms, generator=generator, device=generator.device)
    normal = torch.randn(*shape, 2, generator=generator, device=generator.device)
    classes: Tensor = distribution.labels(uniform)
    return torch.cat([distribution.push(uniform, normal), classes.unsqueeze(-1).to(uniform.dtype)], dim=-1)


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


def stream(
    draw: Callable[[tuple[int, ...], torch.Generator], Tensor],
    generators: list[torch.Generator],
    batch: int,
    device: str,
) -> Iterator[Tensor]:
    """Yield one batch (R, batch, features) after the other, each run's from its own generator."""
    features = draw((1, 1), torch.Generator()).shape[-1]  # from a generator that nobody else uses
    block = (block_steps(batch, features), batch)
    while True:
        yield from torch.stack([draw(block, generator) for generator in generators], dim=1).to(device)


def block_steps(batch: int, features: int) -> int:
    """Return for how many steps to draw at once: 64, or fewer where that would take too much memory.

    How numbers are cut into blocks decides what they are, so the number of runs has no say in it.
    """
    return max(1, min(BLOCK_STEPS, BLOCK_NUMBERS // (batch * features)))

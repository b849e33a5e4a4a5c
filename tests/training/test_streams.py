"""Random streams: one for each seed and purpose, on any device, in blocks that do not show."""

from __future__ import annotations

import pytest
import torch

from ganstudio.data import Noise
from ganstudio.training import streams


def test_purposes_and_seeds_have_streams_of_their_own() -> None:
    first = {
        (seed, purpose): torch.rand(1, generator=streams.generator_for(seed, purpose)).item()
        for seed in range(20)
        for purpose in ("real", "critic noise", "view")
    }
    assert len(set(first.values())) == len(first)
    assert first[3, "real"] == torch.rand(1, generator=streams.generator_for(3, "real")).item()


def test_blocks_do_not_show() -> None:
    def draw(shape: tuple[int, ...], generator: torch.Generator) -> torch.Tensor:
        return torch.rand(*shape, 1, generator=generator)

    numbers = streams.Stream(draw, [torch.Generator().manual_seed(seed) for seed in (1, 2)], 3, "cpu")
    batches = [next(numbers) for _ in range(streams.BLOCK_STEPS + 5)]
    alone = torch.rand(streams.BLOCK_STEPS * 2 * 3, generator=torch.Generator().manual_seed(2))
    assert torch.equal(torch.cat([batch[1, :, 0] for batch in batches]), alone[: len(batches) * 3])


@pytest.mark.parametrize(
    ("batch", "features", "steps"),
    [(128, 2, 64), (512, 2, 64), (128, 128, 64), (512, 32, 64), (16384, 1, 64), (512, 128, 16), (16384, 1024, 1)],
)
def test_large_batches_have_shorter_blocks(batch: int, features: int, steps: int) -> None:
    assert streams.block_steps(batch, features) == steps


@pytest.mark.parametrize("runs", [1, 3])
def test_no_block_is_larger_than_it_may_be_whatever_the_number_of_runs(
    monkeypatch: pytest.MonkeyPatch, runs: int
) -> None:
    monkeypatch.setattr(streams, "BLOCK_NUMBERS", 1000)
    shapes = []

    def draw(shape: tuple[int, ...], generator: torch.Generator) -> torch.Tensor:
        shapes.append(shape)
        return torch.randn(*shape, 7, generator=generator)

    numbers = streams.Stream(draw, [torch.Generator().manual_seed(seed) for seed in range(runs)], 20, "cpu")
    batches = [next(numbers) for _ in range(9)]
    assert {batch.shape for batch in batches} == {(runs, 20, 7)}
    assert set(shapes[1:]) == {(7, 20)}
    assert shapes[0] == (1, 1)
    first = torch.Generator().manual_seed(0)
    alone = torch.cat([torch.randn(7, 20, 7, generator=first) for _ in range(2)])
    assert torch.equal(torch.stack([batch[0] for batch in batches]), alone[:9])


def test_uniform_noise_is_on_the_symmetric_square() -> None:
    noise = Noise(distribution="uniform", dimensions=3)
    z = streams.latents(noise, (20_000,), torch.Generator().manual_seed(0))
    assert z.shape == (20_000, 3)
    assert z.min() >= -1
    assert z.max() < 1
    assert abs(z.mean().item()) < 0.01
    assert abs(z.var().item() - 1 / 3) < 0.01

"""A generator gives exactly what the original module gives, whole or in batches, and lets one into its layers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from ganstudio.architecture import Architecture, Dense, Input, Reshape, Upsample
from ganstudio.checkpoints import generator as module
from ganstudio.checkpoints.generator import Generator, Network, TooLargeError
from ganstudio.checkpoints.model import Model

Make = Callable[..., Model]


def original(model: Model) -> torch.nn.Module:
    """Return the tiny DCGAN of conftest as a person would write it."""
    net = torch.nn.Sequential(
        torch.nn.Identity(),
        torch.nn.ConvTranspose2d(sum(one.width for one in model.architecture.inputs), 6, 4, bias=False),
        torch.nn.BatchNorm2d(6),
        torch.nn.ReLU(),
        torch.nn.ConvTranspose2d(6, model.architecture.output[0], 4, 2, 1),
        torch.nn.Tanh(),
    )
    state = {name: torch.from_numpy(np.array(array)) for name, array in model.tensors.items() if "inputs" not in name}
    net.load_state_dict({**state, "2.num_batches_tracked": torch.tensor(0)})
    return net.eval()


@torch.no_grad()
def test_it_is_the_original_module(make: Make) -> None:
    model = make(channels=3)
    own = Generator(model)
    z = np.random.default_rng(0).normal(size=(9, 3)).astype(np.float32)
    found = own.sample(own.given(9, latent=z))
    assert found.dtype == np.float32
    assert np.array_equal(found, original(model)(torch.from_numpy(z)[:, :, None, None]).numpy())


@torch.no_grad()
def test_classes_and_codes_arrive_where_they_should(make: Make) -> None:
    model = make(Input(kind="latent", size=3), Input(kind="label", size=4), Input(kind="code", size=2))
    own = Generator(model)
    given = own.given(2, seed=5, **{"class": [3, 1], "c2": 0.25})
    z = torch.from_numpy(given[0])
    one_hot = torch.tensor([[0.0, 0, 0, 1], [0, 1, 0, 0]])
    code = torch.stack([torch.from_numpy(given[2][:, 0]), torch.full((2,), 0.25)], 1)
    wanted = original(model)(torch.cat([z, one_hot, code], 1)[:, :, None, None]).numpy()
    assert np.array_equal(own.sample(given), wanted)
    shares = own.given(2, seed=5, **{"class": one_hot.numpy(), "c2": 0.25})
    assert np.array_equal(own.sample(shares), wanted)


def test_batches_change_nothing(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Generator(make())
    given = own.draw(23, seed=1)
    whole = own.sample(given)
    monkeypatch.setattr(module, "BATCH_BYTES", 5 * own._sample_bytes)
    assert np.array_equal(own.sample(given), whole)
    assert np.array_equal(own.sample(own.draw(7, seed=1)), whole[:7])
    assert own.sample(own.draw(0, seed=1)).shape == (0, 1, 8, 8)


def test_into_the_layers_and_out_again(make: Make) -> None:
    own = Generator(make())
    given = own.draw(4, seed=3)
    plain = own.sample(given)
    maps = own.features(3, given)
    assert maps.shape == (4, 6, 4, 4)
    assert maps.min() == 0.0  # behind the ReLU
    assert np.array_equal(own.from_layer(3, maps), plain)

    def without(index: int, output: torch.Tensor) -> torch.Tensor:
        if index != 3:
            return output
        output = output.clone()
        output[:, 2] = 0.0
        return output

    changed = own.sample(given, without)
    assert not np.array_equal(changed, plain)
    maps[:, 2] = 0.0
    assert np.array_equal(own.from_layer(3, maps), changed)
    assert np.array_equal(own.features(3, given, without), maps)
    less = np.array(own.model.tensors["4.weight"])
    less[2] = 0.0
    silenced = Generator(replace(own.model, tensors={**own.model.tensors, "4.weight": less}))
    assert np.allclose(silenced.sample(given), changed, atol=1e-6)
    assert np.array_equal(own.sample(given), plain)
    for layer in (-1, 6):
        with pytest.raises(ValueError, match="there are layers 0 to 5"):
            own.features(layer, given)
    with pytest.raises(ValueError, match=r"layer 3 gives \(6, 4, 4\)"):
        own.from_layer(3, maps[:, :5])


def test_parts_run_too(make: Make) -> None:
    model = make()
    encoder = Network(model.parts["encoder"])
    pictures = np.random.default_rng(0).normal(size=(5, 1, 8, 8)).astype(np.float32)
    weight, bias = model.parts["encoder"].tensors["1.weight"], model.parts["encoder"].tensors["1.bias"]
    np.testing.assert_allclose(encoder.output(pictures), pictures.reshape(5, 64) @ weight.T + bias, atol=1e-4)


def test_too_large_is_said_before_anything_is_done(make: Make) -> None:
    layers = (Reshape(channels=1, height=1, width=1), *[Upsample(factor=64)] * 2, Upsample(factor=8))
    vast = Model("vast", Architecture(inputs=(Input(kind="latent", size=1),), layers=layers), {})
    own = Generator(vast)
    with pytest.raises(TooLargeError, match="one sample needs 13,0"):
        own.sample(own.draw(1, 0))
    tiny = Generator(make())
    given = tuple(np.broadcast_to(array, (10**7, *array.shape[1:])) for array in tiny.draw(1, 0))
    with pytest.raises(TooLargeError, match="10,000,000 samples need 2,560 MB"):
        tiny.sample(given)
    flat = Architecture(inputs=(Input(kind="latent", size=1),), layers=(Dense(inputs=1, outputs=1, bias=False),))
    with pytest.raises(ValueError, match="makes pictures"):
        Generator(Model("flat", flat, {"0.weight": np.ones((1, 1), np.float32)}))

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from torch import nn

from ganstudio.architecture import (
    Activation,
    Architecture,
    BatchNorm,
    Convolution,
    Dense,
    GroupNorm,
    Input,
    Reshape,
    TransposedConvolution,
    Upsample,
)
from ganstudio.nets.layers import assembled, run

LATENT = Input(kind="latent", size=6)


def test_a_stack_of_every_layer_is_what_torch_makes_of_it():
    architecture = Architecture(
        inputs=(LATENT, Input(kind="label", size=3, embedding=2)),
        layers=(
            Dense(inputs=8, outputs=32),
            Activation(function="leaky_relu", slope=0.1),
            Reshape(channels=8, height=2, width=2),
            TransposedConvolution(inputs=8, outputs=4, kernel=5, stride=2, padding=2, output_padding=1, bias=False),
            BatchNorm(features=4, epsilon=1e-3),
            Activation(function="relu"),
            Upsample(factor=2, mode="bilinear"),
            Convolution(inputs=4, outputs=6, kernel=3, padding=1),
            GroupNorm(features=6, groups=2),
            Convolution(inputs=6, outputs=3, kernel=1),
            Activation(function="tanh"),
        ),
    )
    torch.manual_seed(0)
    embedding = nn.Embedding(3, 2)
    modules = nn.Sequential(
        nn.Linear(8, 32),
        nn.LeakyReLU(0.1),
        nn.Unflatten(1, (8, 2, 2)),
        nn.ConvTranspose2d(8, 4, 5, 2, 2, output_padding=1, bias=False),
        nn.BatchNorm2d(4, eps=1e-3),
        nn.ReLU(),
        nn.Upsample(scale_factor=2, mode="bilinear"),
        nn.Conv2d(4, 6, 3, padding=1),
        nn.GroupNorm(2, 6),
        nn.Conv2d(6, 3, 1),
        nn.Tanh(),
    )
    for _ in range(3):
        modules(torch.randn(16, 8))
    modules.eval()
    tensors = {"inputs.1.weight": embedding.weight} | dict(modules.state_dict())
    tensors.pop("4.num_batches_tracked")
    latents, labels = torch.randn(5, 6), torch.tensor([0, 1, 2, 1, 0])
    expected = modules(torch.cat([latents, embedding(labels)], dim=1))

    assert {name: tuple(value.shape) for name, value in tensors.items()} == architecture.tensors()
    assert architecture.output == (3, 8, 8)
    assert torch.equal(run(architecture.layers, tensors, assembled(architecture, tensors, [latents, labels])), expected)
    assert Architecture.model_validate_json(architecture.model_dump_json()) == architecture


def test_a_label_may_multiply_the_latent_and_be_blended():
    architecture = Architecture(
        inputs=(LATENT, Input(kind="label", size=3, embedding=6, multiplies=True)),
        layers=(Dense(inputs=6, outputs=4),),
    )
    table = torch.arange(18.0).view(3, 6)
    latents = torch.ones(1, 6)
    assert torch.equal(assembled(architecture, {"inputs.1.weight": table}, [latents, torch.tensor([1])]), table[1:2])
    half = assembled(architecture, {"inputs.1.weight": table}, [latents, torch.tensor([[0.5, 0.5, 0.0]])])
    assert torch.equal(half, (table[:1] + table[1:2]) / 2)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"inputs": (LATENT,), "layers": (Dense(inputs=5, outputs=2),)}, "layer 1, dense: is given 6, takes 5"),
        (
            {"inputs": (LATENT,), "layers": (Dense(inputs=6, outputs=9), Reshape(channels=2, height=2, width=2))},
            "layer 2, reshape: 9 cannot become 2 x 2 x 2",
        ),
        ({"inputs": (LATENT, LATENT), "layers": (Dense(inputs=12, outputs=2),)}, "at most one latent"),
        ({"layers": (Dense(inputs=6, outputs=2),)}, "either inputs or a picture"),
        (
            {"picture": (1, 2, 2), "layers": (Convolution(inputs=1, outputs=1, kernel=5),)},
            "layer 1, convolution: would give 1 x -2 x -2",
        ),
    ],
)
def test_what_does_not_fit_is_named(values, said):
    with pytest.raises(ValidationError, match=said):
        Architecture(**values)


@settings(max_examples=60, deadline=None)
@given(
    kernel=st.integers(1, 6),
    stride=st.integers(1, 3),
    padding=st.integers(0, 2),
    output_padding=st.integers(0, 2),
    side=st.integers(1, 5),
)
def test_sizes_are_torchs(kernel, stride, padding, output_padding, side):
    x = torch.zeros(1, 2, side, side)
    for layer, module in (
        (
            TransposedConvolution(
                inputs=2, outputs=1, kernel=kernel, stride=stride, padding=padding, output_padding=output_padding
            ),
            lambda: nn.ConvTranspose2d(2, 1, kernel, stride, padding, output_padding),
        ),
        (
            Convolution(inputs=2, outputs=1, kernel=kernel, stride=stride, padding=padding),
            lambda: nn.Conv2d(2, 1, kernel, stride, padding),
        ),
    ):
        try:
            expected = tuple(module()(x).shape[1:])
        except RuntimeError:
            expected = (0,)
        if min(expected) < 1:  # PyTorch lets some empty pictures pass
            with pytest.raises(ValueError, match=r"would give|output padding must"):
                layer.outcome((2, side, side))
        else:
            assert layer.outcome((2, side, side)) == expected

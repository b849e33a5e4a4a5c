import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from torch import nn

from ganstudio.architecture import (
    Activation,
    Architecture,
    Attention,
    BatchNorm,
    Branches,
    Convolution,
    Dense,
    GroupNorm,
    Input,
    Padding,
    PixelShuffle,
    Reshape,
    Slopes,
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


def test_branches_attention_slopes_padding_and_shuffling_are_what_torch_makes_of_them():
    inner = (
        Padding(margin=1),
        Convolution(inputs=4, outputs=8, kernel=3),
        BatchNorm(features=8),
        Slopes(features=8),
        PixelShuffle(factor=2),
    )
    past = (Upsample(factor=2), Convolution(inputs=4, outputs=2, kernel=1))
    architecture = Architecture(
        inputs=(LATENT, Input(kind="label", size=3)),
        layers=(
            Branches(
                rows=(
                    (Dense(inputs=6, outputs=12), Reshape(channels=3, height=2, width=2)),
                    (Dense(inputs=3, outputs=4), Activation(function="relu"), Reshape(channels=1, height=2, width=2)),
                ),
                takes=(6, 3),
                joined="concatenated",
            ),
            Attention(features=4, keys=2),
            Branches(rows=(inner, past)),
            Convolution(inputs=2, outputs=1, kernel=1),
        ),
    )
    torch.manual_seed(0)
    front, label = nn.Linear(6, 12), nn.Linear(3, 4)
    query, key, value = nn.Conv2d(4, 2, 1), nn.Conv2d(4, 2, 1), nn.Conv2d(4, 4, 1)
    convolution = nn.Conv2d(4, 8, 3, padding=1, padding_mode="reflect")
    residual = nn.Sequential(nn.BatchNorm2d(8), nn.PReLU(8), nn.PixelShuffle(2))
    shortcut, last = nn.Conv2d(4, 2, 1), nn.Conv2d(2, 1, 1)
    residual[0](torch.randn(9, 8, 3, 3))
    residual.eval()
    tensors = {"1.gamma": torch.tensor([0.3])}
    places = {"0.0.0": front, "0.1.0": label, "1.query": query, "1.key": key, "1.value": value, "2.0.1": convolution}
    places |= {"2.0.2": residual[0], "2.0.3": residual[1], "2.1.1": shortcut, "3": last}
    for place, module in places.items():
        tensors |= {f"{place}.{name}": value for name, value in module.state_dict().items()}
    tensors.pop("2.0.2.num_batches_tracked")
    latents, labels = torch.randn(5, 6), torch.tensor([0, 1, 2, 1, 0])

    told = label(nn.functional.one_hot(labels).float()).relu().view(-1, 1, 2, 2)
    x = torch.cat([front(latents).view(-1, 3, 2, 2), told], 1)
    scores = torch.softmax(query(x).flatten(2).transpose(1, 2) @ key(x).flatten(2), -1)
    x = 0.3 * (value(x).flatten(2) @ scores.transpose(1, 2)).view_as(x) + x
    x = last(residual(convolution(x)) + shortcut(nn.functional.interpolate(x, scale_factor=2)))

    assert {name: tuple(value.shape) for name, value in tensors.items()} == architecture.tensors()
    assert architecture.output == (1, 4, 4)
    found = run(architecture.layers, tensors, assembled(architecture, tensors, [latents, labels]))
    assert torch.allclose(found, x, atol=1e-6)
    assert Architecture.model_validate_json(architecture.model_dump_json()) == architecture


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ((Branches(rows=((Dense(inputs=6, outputs=4),), ())),), "4 and 6 cannot be added"),
        (
            (Branches(rows=((Dense(inputs=4, outputs=4),), (Dense(inputs=3, outputs=4),)), takes=(4, 3)),),
            "is given 6, takes 7",
        ),
        ((Reshape(channels=6, height=1, width=1), Attention(features=5, keys=1)), "is given 6, takes 5"),
        ((Reshape(channels=6, height=1, width=1), PixelShuffle()), "6 maps cannot become maps 2 times larger"),
        ((Reshape(channels=6, height=1, width=1), Padding(margin=1)), "1 x 1 cannot be mirrored by 1"),
        ((Slopes(features=5),), "is given 6, takes 5"),
    ],
)
def test_blocks_that_cannot_take_what_they_are_given_say_so(layers, said):
    with pytest.raises(ValidationError, match=said):
        Architecture(inputs=(LATENT,), layers=layers)


def test_branches_have_a_share_each():
    with pytest.raises(ValidationError, match="1 shares for 2 branches"):
        Branches(rows=((), ()), takes=(6,))


def test_what_a_block_holds_inside_counts():
    dense = Dense(inputs=6, outputs=4096)
    wide = Branches(rows=((dense, Dense(inputs=4096, outputs=6)), ()))
    assert Architecture(inputs=(LATENT,), layers=(wide,)).largest() == 6 + 6 + 4096 + 6
    maps = Reshape(channels=6, height=32, width=32)
    layers = (Dense(inputs=6, outputs=6 * 32**2), maps, Attention(features=6, keys=1))
    assert Architecture(inputs=(LATENT,), layers=layers).largest() >= 2 * 32**4

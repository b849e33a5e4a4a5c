"""Every kind of critic: what it maps to what, its heads, and that one pass gives all of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from ganstudio.experiment import Network
from ganstudio.nets import MLP, Chain, Closeness, CriticShape
from ganstudio.nets.critics import BoundCritic

SMALL = Network(layers=2, width=5, activation="tanh")
KINDS = {
    "scalar": CriticShape(SMALL, "scalar", 3, heads=2),
    "classes": CriticShape(SMALL, "classes", 3, heads=4, classes=4),
    "outcomes": CriticShape(SMALL, "outcomes", 3, outputs=6, heads=2),
    "pair": CriticShape(SMALL, "pair", 3, heads=2),
    "autoencoder": CriticShape(SMALL, "autoencoder", 3, heads=2, bottleneck=1),
}
WIDTHS = {"scalar": (), "classes": (), "outcomes": (6,), "pair": (), "autoencoder": (3,)}
every_kind = pytest.mark.parametrize("kind", KINDS)


def generators(count: int) -> list[torch.Generator]:
    return [torch.Generator().manual_seed(seed) for seed in range(count)]


def bound(shape: CriticShape, runs: int = 2) -> BoundCritic:
    return shape.bind(shape.chain.initial(generators(runs)).double(), shape.chain.statistics(runs, "cpu"))


def seen(kind: str, count: int, runs: int = 2) -> Tensor:
    """Return what a critic of this kind is asked about."""
    generator = torch.Generator().manual_seed(count)
    return torch.randn(runs, count, 6 if kind == "pair" else 3, dtype=torch.float64, generator=generator)


# ---- chains --------------------------------------------------------------------------------------------


def test_a_chain_is_its_parts_side_by_side() -> None:
    first, second = MLP(SMALL, 2, 3), MLP(Network(layers=1, width=4, normalisation="batch"), 3, 1)
    chain = Chain({"encoder": first, "head": second})
    assert chain.size == first.size + second.size
    parameters = chain.initial(generators(2))
    assert parameters.shape == (2, chain.size)
    named = chain.unpack(parameters)
    assert {name.split(".")[0] for name in named} == {"encoder", "head"}
    assert named["head.0.weight"].shape == (2, 3, 4)
    x = torch.randn(2, 7, 2)
    one, two = chain.bind(parameters)
    torch.testing.assert_close(one(x), first.bind(parameters[:, : first.size])(x))
    torch.testing.assert_close(two(one(x)), second.bind(parameters[:, first.size :])(one(x)))
    assert [len(statistics.means) for statistics in chain.statistics(2, "cpu")] == [0, 1]


def test_a_nameless_part_adds_nothing_to_names() -> None:
    single = MLP(SMALL, 2, 1)
    assert set(Chain({"": single}).unpack(torch.zeros(1, single.size))) == set(single.shapes)


# ---- kinds ---------------------------------------------------------------------------------------------


@every_kind
def test_outputs_and_heads_have_their_shapes(kind: str) -> None:
    critic, samples = bound(KINDS[kind]), seen(kind, 7)
    assert critic(samples).shape == (2, 7, *WIDTHS[kind])
    assert critic.heads(samples).shape == (2, 7, KINDS[kind].heads)


@every_kind
def test_both_batches_at_once_are_both_batches_apart(kind: str) -> None:
    real, fake = seen(kind, 7), seen(kind, 4)
    together, apart = bound(KINDS[kind]), bound(KINDS[kind])
    r, f = together.both(real, fake)
    torch.testing.assert_close(r, apart(real))
    torch.testing.assert_close(f, apart(fake))
    torch.testing.assert_close(together.heads(fake), apart.heads(fake))


@every_kind
def test_one_pass_gives_outputs_and_heads(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    critic, passes = bound(KINDS[kind]), []
    forward = critic._forward
    monkeypatch.setattr(critic, "_forward", lambda samples: passes.append(len(passes)) or forward(samples))
    real, fake = seen(kind, 7), seen(kind, 4)
    critic.both(real, fake)
    critic.heads(real)
    critic.heads(fake)
    critic(fake)
    assert len(passes) == 1
    critic(fake.clone())
    assert len(passes) == 2


@every_kind
def test_runs_never_mix(kind: str) -> None:
    shape = KINDS[kind]
    parameters, samples = shape.chain.initial(generators(3)).double(), seen(kind, 5, 3)
    together = shape.bind(parameters)
    for run in range(3):
        alone = shape.bind(parameters[[run]])
        torch.testing.assert_close(together(samples)[[run]], alone(samples[[run]]))
        torch.testing.assert_close(together.heads(samples)[[run]], alone.heads(samples[[run]]))


@every_kind
def test_what_couples_samples_goes_through_apart(kind: str) -> None:
    for changed in (
        {"settings": SMALL.changed(normalisation="batch")},
        {"closeness": Closeness(3, 2)},
    ):
        shape = replace(KINDS[kind], **changed)
        real, fake = seen(kind, 7), seen(kind, 4)
        critic = bound(shape)
        assert critic.couples_samples
        r, f = critic.both(real, fake)
        torch.testing.assert_close(r, bound(shape)(real))
        torch.testing.assert_close(f, bound(shape)(fake))


@every_kind
def test_the_gain_counts_under_spectral_normalisation_only(kind: str) -> None:
    samples = seen(kind, 5)
    plain, gained = (bound(replace(KINDS[kind], gain=gain)) for gain in (1.0, 7.0))
    torch.testing.assert_close(gained(samples), plain(samples))
    shapes = [replace(KINDS[kind], spectral=True, gain=gain) for gain in (1.0, 7.0)]
    parameters = shapes[0].chain.initial(generators(2))
    statistics = shapes[0].chain.statistics(2, "cpu")
    one, seven = (shape.bind(parameters, statistics) for shape in shapes)
    torch.testing.assert_close(seven(samples.float()), 7 * one(samples.float()))
    torch.testing.assert_close(seven.heads(samples.float()), one.heads(samples.float()))


@pytest.mark.parametrize("kind", ["scalar", "classes", "pair"])
def test_input_gradients_are_differences(kind: str) -> None:
    critic, samples = bound(KINDS[kind]), seen(kind, 4)
    gradient, step = critic.input_gradient(samples), 1e-6
    for feature in range(samples.shape[-1]):
        shift = torch.zeros_like(samples)
        shift[..., feature] = step
        slope = (critic(samples + shift) - critic(samples - shift)) / (2 * step)
        torch.testing.assert_close(gradient[..., feature], slope, atol=1e-7, rtol=1e-6)


def test_a_classifiers_score_is_the_sum_of_its_exponentials() -> None:
    critic, samples = bound(KINDS["classes"]), seen("classes", 6)
    torch.testing.assert_close(critic(samples), critic.heads(samples).exp().sum(-1).log())


def test_other_heads_do_not_enter_a_classifiers_score() -> None:
    shape, samples = replace(KINDS["classes"], heads=6), seen("classes", 6)
    critic = bound(shape)
    heads = critic.heads(samples)
    assert heads.shape == (2, 6, 6)
    torch.testing.assert_close(critic(samples), heads[..., :4].logsumexp(-1))


def test_a_pair_is_a_head_of_the_difference_of_codes() -> None:
    shape = CriticShape(SMALL, "pair", 3)
    parameters = shape.chain.initial(generators(2)).double()
    encoder, head = shape.chain.bind(parameters)
    a, b = seen("scalar", 5), seen("scalar", 4)[:, [0, 1, 2, 3, 0]]
    expected = head(encoder(a) - encoder(b))[..., 0]
    torch.testing.assert_close(shape.bind(parameters)(torch.cat([a, b], dim=-1)), expected)
    # Without a bias of the head's last layer it need not be odd, but two equal samples are told apart by nothing.
    equal = shape.bind(parameters)(torch.cat([a, a], dim=-1))
    torch.testing.assert_close(equal, equal[:, :1].expand(-1, 5))


def test_heads_of_a_pair_are_of_its_first_sample() -> None:
    critic = bound(KINDS["pair"])
    a, b, c = (seen("scalar", count)[:, :4] for count in (4, 5, 6))
    first, second = (critic.heads(torch.cat([a, other], dim=-1)) for other in (b, c))
    torch.testing.assert_close(first, second)


def test_an_autoencoder_passes_everything_through_its_bottleneck() -> None:
    shape = CriticShape(SMALL, "autoencoder", 3, bottleneck=1)
    parameters = shape.chain.initial(generators(1)).double()
    encoder, decoder = shape.chain.bind(parameters)
    samples = seen("autoencoder", 6, 1)
    assert encoder(samples).shape == (1, 6, 1)
    torch.testing.assert_close(shape.bind(parameters)(samples), decoder(encoder(samples)))


@pytest.mark.parametrize("layers", [0, 1, 3])
@every_kind
def test_every_depth_works(kind: str, layers: int) -> None:
    shape = replace(KINDS[kind], settings=SMALL.changed(layers=layers, width=1))
    critic = bound(shape, 1)
    assert critic(seen(kind, 3, 1)).isfinite().all()
    assert critic.heads(seen(kind, 3, 1)).shape == (1, 3, shape.heads)


def test_features_are_what_the_last_layer_sees() -> None:
    critic = bound(KINDS["classes"])
    assert critic.features(seen("classes", 6)).shape == (2, 6, 5)

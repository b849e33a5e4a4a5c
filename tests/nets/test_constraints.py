"""What keeps critics smooth: penalties, spectral normalisation and minibatch discrimination, by numbers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from ganstudio.experiment import Network
from ganstudio.nets import MLP, Closeness, FunctionCritic, ScalarCritic
from ganstudio.nets.penalties import (
    around,
    around_released,
    batch_deviation,
    between,
    centred_on_one,
    centred_on_zero,
)
from ganstudio.objectives import OBJECTIVES

HALF_SQUARE = FunctionCritic(lambda samples: 0.5 * samples.square().sum(-1))
"""T(x) = ||x||^2 / 2, whose gradient is x."""


def tensor(values: object) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


REAL, FAKE = tensor([[[3.0, 4.0], [1.0, 0.0]]]), tensor([[[0.0, 0.0], [0.0, 0.5]]])


def close(value: Tensor, expected: object, atol: float = 1e-6) -> None:
    torch.testing.assert_close(value, tensor(expected), atol=atol, rtol=0)


# ---- gradient penalties --------------------------------------------------------------------------------


def test_the_penalty_between_pairs() -> None:
    gradient = HALF_SQUARE.input_gradient(between(REAL, FAKE, tensor([[[0.5], [0.25]]])))
    close(gradient.norm(dim=-1), [[2.5, 0.450694]])
    penalty = centred_on_one(gradient).mean(-1)
    close(penalty, [1.275869])
    close(centred_on_one(gradient, one_sided=True).mean(-1), [1.125])
    wasserstein = OBJECTIVES["wasserstein"]()
    loss = wasserstein.critic_loss(HALF_SQUARE, REAL, FAKE)
    close(loss, [-6.4375])
    close(loss + 10 * penalty, [6.321186], atol=5e-6)
    close(loss + 0.1 * penalty, [-6.309913])
    close(wasserstein.generator_loss(HALF_SQUARE, REAL, FAKE), [-0.0625])


def test_the_penalty_around_real_samples() -> None:
    delta = tensor([[[0.1, -0.2], [0.3, 0.4]]])
    gradient = HALF_SQUARE.input_gradient(around(REAL, delta, tensor([[[1.0]]])))
    close(gradient.norm(dim=-1), [[4.904080, 1.360147]])
    penalty = centred_on_one(gradient).mean(-1)
    close(penalty, [7.685773])
    set_a = FunctionCritic(lambda samples: samples.squeeze(-1))
    real, fake = tensor([[[1.0], [2.0]]]), tensor([[[-1.0], [0.0]]])
    close(OBJECTIVES["non_saturating"]().critic_loss(set_a, real, fake) + 10 * penalty, [77.581029], atol=5e-6)


def test_the_penalty_around_real_samples_as_released() -> None:
    deviation = batch_deviation(REAL)
    close(deviation, [[[1.581139]]])
    points = around_released(REAL, torch.full_like(REAL, 0.5), tensor([[[1.0], [1.0]]]), deviation)
    gradient = HALF_SQUARE.input_gradient(points)
    close(gradient.norm(dim=-1), [[5.553961, 1.450196]])
    close(centred_on_one(gradient).mean(-1), [10.470620])


def test_penalties_of_runs_never_mix() -> None:
    real = torch.cat([REAL, FAKE])
    close(batch_deviation(real).flatten(), [np.std([3, 4, 1, 0]), np.std([0, 0, 0, 0.5])])
    gradient = HALF_SQUARE.input_gradient(real)
    close(centred_on_zero(gradient), [[12.5, 0.5], [0.0, 0.125]])
    close(centred_on_one(gradient).mean(-1), [(16 + 0) / 2, (1 + 0.25) / 2], atol=2e-6)


def test_r1_of_a_quadratic_critic_is_a_closed_form() -> None:
    """T = a ||x||^2 / 2: ||grad T||^2 / 2 = a^2 ||x||^2 / 2, and its gradient in a is a ||x||^2."""
    a = tensor(1.5).requires_grad_()
    critic = FunctionCritic(lambda samples: 0.5 * a * samples.square().sum(-1))
    penalty = centred_on_zero(critic.input_gradient(REAL)).mean(-1)
    close(penalty.detach(), [1.5**2 * (25 + 1) / 4])
    (gradient,) = torch.autograd.grad(penalty.sum(), a)
    close(gradient, 1.5 * (25 + 1) / 2)


def test_a_flat_critic_has_a_finite_penalty_gradient() -> None:
    a = tensor(0.0).requires_grad_()
    critic = FunctionCritic(lambda samples: a * samples.sum(-1))
    for one_sided in (False, True):
        penalty = centred_on_one(critic.input_gradient(REAL), one_sided=one_sided).sum()
        (gradient,) = torch.autograd.grad(penalty, a)
        assert gradient.isfinite()


def test_lines_between_pairs_end_in_both() -> None:
    close(between(REAL, FAKE, tensor([[[1.0], [0.0]]])), [[[3.0, 4.0], [0.0, 0.5]]])


# ---- spectral normalisation ----------------------------------------------------------------------------


def linear(*weights: list[list[float]]) -> tuple[MLP, Tensor]:
    """Return linear maps without bias as a spectrally normalised network; a run's weights are (inputs, outputs)."""
    rows, columns = len(weights[0]), len(weights[0][0])
    shape = MLP(Network(layers=0), rows, columns, spectral=True, last_bias=False)
    return shape, torch.stack([tensor(weight).flatten() for weight in weights])


def test_power_iteration_finds_the_largest_singular_value() -> None:
    """W = [[1, 2], [3, 4]] maps inputs to outputs as x W^T, so that ours is its transpose; u starts at [1, 0]."""
    shape, parameters = linear([[1.0, 3.0], [2.0, 4.0]])
    statistics = shape.statistics(1, "cpu")
    statistics.directions = [tensor([[[1.0, 0.0]]])]
    x = torch.eye(2, dtype=torch.float64)[None]
    for sigma in (5.403702, 5.464984, 5.464986):
        normalised = shape.bind(parameters, statistics, "learn")(x)
        close(tensor([[[1.0, 3.0], [2.0, 4.0]]]) / normalised, [[[sigma] * 2] * 2])
    fixed = shape.bind(parameters, statistics, "fixed")(x)
    close(fixed.mT, [[[0.182983, 0.365966], [0.548949, 0.731932]]])


def test_only_learning_moves_the_directions_and_runs_have_their_own() -> None:
    shape, parameters = linear([[1.0, 3.0], [2.0, 4.0]], [[2.0, 0.0], [0.0, 0.5]])
    statistics = shape.statistics(2, "cpu")
    statistics.directions = [direction.double() for direction in statistics.directions]
    before = statistics.directions[0].clone()
    for how in ("batch", "fixed"):
        shape.bind(parameters, statistics, how)
        assert torch.equal(statistics.directions[0], before)
    for _ in range(30):
        bound = shape.bind(parameters, statistics, "learn")
    x = torch.eye(2, dtype=torch.float64).expand(2, -1, -1)
    for run, weight in enumerate(parameters.unflatten(1, (2, 2))):
        torch.testing.assert_close(bound(x)[run], weight / torch.linalg.matrix_norm(weight, 2))


def test_no_gradient_flows_through_the_directions() -> None:
    """With u and v constant, the gradient of sum(c * W / (v W u)) is c / s - sum(c * W) v u^T / s^2."""
    shape, parameters = linear([[1.0, 3.0], [2.0, 4.0]])
    parameters.requires_grad_()
    statistics = shape.statistics(1, "cpu")
    statistics.directions = [tensor([[[1.0, 0.0]]])]
    output = shape.bind(parameters, statistics, "learn")(torch.eye(2, dtype=torch.float64)[None])
    c = tensor([[1.0, -2.0], [0.5, 3.0]])
    (gradient,) = torch.autograd.grad((c * output[0]).sum(), parameters)
    weight = np.array([[1.0, 3.0], [2.0, 4.0]])
    v = weight @ [1.0, 0.0]
    v /= np.linalg.norm(v)
    u = v @ weight
    u /= np.linalg.norm(u)
    s = v @ weight @ u
    expected = c.numpy() / s - (c.numpy() * weight).sum() * np.outer(v, u) / s**2
    close(gradient.view(2, 2), expected.tolist())
    assert not statistics.directions[0].requires_grad


def test_a_spectrally_normalised_relu_critic_is_lipschitz() -> None:
    shape = MLP(Network(layers=3, width=12), 2, 1, spectral=True)
    parameters = 5 * shape.initial([torch.Generator().manual_seed(0)])
    statistics = shape.statistics(1, "cpu")
    for _ in range(200):
        bound = shape.bind(parameters, statistics, "learn")
    slopes = ScalarCritic([bound], gain=3.0).input_gradient(4 * torch.randn(1, 500, 2)).norm(dim=-1)
    assert 0.0 < slopes.max().item() <= 3.0 + 1e-3


# ---- minibatch discrimination --------------------------------------------------------------------------


def test_closeness_against_a_double_loop() -> None:
    shape = MLP(Network(layers=1, width=4, activation="tanh"), 2, 1, closeness=Closeness(3, 2))
    parameters = shape.initial([torch.Generator().manual_seed(seed) for seed in range(2)]).double()
    x = torch.randn(2, 5, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(9))
    named = shape.unpack(parameters)
    features = shape.bind(parameters).hidden(x)
    assert features.shape == (2, 5, 4 + 3)
    for run in range(2):
        hidden = np.tanh((x[run] @ named["0.weight"][run] + named["0.bias"][run]).numpy())
        projected = (hidden @ named["closeness.kernel"][run].numpy()).reshape(5, 3, 2)
        for i in range(5):
            for kernel in range(3):
                close_to = sum(
                    np.exp(-np.abs(projected[i, kernel] - projected[j, kernel]).sum()) for j in range(5) if j != i
                )
                assert features[run, i, 4 + kernel].item() == pytest.approx(close_to, abs=1e-9)


def test_a_fixed_network_compares_with_the_batch_that_it_learned_from() -> None:
    shape = MLP(Network(layers=1, width=4), 2, 1, closeness=Closeness(3, 2))
    parameters = shape.initial([torch.Generator().manual_seed(0)])
    statistics = shape.statistics(1, "cpu")
    batch = torch.randn(1, 6, 2)
    shape.bind(parameters, statistics, "learn")(batch)
    fixed = shape.bind(parameters, statistics, "fixed")
    assert not fixed.couples_samples
    points = torch.randn(1, 4, 2)
    torch.testing.assert_close(fixed(points)[:, :2], fixed(points[:, :2]))
    # One more sample beside the batch sees what a batch of seven would show it.
    together = shape.bind(parameters).hidden(torch.cat([points[:, :1], batch], dim=1))[:, 0]
    torch.testing.assert_close(fixed.hidden(points)[:, 0], together)

"""Objectives that ask another kind of critic: pairs, autoencoders, losses, and the one without a critic."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from ganstudio.nets import FunctionCritic
from ganstudio.objectives import OBJECTIVES
from ganstudio.objectives.functions import softplus

SETS = {"A": ([1.0, 2.0], [-1.0, 0.0]), "B": ([0.5, -1.0, 2.0], [0.3, -0.7, 1.5])}


def column(*runs: list[float]) -> Tensor:
    """Return each run's values as samples (runs, n, 1), float64."""
    return torch.tensor(runs, dtype=torch.float64)[..., None]


def close(value: Tensor, *expected: float) -> None:
    torch.testing.assert_close(value, torch.tensor(expected, dtype=torch.float64), atol=1e-6, rtol=0)


# ---- pairs ---------------------------------------------------------------------------------------------

FIRST = FunctionCritic(lambda pairs: pairs[..., 0])
"""T(a, b) = a: t_rf are the real samples themselves, t_fr the generated ones."""

TURING = [
    ("tsgan", {}, "A", 0.723299, 2.723299),
    ("tsgan", {}, "B", 1.624407, 1.757740),
    ("tsgan", {"symmetric": False}, "A", 0.723299, 1.003204),
    ("tsgan", {"symmetric": False}, "B", 1.624407, 0.619652),
    ("tsgan", {"symmetric": False, "h": "minimax"}, "B", 1.624407, -0.986318),
    ("tsgan", {"symmetric": False, "h": "linear"}, "B", 1.624407, -0.366667),
    ("twgan", {}, "A", -2.0, 2.0),
    ("twgan", {}, "B", -0.133333, 0.133333),
    ("tlsgan", {}, "A", 1.0, 5.0),
    ("tlsgan", {}, "B", 2.693333, 2.960000),
]


@pytest.mark.parametrize(("name", "settings", "which", "critic_loss", "generator_loss"), TURING)
def test_turing_tests(
    name: str, settings: dict[str, object], which: str, critic_loss: float, generator_loss: float
) -> None:
    objective = OBJECTIVES[name](**settings)
    real, fake = (column(values) for values in SETS[which])
    close(objective.critic_loss(FIRST, real, fake), critic_loss)
    close(objective.generator_loss(FIRST, real, fake), generator_loss)


@pytest.mark.parametrize("name", ["tsgan", "tlsgan", "twgan"])
def test_runs_of_pairs_never_mix(name: str) -> None:
    real, fake = column([1.0, 2.0], [0.5, -1.0]), column([-1.0, 0.0], [0.3, -0.7])
    objective = OBJECTIVES[name]()
    for loss in (objective.critic_loss, objective.generator_loss):
        alone = [loss(FIRST, real[[run]], fake[[run]]) for run in range(2)]
        torch.testing.assert_close(loss(FIRST, real, fake), torch.cat(alone))
        assert alone[0] != alone[1]


def test_pairs_hold_both_samples_in_both_orders() -> None:
    real, fake = torch.randn(2, 3, 2), torch.randn(2, 3, 2)
    rf, fr = OBJECTIVES["tsgan"]().inputs(real, fake)
    assert torch.equal(rf, torch.cat([real, fake], dim=-1))
    assert torch.equal(fr, torch.cat([fake, real], dim=-1))


def test_a_linear_head_makes_tsgan_twice_rsgan() -> None:
    real = torch.tensor([[[0.2, 0.1], [0.5, -0.3]]], dtype=torch.float64)
    fake = torch.tensor([[[-0.1, 0.4], [0.3, 0.3]]], dtype=torch.float64)
    weight = torch.tensor([1.0, 2.0], dtype=torch.float64)
    pair = FunctionCritic(lambda pairs: (pairs[..., :2] - pairs[..., 2:]) @ weight)
    single = FunctionCritic(lambda samples: samples @ weight)
    turing = OBJECTIVES["tsgan"]().critic_loss(pair, real, fake)
    close(turing, 2.167617)
    close(turing, 2 * OBJECTIVES["rsgan"]().critic_loss(single, real, fake).item())


# ---- autoencoders --------------------------------------------------------------------------------------

ZERO = FunctionCritic(lambda samples: 0.0 * samples)
"""An autoencoder that copies everything to the origin: |v - AE(v)| = |v|."""


def test_the_energy_of_began_is_a_mean_over_coordinates() -> None:
    x = torch.tensor([[[1.0, 2.0], [3.0, 4.0]]], dtype=torch.float64)
    copy = torch.tensor([[[1.5, 2.0], [2.0, 4.5]]], dtype=torch.float64)
    close(OBJECTIVES["began"]().energy(FunctionCritic(lambda _: copy), x).mean(-1), 0.5)


def test_began_balances_critic_and_generator() -> None:
    objective = OBJECTIVES["began"]()
    assert (objective.diversity, objective.gain) == (0.5, 0.001)
    real, fake = column([0.4]), column([0.1])
    close(objective.generator_loss(ZERO, real, fake), 0.1)
    close(objective.balanced(0.2, *objective.energies(ZERO, real, fake)), 0.2001)
    close(objective.convergence(*objective.energies(ZERO, real, fake)), 0.5)
    # Clipped at 0 and at 1.
    close(objective.balanced(0.0, *objective.energies(ZERO, column([0.1]), column([0.9]))), 0.0)
    close(objective.balanced(1.0, *objective.energies(ZERO, column([0.9]), column([0.1]))), 1.0)


def test_began_keeps_a_balance_of_each_run() -> None:
    """From k = 0.2 the critic's loss is 0.4 - 0.2 * 0.1 = 0.38, and k becomes 0.2001; the other run's stays 0."""
    rule = OBJECTIVES["began"](gain=1.0).begin([0, 1])
    # gamma L(x) - L(x~) = 0.2 and -0.85.
    close(rule.critic_loss(ZERO, column([0.6], [0.1]), column([0.0], [0.0])), 0.6, 0.1)
    rule.generator_loss(ZERO, column([0.6], [0.1]), column([0.1], [0.9]))
    close(rule.report()["balance k"], 0.2, 0.0)
    close(rule.critic_loss(ZERO, column([0.4], [0.4]), column([0.1], [0.1])), 0.38, 0.4)
    again = OBJECTIVES["began"]().begin([0])
    again._k = torch.tensor([0.2], dtype=torch.float64)
    close(again.critic_loss(ZERO, column([0.4]), column([0.1])), 0.38)
    close(again.generator_loss(ZERO, column([0.4]), column([0.1])), 0.1)
    close(again.report()["balance k"], 0.2001)
    close(again.report()["convergence M"], 0.5)
    assert OBJECTIVES["began"]().begin([0]).report() == {}


def test_a_generator_step_before_any_critic_step_keeps_a_finite_balance() -> None:
    rule = OBJECTIVES["began"]().begin([0])
    close(rule.generator_loss(ZERO, column([0.4]), column([0.1])), 0.1)
    assert 0 <= rule.report()["balance k"].item() <= 1


def test_ebgan_leaves_samples_beyond_the_margin() -> None:
    # Energies are mean squares over coordinates: 0.5 and 2 of real samples, 0.25 and 1 of generated ones; m = 0.5.
    real = torch.tensor([[[1.0, 0.0], [0.0, 2.0]]], dtype=torch.float64)
    fake = torch.tensor([[[0.5, 0.5], [1.0, -1.0]]], dtype=torch.float64)
    objective = OBJECTIVES["ebgan"]()
    close(objective.critic_loss(ZERO, real, fake), 1.25 + 0.125)
    close(objective.generator_loss(ZERO, real, fake), 0.625)
    close(objective.score(ZERO, real).mean(-1), -1.25)


# ---- losses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("gamma", "slope", "cost"), [(0.0, 0.0, 0.25), (1.0, 0.0, 1.75), (0.0, 0.2, 0.1)])
def test_the_cost_of_the_loss_sensitive_critic(gamma: float, slope: float, cost: float) -> None:
    objective = OBJECTIVES["loss_sensitive"](real_weight=gamma, slope=slope)
    of_real, of_fake, margin = (
        torch.tensor([values], dtype=torch.float64) for values in ([1.0, 2.0], [1.5, 4.0], [1.0, 0.5])
    )
    close(objective.cost(of_real, of_fake, margin), cost)


def test_the_loss_sensitive_losses_of_a_critic() -> None:
    """L = softplus(-T): T = -log(e^L - 1) gives the L of the specification."""
    t = {loss: -math.log(math.expm1(loss)) for loss in (1.0, 2.0, 1.5, 4.0)}
    real = torch.tensor([[[1.0, 0.0], [2.0, 0.0]]], dtype=torch.float64)
    fake = torch.tensor([[[1.5, 0.5], [4.0, 1.5]]], dtype=torch.float64)  # L1 distances 1 and 3.5
    critic = FunctionCritic(lambda samples: samples[..., 0].detach().clone().apply_(lambda loss: t[loss]))
    objective = OBJECTIVES["loss_sensitive"]()
    close(objective.margin(real, fake).mean(-1), 2.25)
    close(objective.critic_loss(critic, real, fake), ((1 + 1 - 1.5) + (3.5 + 2 - 4)) / 2)
    close(objective.generator_loss(critic, real, fake), 2.75)
    half = OBJECTIVES["loss_sensitive"](margin_scale=0.5, real_weight=1.0)
    close(half.critic_loss(critic, real, fake), 1.5 + (0.0 + 0.0) / 2)


def test_a_gls_gan_of_slope_one_has_no_hinge() -> None:
    of_real, of_fake, margin = (torch.rand(2, 5, dtype=torch.float64) for _ in range(3))
    expected = (margin + of_real - of_fake).mean(-1)
    torch.testing.assert_close(OBJECTIVES["loss_sensitive"](slope=1.0).cost(of_real, of_fake, margin), expected)


# ---- no critic -----------------------------------------------------------------------------------------


def test_the_variational_bound() -> None:
    objective = OBJECTIVES["variational"](deviation=1.0)
    mean, log_variance = torch.tensor([[[1.0, 0.0]]]).double(), torch.tensor([[[0.0, math.log(4.0)]]]).double()
    x, copy = torch.tensor([[[0.5, -1.0]]]).double(), torch.tensor([[[0.0, -0.5]]]).double()
    divergence, reconstruction = objective.divergence(mean, log_variance), objective.reconstruction(x, copy)
    close(divergence, 1.306853)
    close(reconstruction, 0.25)
    close(divergence + reconstruction, 1.556853)
    close(OBJECTIVES["variational"](deviation=0.1).reconstruction(x, copy), 25.0)


def test_the_variational_bound_is_a_mean_of_samples_for_each_run() -> None:
    objective = OBJECTIVES["variational"](deviation=1.0)
    x = torch.tensor([[[1.0, 1.0], [2.0, 0.0]], [[0.0, 0.0], [4.0, 0.0]]], dtype=torch.float64)
    close(objective.reconstruction(x, torch.zeros_like(x)), (2 + 4) / 4, 16 / 4)
    close(objective.divergence(x, torch.zeros_like(x)), (2 + 4) / 4, 16 / 4)


# ---- all of them ---------------------------------------------------------------------------------------


def wide(name: str, values: Tensor) -> Tensor:
    """Return raw outputs of the kind that an objective asks for, made of a number for each sample."""
    if OBJECTIVES[name].critic == "outcomes":
        return torch.stack([values, -values, 0 * values, values / 2, -values], dim=-1)
    return values


@pytest.mark.parametrize("name", [name for name, kind in OBJECTIVES.items() if kind.critic != "none"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_extreme_outputs_stay_finite(name: str, dtype: torch.dtype) -> None:
    # The default f-divergence is an exponential of T, whose own values overflow; see test_f_divergence.py.
    reach = 30.0 if name == "f_divergence" else 1e4
    objective = OBJECTIVES[name]()
    if objective.critic == "autoencoder":
        critic = FunctionCritic(lambda samples: -samples)
    else:
        critic = FunctionCritic(lambda samples: wide(name, samples[..., 0]))
    real = torch.tensor([[[-reach], [reach], [0.0]]], dtype=dtype)
    fake = torch.tensor([[[reach], [-reach], [reach]]], dtype=dtype, requires_grad=True)
    for loss in (objective.critic_loss, objective.generator_loss):
        value = loss(critic, real, fake)
        (gradient,) = torch.autograd.grad(value.sum(), fake)
        assert value.isfinite().all()
        assert gradient.isfinite().all()
    points = objective.inputs(real, fake)[1]
    assert objective.score(critic, points).isfinite().all()


@pytest.mark.parametrize("name", OBJECTIVES)
def test_every_objective_explains_its_settings(name: str) -> None:
    kind = OBJECTIVES[name]
    assert kind().name == name
    assert kind.title
    for key, declared in kind.model_fields.items():
        if key != "name":
            assert declared.title, key
            assert len(declared.title.split()) <= 3, key
            assert len(declared.description or "") > 20, key


def test_titles_tell_objectives_apart() -> None:
    assert len({kind.title for kind in OBJECTIVES.values()}) == len(OBJECTIVES)


def test_softplus_agrees_with_numpy() -> None:
    t = np.linspace(-40, 40, 81)
    np.testing.assert_allclose(softplus(torch.from_numpy(t)).numpy(), np.logaddexp(t, 0), rtol=1e-12)

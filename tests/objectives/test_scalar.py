"""Objectives with one number a sample, against numbers that were computed with NumPy from the papers' formulas."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from ganstudio.nets import FunctionCritic
from ganstudio.objectives import OBJECTIVES, Pointwise
from ganstudio.objectives.functions import softplus

SETS = {"A": ([1.0, 2.0], [-1.0, 0.0]), "B": ([0.5, -1.0, 2.0], [0.3, -0.7, 1.5])}
PEARSON = {"fake_target": -1.0, "generator_target": 0.0}

EXPECTED = [
    ("minimax", {}, "A", 0.723299, -0.503204),
    ("minimax", {}, "B", 1.624407, -0.986318),
    ("minimax", {"half": True}, "A", 0.361650, -0.251602),
    ("minimax", {"half": True}, "B", 0.812204, -0.493159),
    ("non_saturating", {}, "A", 0.723299, 1.003204),
    ("non_saturating", {}, "B", 1.624407, 0.619652),
    ("h_linear", {}, "A", 0.723299, 0.5),
    ("h_linear", {}, "B", 1.624407, -0.366667),
    ("f_divergence", {"divergence": "jensen_shannon"}, "A", 0.723299 - math.log(4), 1.003204 - math.log(2)),
    ("f_divergence", {"divergence": "jensen_shannon"}, "B", 1.624407 - math.log(4), 0.619652 - math.log(2)),
    ("least_squares", {}, "A", 0.5, 1.25),
    ("least_squares", {}, "B", 1.346667, 0.605),
    ("least_squares", PEARSON, "A", 0.5, 0.25),
    ("least_squares", PEARSON, "B", 2.213333, 0.471667),
    ("wasserstein", {}, "A", -2.0, 0.5),
    ("wasserstein", {}, "B", -0.133333, -0.366667),
    ("hinge", {}, "A", 0.5, 0.5),
    ("hinge", {}, "B", 2.2, -0.366667),
    ("rsgan", {}, "A", 0.126928, 2.126928),
    ("rsgan", {}, "B", 0.642190, 0.775524),
    ("rsgan", {"all_pairs": True}, "A", 0.153926, 2.153926),
    ("rsgan", {"all_pairs": True}, "B", 0.872871, 1.006205),
    ("rasgan", {}, "A", 0.280303, 4.280303),
    ("rasgan", {}, "B", 1.525176, 1.791843),
    ("rasgan", {"half": True}, "A", 0.140152, 2.140152),
    ("ralsgan", {}, "A", 2.5, 18.5),
    ("ralsgan", {}, "B", 3.811111, 4.877778),
    ("ralsgan", {"half": True}, "B", 3.811111 / 2, 4.877778 / 2),
    ("rahinge", {}, "A", 0.0, 6.0),
    ("rahinge", {}, "B", 2.011111, 2.388889),
    ("rahinge", {"half": True}, "B", 2.011111 / 2, 2.388889 / 2),
    # r - f is 2, 2 and 0.2, -0.3, 0.5: the mean of (r - f -+ 1)^2 and of max(0, 1 -+ (r - f)).
    ("rlsgan", {}, "A", 1.0, 9.0),
    ("rlsgan", {}, "B", (0.64 + 1.69 + 0.25) / 3, (1.44 + 0.49 + 2.25) / 3),
    ("rhinge", {}, "A", 0.0, 3.0),
    ("rhinge", {}, "B", (0.8 + 1.3 + 0.5) / 3, (1.2 + 0.7 + 1.5) / 3),
    # h of the opposite difference: -log(1 + e^(f - r)), and r - f.
    ("rsgan", {"h": "linear"}, "B", 0.642190, 0.133333),
    ("rsgan", {"h": "minimax"}, "B", 0.642190, -0.642190),
]

IDENTITY = FunctionCritic(lambda samples: samples.squeeze(-1))
"""T(x) = x for samples of one feature."""

SCALAR = [name for name, kind in OBJECTIVES.items() if kind.critic == "scalar"]


class Coupled(FunctionCritic):
    """The same, noting the batches that it is given."""

    couples_samples = True

    def __init__(self) -> None:
        super().__init__(IDENTITY)
        self.sizes: list[int] = []

    def __call__(self, samples: Tensor) -> Tensor:
        self.sizes.append(samples.shape[1])
        return super().__call__(samples)


def column(*runs: list[float]) -> Tensor:
    """Return each run's values as samples (runs, n, 1), float64."""
    return torch.tensor(runs, dtype=torch.float64)[..., None]


def close(value: Tensor, *expected: float) -> None:
    torch.testing.assert_close(value, torch.tensor(expected, dtype=torch.float64), atol=1e-6, rtol=0)


@pytest.mark.parametrize(("name", "settings", "which", "critic_loss", "generator_loss"), EXPECTED)
def test_losses_are_the_papers(
    name: str, settings: dict[str, Any], which: str, critic_loss: float, generator_loss: float
) -> None:
    objective = OBJECTIVES[name](**settings)
    real, fake = (column(values) for values in SETS[which])
    close(objective.critic_loss(IDENTITY, real, fake), critic_loss)
    close(objective.generator_loss(IDENTITY, real, fake), generator_loss)
    # A batch in which every sample is there twice means the same, except to pairs by number.
    twice = [torch.cat([side, side], dim=1) for side in (real, fake)]
    close(objective.critic_loss(IDENTITY, *twice), critic_loss)
    close(objective.generator_loss(IDENTITY, *twice), generator_loss)


@pytest.mark.parametrize("name", SCALAR)
def test_runs_never_mix(name: str) -> None:
    torch.manual_seed(0)
    real, fake = torch.randn(3, 5, 1, dtype=torch.float64), torch.randn(3, 5, 1, dtype=torch.float64)
    for settings in ({}, {"all_pairs": True}) if "all_pairs" in OBJECTIVES[name].model_fields else ({},):
        objective = OBJECTIVES[name](**settings)
        for loss in (objective.critic_loss, objective.generator_loss):
            together = loss(IDENTITY, real, fake)
            assert together.shape == (3,)
            for run in range(3):
                torch.testing.assert_close(together[run : run + 1], loss(IDENTITY, real[[run]], fake[[run]]))


def test_two_runs_have_two_losses() -> None:
    real, fake = column([1.0, 2.0], [0.5, -1.0]), column([-1.0, 0.0], [0.3, -0.7])
    close(OBJECTIVES["wasserstein"]().critic_loss(IDENTITY, real, fake), -2.0, -0.2 + 0.25)
    close(OBJECTIVES["hinge"]().critic_loss(IDENTITY, real, fake), 0.5, (0.5 + 2.0) / 2 + (1.3 + 0.3) / 2)


@pytest.mark.parametrize("name", SCALAR)
def test_batches_may_differ_where_samples_are_not_paired(name: str) -> None:
    objective = OBJECTIVES[name]()
    if isinstance(objective, Pointwise):
        critic = Coupled()
        objective.critic_loss(critic, column([1.0, 2.0]), column([0.0, 0.0, 0.0]))
        assert critic.sizes == [2, 3]


# ---- identities ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", SETS)
def test_bigan_moves_both_sides_by_the_sum_of_two_losses(which: str) -> None:
    """E and G minimise softplus(t_e) + softplus(-t_g): the generator's loss and the encoder's."""
    t_e, t_g = (column(values) for values in SETS[which])
    objective = OBJECTIVES["non_saturating"]()
    critic_loss, both = {"A": (0.723299, 2.723299), "B": (1.624407, 1.757740)}[which]
    close(objective.critic_loss(IDENTITY, t_e, t_g), critic_loss)
    close(objective.generator_loss(IDENTITY, t_e, t_g) + objective.encoder_loss(IDENTITY, t_e), both)


def test_the_wasserstein_bigan_is_the_critics_loss_turned_round() -> None:
    t_e, t_g = (column(values) for values in SETS["B"])
    objective = OBJECTIVES["wasserstein"]()
    close(objective.generator_loss(IDENTITY, t_e, t_g) + objective.encoder_loss(IDENTITY, t_e), 0.133333)


def test_an_encoder_of_least_squares_mirrors_the_targets() -> None:
    # Targets 0 and 1: generated pairs want 1, so real ones want 0; mean of t_e^2 / 2.
    close(OBJECTIVES["least_squares"]().encoder_loss(IDENTITY, column([1.0, 2.0])), 1.25)
    close(OBJECTIVES["least_squares"](**PEARSON).encoder_loss(IDENTITY, column([1.0, 2.0])), 1.25)


@given(st.lists(st.tuples(st.floats(-20, 20), st.floats(-20, 20)), min_size=1, max_size=8), st.booleans())
def test_rsgan_losses_differ_by_the_difference_of_means(pairs: list[tuple[float, float]], all_pairs: bool) -> None:
    r, f = (list(side) for side in zip(*pairs, strict=True))
    objective = OBJECTIVES["rsgan"](all_pairs=all_pairs)
    difference = objective.generator_loss(IDENTITY, column(r), column(f)) - objective.critic_loss(
        IDENTITY, column(r), column(f)
    )
    torch.testing.assert_close(difference.item(), float(np.mean(r) - np.mean(f)), atol=1e-9, rtol=1e-9)


@pytest.mark.parametrize("name", ["rsgan", "rlsgan", "rhinge", "rasgan", "ralsgan", "rahinge", "wasserstein"])
def test_a_constant_in_t_means_nothing_to_relativistic_critics(name: str) -> None:
    objective = OBJECTIVES[name]()
    real, fake = (column(values) for values in SETS["B"])
    shifted = FunctionCritic(lambda samples: samples.squeeze(-1) + 7.0)
    torch.testing.assert_close(
        objective.critic_loss(shifted, real, fake), objective.critic_loss(IDENTITY, real, fake), atol=1e-12, rtol=0
    )


@pytest.mark.parametrize(
    ("name", "t", "critic_loss", "generator_loss"),
    [
        ("minimax", 0.0, math.log(4), -math.log(2)),
        ("non_saturating", 0.0, math.log(4), math.log(2)),
        ("least_squares", 0.5, 0.25, 0.125),
        ("hinge", 0.0, 2.0, 0.0),
        ("wasserstein", 3.0, 0.0, -3.0),
        ("rsgan", 0.0, math.log(2), math.log(2)),
        ("rasgan", 5.0, math.log(4), math.log(4)),
    ],
)
def test_losses_where_the_critic_cannot_tell(name: str, t: float, critic_loss: float, generator_loss: float) -> None:
    both = column([t] * 4)
    close(OBJECTIVES[name]().critic_loss(IDENTITY, both, both), critic_loss)
    close(OBJECTIVES[name]().generator_loss(IDENTITY, both, both), generator_loss)


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=6), st.floats(0.0, 0.49))
def test_label_smoothing_is_the_cross_entropy_to_its_target(logits: list[float], smoothing: float) -> None:
    real, fake = column(logits), column([0.0])
    d = 1 / (1 + np.exp(-np.array(logits)))
    expected = -np.mean((1 - smoothing) * np.log(d) + smoothing * np.log1p(-d)) + math.log(2)
    for name, scale in (("non_saturating", 1.0), ("h_linear", 1.0), ("minimax", 1.0)):
        loss = OBJECTIVES[name](smoothing=smoothing).critic_loss(IDENTITY, real, fake)
        assert loss.item() == pytest.approx(scale * expected, abs=1e-9)


def test_smoothed_labels_have_their_optimum_at_the_target() -> None:
    real = column([math.log(0.9 / 0.1)]).requires_grad_()
    loss = OBJECTIVES["non_saturating"](smoothing=0.1).real_term(real).sum()
    (gradient,) = torch.autograd.grad(loss, real)
    assert gradient.item() == pytest.approx(0.0, abs=1e-12)


# ---- theory --------------------------------------------------------------------------------------------

P, Q, Q_BEFORE = np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.6, 0.3]), np.array([0.2, 0.3, 0.5])


def expectation(terms: Tensor, weights: np.ndarray) -> float:
    return float((terms * torch.from_numpy(weights)).sum())


@pytest.mark.parametrize(
    ("name", "value"), [("h_linear", 0.376584), ("non_saturating", 0.952287), ("minimax", -0.575703)]
)
def test_the_generators_loss_at_the_optimal_critic_is_a_divergence(name: str, value: float) -> None:
    optimum = torch.from_numpy(np.log(P / Q))
    assert expectation(OBJECTIVES[name]().generator_term(optimum), Q) == pytest.approx(value, abs=1e-6)


def test_the_game_at_the_optimal_critic_is_the_jensen_shannon_divergence() -> None:
    objective, optimum = OBJECTIVES["minimax"](), torch.from_numpy(np.log(P / Q)).requires_grad_()
    loss = (
        objective.real_term(optimum) * torch.from_numpy(P) + objective.fake_term(optimum) * torch.from_numpy(Q)
    ).sum()
    (gradient,) = torch.autograd.grad(loss, optimum)
    torch.testing.assert_close(gradient, torch.zeros(3, dtype=torch.float64), atol=1e-12, rtol=0)
    assert -loss.item() == pytest.approx(-1.179705, abs=1e-6)
    assert -loss.item() == pytest.approx(-math.log(4) + 2 * 0.103295, abs=2e-6)


def test_a_generator_against_a_frozen_critic_moves_to_where_it_is_best() -> None:
    optimum = torch.from_numpy(np.log(P / Q_BEFORE))
    loss = OBJECTIVES["minimax"]().generator_term(optimum)
    assert expectation(loss, Q) == pytest.approx(-0.642106, abs=1e-6)
    assert loss[0].item() == pytest.approx(-1.252763, abs=1e-6)
    value = expectation(loss, Q) - expectation(OBJECTIVES["minimax"]().real_term(optimum), P)
    assert value == pytest.approx(-1.268839, abs=1e-6)


@pytest.mark.parametrize(("targets", "optimum"), [({}, 0.75), (PEARSON, 0.5)])
def test_the_least_squares_critic_lies_between_its_targets(targets: dict[str, float], optimum: float) -> None:
    objective, t = OBJECTIVES["least_squares"](**targets), column([optimum]).requires_grad_()
    (gradient,) = torch.autograd.grad((0.3 * objective.real_term(t) + 0.1 * objective.fake_term(t)).sum(), t)
    assert gradient.item() == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("f", "minimax", "non_saturating"),
    [(-5.0, -0.006693, -0.993307), (0.0, -0.5, -0.5), (2.0, -0.880797, -0.119203)],
)
def test_derivatives_in_the_logit(f: float, minimax: float, non_saturating: float) -> None:
    for name, slope in (("minimax", minimax), ("non_saturating", non_saturating), ("h_linear", -1.0)):
        fake = column([f]).requires_grad_()
        (gradient,) = torch.autograd.grad(OBJECTIVES[name]().generator_loss(IDENTITY, fake, fake).sum(), fake)
        assert gradient.item() == pytest.approx(slope, abs=1e-6)


# ---- numbers far out -----------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_softplus_and_its_derivatives_are_finite_far_out(dtype: torch.dtype) -> None:
    t = torch.tensor([-1e4, -90.0, -3.0, 0.0, 3.0, 90.0, 1e4], dtype=dtype, requires_grad=True)
    value = softplus(t)
    (slope,) = torch.autograd.grad(value.sum(), t, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.sum(), t)
    x = t.detach().double().numpy()
    sigma = 0.5 + 0.5 * np.tanh(x / 2)
    np.testing.assert_allclose(value.detach().numpy(), np.logaddexp(x, 0.0), rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(slope.detach().numpy(), sigma, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(curvature.numpy(), sigma * (1 - sigma), rtol=1e-5, atol=1e-12)

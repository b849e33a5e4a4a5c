"""f-GAN against tables 1 and 2 of its paper, written down here once more."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
import torch

from ganstudio.objectives import OBJECTIVES

Function = Callable[[np.ndarray], np.ndarray]


class Row(NamedTuple):
    f: Function
    derivative: Function
    activation: Function
    conjugate: Function
    inverse: Function


TABLE = {
    "kl": Row(
        lambda u: u * np.log(u),
        lambda u: 1 + np.log(u),
        lambda v: v,
        lambda t: np.exp(t - 1),
        lambda t: t,
    ),
    "reverse_kl": Row(
        lambda u: -np.log(u),
        lambda u: -1 / u,
        lambda v: -np.exp(-v),
        lambda t: -1 - np.log(-t),
        lambda t: -np.log(-t),
    ),
    "pearson": Row(
        lambda u: (u - 1) ** 2,
        lambda u: 2 * (u - 1),
        lambda v: v,
        lambda t: t**2 / 4 + t,
        lambda t: t,
    ),
    "hellinger": Row(
        lambda u: (np.sqrt(u) - 1) ** 2,
        lambda u: (np.sqrt(u) - 1) * np.sqrt(1 / u),
        lambda v: 1 - np.exp(-v),
        lambda t: t / (1 - t),
        lambda t: -np.log(1 - t),
    ),
    "jensen_shannon": Row(
        lambda u: -(u + 1) * np.log((1 + u) / 2) + u * np.log(u),
        lambda u: np.log(2 * u / (u + 1)),
        lambda v: np.log(2) - np.log(1 + np.exp(-v)),
        lambda t: -np.log(2 - np.exp(t)),
        lambda t: -np.log(2 * np.exp(-t) - 1),
    ),
}
P, Q = np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.6, 0.3])
every = pytest.mark.parametrize("divergence", TABLE)


def test_all_divergences_are_here() -> None:
    choices = OBJECTIVES["f_divergence"].model_json_schema()["properties"]["divergence"]["enum"]
    assert list(TABLE) == choices


@every
def test_activation_and_conjugate_are_the_papers(divergence: str) -> None:
    row, v = TABLE[divergence], np.linspace(-3.0, 3.0, 25)
    objective = OBJECTIVES["f_divergence"](divergence=divergence)
    t = torch.from_numpy(v)
    np.testing.assert_allclose(-objective.real_term(t).numpy(), row.activation(v), atol=1e-12)
    np.testing.assert_allclose(objective.fake_term(t).numpy(), row.conjugate(row.activation(v)), atol=1e-12)


@every
def test_the_critics_least_loss_is_minus_the_divergence(divergence: str) -> None:
    row = TABLE[divergence]
    objective = OBJECTIVES["f_divergence"](divergence=divergence)
    optimum = torch.from_numpy(row.inverse(row.derivative(P / Q))).requires_grad_()
    p, q = torch.from_numpy(P), torch.from_numpy(Q)
    loss = (p * objective.real_term(optimum) + q * objective.fake_term(optimum)).sum()
    assert loss.item() == pytest.approx(-(Q * row.f(P / Q)).sum(), abs=1e-12)
    (gradient,) = torch.autograd.grad(loss, optimum)
    torch.testing.assert_close(gradient, torch.zeros_like(gradient), atol=1e-12, rtol=0)


@every
def test_the_generator_minimises_the_bound_or_the_alternative(divergence: str) -> None:
    row, v = TABLE[divergence], np.array([0.7, -1.2, 0.1])
    fake = torch.from_numpy(v)
    for alternative, expected in ((True, -row.activation(v)), (False, -row.conjugate(row.activation(v)))):
        objective = OBJECTIVES["f_divergence"](divergence=divergence, alternative=alternative)
        np.testing.assert_allclose(objective.generator_term(fake).numpy(), expected, atol=1e-12)


@every
def test_the_threshold_is_where_p_is_q(divergence: str) -> None:
    row, objective = TABLE[divergence], OBJECTIVES["f_divergence"](divergence=divergence)
    assert row.activation(np.array(objective.neutral)) == pytest.approx(row.derivative(np.array(1.0)), abs=1e-12)
    assert objective.field_meaning.centre == objective.neutral


def test_jensen_shannon_is_twice_the_jsd() -> None:
    assert (Q * TABLE["jensen_shannon"].f(P / Q)).sum() == pytest.approx(2 * 0.103295, abs=2e-6)


@pytest.mark.parametrize("alternative", [True, False])
@every
def test_large_outputs_stay_finite(divergence: str, alternative: bool) -> None:
    # Three of the five are exponentials of T by definition: beyond 88 float32 has no number for their values.
    reach = 1e4 if divergence in ("pearson", "jensen_shannon") else 30.0
    objective = OBJECTIVES["f_divergence"](divergence=divergence, alternative=alternative)
    t = torch.tensor([-reach, reach], requires_grad=True)
    loss = (objective.real_term(t) + objective.fake_term(t) + objective.generator_term(t)).sum()
    (gradient,) = torch.autograd.grad(loss, t)
    assert loss.isfinite()
    assert gradient.isfinite().all()

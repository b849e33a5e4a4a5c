"""The losses against the numbers of the specification, computed there with NumPy from the formulas."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from torch import Tensor

from ganstudio import methods
from ganstudio.nets import input_gradient
from ganstudio.objectives import OBJECTIVES, between, gradient_penalty

SETS = {"A": ([1.0, 2.0], [-1.0, 0.0]), "B": ([0.5, -1.0, 2.0], [0.3, -0.7, 1.5])}

EXPECTED = [
    ("minimax", {}, "A", 0.723299, -0.503204),
    ("minimax", {}, "B", 1.624407, -0.986318),
    ("minimax", {"half": True}, "A", 0.361650, -0.251602),
    ("non_saturating", {}, "A", 0.723299, 1.003204),
    ("non_saturating", {}, "B", 1.624407, 0.619652),
    ("least_squares", {}, "A", 0.5, 1.25),
    ("least_squares", {}, "B", 1.346667, 0.605),
    ("least_squares", {"fake_target": -1.0, "generator_target": 0.0}, "A", 0.5, 0.25),
    ("least_squares", {"fake_target": -1.0, "generator_target": 0.0}, "B", 2.213333, 0.471667),
    ("wasserstein", {}, "A", -2.0, 0.5),
    ("wasserstein", {}, "B", -0.133333, -0.366667),
    ("hinge", {}, "A", 0.5, 0.5),
    ("hinge", {}, "B", 2.2, -0.366667),
]


class Identity:
    """T(x) = x for samples of one feature; each run of the run axis is scored by itself."""

    couples_samples = False

    def __call__(self, samples: Tensor) -> Tensor:
        return samples.squeeze(-1)

    def input_gradient(self, samples: Tensor) -> Tensor:
        return input_gradient(self, samples)


class Coupled(Identity):
    """The same, but it says that samples influence each other, so both batches must come apart."""

    couples_samples = True

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def __call__(self, samples: Tensor) -> Tensor:
        self.sizes.append(samples.shape[1])
        return super().__call__(samples)


class HalfSquare:
    """T(x) = ||x||^2 / 2, whose gradient is x."""

    couples_samples = False

    def __call__(self, samples: Tensor) -> Tensor:
        return 0.5 * samples.square().sum(-1)

    def input_gradient(self, samples: Tensor) -> Tensor:
        return input_gradient(self, samples)


def column(values: list[float], runs: int = 1) -> Tensor:
    """Return values as samples (runs, n, 1), float64."""
    return torch.tensor(values, dtype=torch.float64)[None, :, None].expand(runs, -1, -1).clone()


@pytest.mark.parametrize(("name", "settings", "which", "critic_loss", "generator_loss"), EXPECTED)
@pytest.mark.parametrize("critic", [Identity(), Coupled()], ids=["one pass", "two passes"])
def test_losses_match_the_specification(
    name: str, settings: dict[str, float], which: str, critic_loss: float, generator_loss: float, critic: Identity
) -> None:
    objective = OBJECTIVES[name](**settings)
    real, fake = (column(values, runs=3) for values in SETS[which])
    expected = torch.full((3,), 1.0, dtype=torch.float64)
    torch.testing.assert_close(objective.critic_loss(critic, real, fake), expected * critic_loss, atol=1e-6, rtol=0)
    torch.testing.assert_close(
        objective.generator_loss(critic, real, fake), expected * generator_loss, atol=1e-6, rtol=0
    )


@pytest.mark.parametrize("name", OBJECTIVES)
def test_extreme_outputs_stay_finite(name: str) -> None:
    real, fake = column([-1e4, 1e4]), column([1e4, -1e4]).requires_grad_()
    objective = OBJECTIVES[name]()
    loss = objective.critic_loss(Identity(), real, fake) + objective.generator_loss(Identity(), real, fake)
    (gradient,) = torch.autograd.grad(loss.sum(), fake)
    assert torch.isfinite(loss).all()
    assert torch.isfinite(gradient).all()


def test_coupled_samples_go_through_the_critic_apart() -> None:
    critic = Coupled()
    OBJECTIVES["hinge"]().critic_loss(critic, column([1.0, 2.0]), column([0.0, 0.0, 0.0]))
    assert critic.sizes == [2, 3]


def test_minimax_gradient_vanishes_where_non_saturating_does_not() -> None:
    fake = column([-20.0]).requires_grad_()
    for name, slope in (("minimax", -2.0611536e-9), ("non_saturating", -1.0)):
        loss = OBJECTIVES[name]().generator_loss(Identity(), fake, fake).sum()
        (gradient,) = torch.autograd.grad(loss, fake)
        assert gradient.item() == pytest.approx(slope, rel=1e-5)


@pytest.mark.parametrize(("one_sided", "penalty"), [(False, 1.275869), (True, 1.125)])
def test_gradient_penalty_matches_the_specification(one_sided: bool, penalty: float) -> None:
    real = torch.tensor([[[3.0, 4.0], [1.0, 0.0]]], dtype=torch.float64)
    fake = torch.tensor([[[0.0, 0.0], [0.0, 0.5]]], dtype=torch.float64)
    share = torch.tensor([[[0.5], [0.25]]], dtype=torch.float64)
    points = between(real, fake, share)
    norms = HalfSquare().input_gradient(points).norm(dim=-1)
    torch.testing.assert_close(norms, torch.tensor([[2.5, 0.450694]], dtype=torch.float64), atol=1e-6, rtol=0)
    value = gradient_penalty(HalfSquare(), points, one_sided=one_sided)
    assert value.item() == pytest.approx(penalty, abs=1e-6)
    if not one_sided:
        wasserstein = OBJECTIVES["wasserstein"]()
        critic_loss = wasserstein.critic_loss(HalfSquare(), real, fake)
        assert critic_loss.item() == pytest.approx(-6.4375, abs=1e-6)
        assert (critic_loss + 10 * value).item() == pytest.approx(6.321186, abs=1e-5)
        assert (critic_loss + 0.1 * value).item() == pytest.approx(-6.309913, abs=1e-6)
        assert wasserstein.generator_loss(HalfSquare(), real, fake).item() == pytest.approx(-0.0625, abs=1e-6)


def test_settings_table_and_loss_table_agree() -> None:
    assert set(OBJECTIVES) == set(methods.OBJECTIVES)
    for name, settings in methods.OBJECTIVES.items():
        objective = OBJECTIVES[name]()
        declared = settings().model_dump(exclude={"name"})  # type: ignore[call-arg]
        assert dataclasses.is_dataclass(objective)
        assert {field.name: field.default for field in dataclasses.fields(objective)} == declared


def test_every_method_names_an_objective_and_its_source() -> None:
    for key, method in methods.METHODS.items():
        assert method.objective in OBJECTIVES, key
        assert method.year in range(2014, 2027)
        assert len(method.arxiv.split(".")) == 2

"""Expectations as weighted sums over grids."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from ganstudio.data import DISTRIBUTIONS, Noise
from ganstudio.experiment import Experiment
from ganstudio.nets import FunctionCritic
from ganstudio.objectives import OBJECTIVES, Pointwise
from ganstudio.settings import SettingsError
from ganstudio.training import Trainer
from ganstudio.training.quadrature import ByQuadrature, data_grid, latent_grid

EXACT = 0.406856 + 0.806059


def critics_loss(nodes: int) -> float:
    """Return the standard critic's loss of T(x) = x for data from N(1, 1) and G(z) = z on grids over +-4."""
    ticks, weights = latent_grid(Noise(dimensions=1), nodes)
    weight = torch.from_numpy(weights)[None]
    objective = OBJECTIVES["non_saturating"]()
    assert isinstance(objective, Pointwise)
    identity = FunctionCritic(lambda samples: samples.squeeze(-1))
    latents = torch.from_numpy(ticks)[None]
    loss = ByQuadrature(objective, weight, weight).critic_loss(identity, 1 + latents, latents)
    return loss.item()


@pytest.mark.parametrize(("nodes", "value"), [(5, 1.178378), (9, 1.212905), (21, 1.212850)])
def test_grids_give_the_surveys_integral(nodes: int, value: float) -> None:
    assert critics_loss(nodes) == pytest.approx(value, abs=1e-6)
    assert pytest.approx(1.212915, abs=1e-6) == EXACT


def test_the_generators_loss_is_weighted_by_its_latents_alone() -> None:
    objective = OBJECTIVES["h_linear"]()
    assert isinstance(objective, Pointwise)
    rule = ByQuadrature(objective, torch.tensor([[0.9, 0.1]]), torch.tensor([[0.25, 0.75]]))
    values = torch.tensor([[[1.0], [2.0]], [[0.0], [4.0]]])
    loss = rule.generator_loss(FunctionCritic(lambda samples: samples.squeeze(-1)), values, values)
    torch.testing.assert_close(loss, torch.tensor([-1.75, -3.0]))


def test_equal_weights_are_the_mean_over_a_batch() -> None:
    torch.manual_seed(0)
    real, fake = torch.randn(2, 6, 1), torch.randn(2, 6, 1)
    weight = torch.full((1, 6), 1 / 6)
    identity = FunctionCritic(lambda samples: samples.squeeze(-1))
    for kind in OBJECTIVES.values():
        objective = kind()
        if isinstance(objective, Pointwise):
            rule = ByQuadrature(objective, weight, weight)
            for name in ("critic_loss", "generator_loss"):
                torch.testing.assert_close(
                    getattr(rule, name)(identity, real, fake), getattr(objective, name)(identity, real, fake)
                )
            assert rule.report() == {}


@pytest.mark.parametrize("dimensions", [1, 2])
@pytest.mark.parametrize("distribution", ["normal", "uniform"])
def test_latent_grids_have_the_priors_moments(distribution: str, dimensions: int) -> None:
    points, weights = latent_grid(Noise(distribution=distribution, dimensions=dimensions), 41)
    assert points.shape == (41**dimensions, dimensions)
    assert weights.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(weights @ points, 0.0, atol=1e-12)
    second = 1.0 if distribution == "normal" else 1 / 3
    np.testing.assert_allclose(weights @ points**2, second, rtol=0.003)


@pytest.mark.parametrize("name", ["ring", "two_moons", "checkerboard", "swiss_roll"])
def test_data_grids_have_the_datas_mean(name: str) -> None:
    data = DISTRIBUTIONS[name]()
    points, weights = data_grid(data, 64)
    assert weights.sum() == pytest.approx(1.0)
    samples = data.sample(100_000, np.random.default_rng(0))
    np.testing.assert_allclose(weights @ points, samples.mean(0), atol=0.05)
    np.testing.assert_allclose(weights @ points**2, (samples**2).mean(0), rtol=0.06)


def test_a_grid_that_misses_the_data_is_refused() -> None:
    experiment = (
        Experiment.of("quadrature")
        .with_value("data.name", "ring")
        .with_value("data.radius", 100.0)
        .with_value("data.standard_deviation", 0.001)
        .with_value("additions.quadrature.data_nodes", 8)
    )
    with pytest.raises(SettingsError, match=r"^additions.quadrature.data_nodes: no node of the grid meets these data"):
        Trainer(experiment)


def small(**values: object) -> Experiment:
    experiment = Experiment.of("quadrature").with_value("data.standard_deviation", 0.3)
    values = {"additions__quadrature__data_nodes": 12, "additions__quadrature__latent_nodes": 5, **values}
    for name, value in values.items():
        experiment = experiment.with_value(name.replace("__", "."), value)
    return experiment


def test_without_sampling_the_loss_has_no_noise() -> None:
    rate = 1e-9
    trainer = Trainer(small(generator_optimiser__learning_rate=rate, critic_optimiser__learning_rate=rate))
    trainer.train(5)
    losses = trainer.losses().terms["critic"]
    np.testing.assert_allclose(losses, losses[:, :1].repeat(5, 1), rtol=1e-5)
    assert losses[0, 0] == pytest.approx(math.log(4), abs=0.3)


@pytest.mark.parametrize("penalty", ["around", "around_released", "real", "fake", "both"])
def test_penalties_are_taken_at_the_nodes(penalty: str) -> None:
    trainer = Trainer(small(constraints__gradient_penalty=penalty, training__batch=4))
    trainer.train(2)
    assert np.isfinite(trainer.losses().terms["penalty"]).all()

"""One iteration in slow motion: the same iteration, and numbers that hang together."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ganstudio.experiment import Experiment
from ganstudio.training import Trainer


@pytest.mark.parametrize("method", ["ns", "wgan_gp", "infogan", "vae", "bigan", "sngan", "rsgan"])
def test_a_walk_is_an_ordinary_iteration(method: str) -> None:
    walked, plain = Trainer(Experiment.of(method)), Trainer(Experiment.of(method))
    walked.train(2)
    plain.train(2)
    walked.walk()
    plain.iterate()
    walked.check()
    plain.check()
    assert walked.step == plain.step == 3
    assert np.array_equal(walked.samples(20), plain.samples(20))
    for name, values in plain.losses().terms.items():
        assert np.array_equal(walked.losses().terms[name], values)


def test_its_numbers_hang_together() -> None:
    trainer = Trainer(Experiment.of("ns", seed=3))
    trainer.train(30)
    critic, generator = trainer.walk()
    assert critic["latents"].shape == (128, trainer.experiment.noise.dimensions)
    assert critic["real"].shape == critic["fake"].shape == (128, 2)
    r, f = torch.from_numpy(critic["real_scores"]), torch.from_numpy(critic["fake_scores"])
    loss = torch.nn.functional.softplus(-r).mean() + torch.nn.functional.softplus(f).mean()
    assert loss.item() == pytest.approx(float(critic["loss.critic"]), rel=1e-5)
    # Adam's first moments move every weight by at most about the learning rate.
    rate = trainer.experiment.critic_optimiser.learning_rate
    size = 64 * 64
    assert 0 < critic["update.1.weight"] < 10 * rate * size**0.5
    # What the samples are pushed to is the gradient of -log sigma(T) at them, a mean over the batch.
    scores = torch.from_numpy(trainer.scores(generator["fake"])[0])
    slopes = torch.from_numpy(trainer.slopes(generator["fake"])[0])
    expected = (1 - scores.sigmoid())[:, None] * slopes / 128
    assert np.allclose(generator["push"], expected.numpy(), rtol=1e-3, atol=1e-7)
    assert np.abs(generator["new_fake"] - generator["fake"]).max() > 0


def test_a_method_without_a_critic_walks_its_generator_only() -> None:
    critic, generator = Trainer(Experiment.of("vae")).walk()
    assert critic == {}
    assert {"loss.reconstruction", "loss.divergence", "push"} <= set(generator)


@pytest.mark.parametrize("method", ["cgan", "bigan"])
def test_scores_are_those_of_what_the_critic_saw(method: str) -> None:
    trainer = Trainer(Experiment.of(method))
    trainer.train(3)
    critic, generator = trainer.walk()
    r, f = torch.from_numpy(critic["real_scores"]), torch.from_numpy(critic["fake_scores"])
    loss = torch.nn.functional.softplus(-r).mean() + torch.nn.functional.softplus(f).mean()
    assert loss.item() == pytest.approx(float(critic["loss.critic"]), rel=1e-4)
    f = torch.from_numpy(generator["fake_scores"])
    assert torch.nn.functional.softplus(-f).mean().item() == pytest.approx(float(generator["loss.generator"]), rel=1e-4)


def test_it_tells_what_was_given_beside_the_samples() -> None:
    critic, generator = Trainer(Experiment.of("infogan")).walk()
    assert critic["told"].shape == (128, 9)
    assert (critic["told"][:, :8].sum(1) == 1).all()
    critic, generator = Trainer(Experiment.of("bigan")).walk()
    assert critic["encoded"].shape == generator["encoded"].shape == (128, 2)
    assert float(generator["update.encoder.0.weight"]) > 0
    critic, _ = Trainer(Experiment.of("wgan_gp")).walk()
    weight = Experiment.of("wgan_gp").constraints.penalty_weight
    assert weight * ((critic["slopes"] - 1) ** 2).mean() == pytest.approx(float(critic["loss.penalty"]), rel=1e-4)
    assert critic["penalised"].shape == (128, 2)


def test_an_autoencoder_is_told_with_the_latents_of_its_real_samples() -> None:
    trainer = Trainer(Experiment.of("vae"))
    trainer.train(20)
    _, generator = trainer.walk()
    assert generator["encoded"].shape == generator["latents"].shape
    # After the step the same latents give nearly the same copies of the same real samples.
    assert np.abs(generator["new_fake"] - generator["fake"]).max() < 1.0
    variance = trainer.experiment.plain()["objective"]["deviation"] ** 2
    miss = ((generator["real"] - generator["fake"]) ** 2).sum(1).mean() / (2 * variance)
    assert miss == pytest.approx(float(generator["loss.reconstruction"]), rel=1e-4)

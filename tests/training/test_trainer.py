"""The loop: the same numbers every time, runs that never mix, gradients where they belong."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ganstudio.additions import Additions
from ganstudio.experiment import Experiment
from ganstudio.methods import METHODS
from ganstudio.objectives import OBJECTIVES
from ganstudio.settings import SettingsError
from ganstudio.training import NonFiniteLoss, Trainer
from ganstudio.training.optimisers import decayed, make_optimiser


def small(method: str = "ns", **values: object) -> Experiment:
    """Return a quick experiment; values are dotted names with two underscores for the dot."""
    experiment = Experiment.of(method)
    for name, value in {"generator__width": 8, "critic__width": 8, "training__batch": 16, **values}.items():
        experiment = experiment.with_value(name.replace("__", "."), value)
    return experiment


KINDS = (
    *("mm", "ns", "h_linear", "quadrature", "fgan_kl", "lsgan", "hinge", "wgan", "wgan_gp", "r1", "sngan"),
    *("instance_noise", "rsgan", "rlsgan", "rhinge", "rasgan", "ralsgan", "rahinge", "tsgan", "tlsgan", "twgan"),
    *("realness", "ls_gan", "began", "ebgan", "cgan", "acgan", "semi_gan_odena", "infogan", "bigan_gp", "pacgan2"),
    *("unrolled", "minibatch", "vae"),
)
"""Methods that meet every objective and every addition, with different weights of them left out."""


def test_kinds_meet_every_objective_and_every_addition() -> None:
    experiments = [Experiment.of(method) for method in KINDS]
    assert {experiment.objective.name for experiment in experiments} == set(OBJECTIVES)
    assert {name for experiment in experiments for name, _ in experiment.additions.active()} == set(
        Additions.model_fields
    )


@pytest.mark.parametrize("method", METHODS)
def test_the_same_experiment_gives_the_same_numbers(method: str) -> None:
    first, second = Trainer(small(method)), Trainer(small(method))
    first.train(7)
    second.train(3)
    second.samples(100)  # looking changes nothing
    second.field((-1, 1, -1, 1), 8)
    second.train(4)
    assert np.array_equal(first.samples(50), second.samples(50))
    for term, values in first.losses().terms.items():
        assert np.array_equal(values, second.losses().terms[term])


def test_another_seed_gives_other_numbers() -> None:
    first, second = Trainer(small(seed=0)), Trainer(small(seed=1))
    assert not np.array_equal(first.samples(10), second.samples(10))


@pytest.mark.parametrize("method", ["ns", "wgan_gp", "wgan"])
def test_a_seed_gives_the_same_run_alone_and_beside_others(method: str) -> None:
    together = Trainer(small(method, runs=3, seed=5))
    together.train(5)
    for run in range(3):
        alone = Trainer(small(method, seed=5 + run))
        alone.train(5)
        np.testing.assert_allclose(together.samples(64)[run], alone.samples(64)[0], atol=1e-5)


def test_critic_steps_leave_data_and_noise_of_the_generator_alone() -> None:
    """Runs to be compared see the same latents in the same generator step, whatever their critics do."""
    one, five = Trainer(small(training__critic_steps=1)), Trainer(small(training__critic_steps=5))
    one.train(3)
    five.train(3)
    assert torch.equal(next(one._draws.generator).latents, next(five._draws.generator).latents)


def test_steps_are_generator_updates() -> None:
    trainer = Trainer(small(training__generator_steps=3, training__critic_steps=2))
    trainer.iterate()
    assert trainer.step == 3
    trainer.check()
    assert trainer.losses().step.tolist() == [3]


def test_each_part_moves_its_own_network_only() -> None:
    trainer = Trainer(small())
    before = {name: value.clone() for name, value in trainer.state().items()}
    trainer.train_critic()
    after = trainer.state()
    assert all(torch.equal(before[name], after[name]) == name.startswith("generator") for name in before)
    assert trainer.step == 0
    before = {name: value.clone() for name, value in after.items()}
    trainer.train_generator()
    after = trainer.state()
    assert all(torch.equal(before[name], after[name]) == name.startswith("critic") for name in before)


def test_weight_clipping_bounds_every_critic_weight_and_no_other() -> None:
    trainer = Trainer(small("wgan", constraints__weight_clip=0.02))
    trainer.train(3)
    critic = torch.cat([value.flatten() for name, value in trainer.state().items() if name.startswith("critic")])
    generator = torch.cat([value.flatten() for name, value in trainer.state().items() if name.startswith("gen")])
    assert critic.abs().max().item() == pytest.approx(0.02)
    assert generator.abs().max() > 0.1


def test_clipping_leaves_what_is_within_the_bound_alone() -> None:
    rate = 1e-9
    trainer = Trainer(small("wgan", constraints__weight_clip=0.01, critic_optimiser__learning_rate=rate))
    with torch.no_grad():
        trainer._cast.critic.parameters[0, :3] = torch.tensor([-0.5, 0.003, 0.02])
    trainer.train_critic()
    clipped = trainer._cast.critic.parameters[0, :3].detach()
    torch.testing.assert_close(clipped, torch.tensor([-0.01, 0.003, 0.01]), atol=1e-7, rtol=0)


def test_penalty_is_recorded_apart_and_weighted() -> None:
    light, heavy = Trainer(small("wgan_gp")), Trainer(small("wgan_gp", constraints__penalty_weight=1.0))
    light.train(1)
    heavy.train(1)
    # The first of the five critic steps sees the same weights; later ones drift apart a little.
    ratio = heavy.losses().terms["penalty"] / light.losses().terms["penalty"]
    assert ratio.item() == pytest.approx(10, rel=0.1)
    assert "penalty" not in Trainer(small()).losses().terms


def test_live_settings_hold_from_the_next_step() -> None:
    changed, fixed = Trainer(small()), Trainer(small())
    changed.train(2)
    fixed.train(2)
    changed.change("generator_optimiser.learning_rate", 1e-9)
    before = changed.samples(20)
    changed.train(1)
    fixed.train(1)
    np.testing.assert_allclose(changed.samples(20), before, atol=1e-6)
    assert not np.allclose(fixed.samples(20), before, atol=1e-6)


def test_settings_that_need_a_restart_are_refused_live() -> None:
    with pytest.raises(SettingsError, match=r"^training.batch: needs a restart"):
        Trainer(small()).change("training.batch", 4)
    with pytest.raises(SettingsError, match="learning_rate"):
        Trainer(small()).change("critic_optimiser.learning_rate", -1)


def test_a_loss_that_explodes_is_named_and_the_last_finite_state_kept() -> None:
    trainer = Trainer(small("wgan", constraints__weight_clip=0.0, runs=2, seed=3))
    trainer.train(50)
    samples = trainer.samples(50)
    trainer.change("critic_optimiser.learning_rate", 10.0)
    trainer.change("generator_optimiser.learning_rate", 10.0)
    with torch.no_grad():
        trainer._cast.critic.parameters[1, 0] = float("nan")
    with pytest.raises(NonFiniteLoss, match=r"critic loss of seed 4 became NaN or infinite at generator step 51"):
        trainer.train(50)
    assert trainer.step == 50
    assert np.array_equal(trainer.samples(50), samples)
    trainer.change("critic_optimiser.learning_rate", 1e-4)
    trainer.change("generator_optimiser.learning_rate", 1e-4)
    trainer.train(10)
    assert np.isfinite(trainer.losses().terms["critic"]).all()


@pytest.mark.parametrize("method", KINDS)
@pytest.mark.parametrize(("every", "rate"), [(1, 10.0), (3, 1.0)])
def test_the_last_finite_state_is_finite_however_often_it_is_checked(method: str, every: int, rate: float) -> None:
    optimiser = {"name": "sgd", "learning_rate": rate, "beta1": 0.9}
    tree = small(method, constraints__weight_clip=0.0).plain()
    trainer = Trainer(Experiment.read(tree | {"critic_optimiser": optimiser, "generator_optimiser": optimiser}))
    try:
        for _ in range(12):
            trainer.train(every)
            assert np.isfinite(trainer.samples(100)).all()
    except NonFiniteLoss:
        assert np.isfinite(trainer.samples(100)).all()
        assert method == "vae" or np.isfinite(trainer.field((-1, 1, -1, 1), 8)).all()
        assert trainer.step % every == 0


def test_an_explosion_in_the_critics_part_alone_is_seen() -> None:
    optimiser = {"name": "sgd", "learning_rate": 10.0, "beta1": 0.9}
    trainer = Trainer(Experiment.read(small("lsgan").plain() | {"critic_optimiser": optimiser}))

    def explode() -> None:
        for _ in range(50):
            trainer.train_critic()
            trainer.check()

    with pytest.raises(NonFiniteLoss, match="networks' output of seed 0"):
        explode()
    assert np.isfinite(trainer._probe()).all()
    assert all(value.isfinite().all() for value in trainer.state().values())


def test_more_samples_change_nothing_about_the_first() -> None:
    trainer = Trainer(small())
    before = trainer.samples(2500)
    trainer.samples(5001)
    assert np.array_equal(trainer.samples(2500), before)


def test_the_field_normalises_with_what_the_critic_has_learned_even_at_step_0() -> None:
    trainer = Trainer(small("wgan_gp", critic__normalisation="batch"))
    trainer.train_critic()
    assert trainer.step == 0
    coarse, fine = trainer.field((-1, 1, -1, 1), 3), trainer.field((-1, 1, -1, 1), 5)
    np.testing.assert_allclose(fine[0, ::2, ::2], coarse[0], rtol=1e-4, atol=1e-5)


def test_running_statistics_do_not_learn_from_the_penaltys_points() -> None:
    with_penalty = small("wgan_gp", critic__normalisation="batch", training__critic_steps=1)
    without = with_penalty.with_value("constraints.gradient_penalty", "none")
    means = []
    for experiment in (with_penalty, without):
        trainer = Trainer(experiment)
        trainer.train_critic()
        means.append(trainer._cast.critic.statistics[0].means[0])
    torch.testing.assert_close(means[0], means[1])


def test_averaged_weights_are_the_exponential_mean() -> None:
    trainer = Trainer(small(training__average=0.9))
    expected = trainer._cast.generator.parameters.detach().clone()
    for _ in range(4):
        trainer.iterate()
        expected = 0.9 * expected + 0.1 * trainer._cast.generator.parameters.detach()
    torch.testing.assert_close(trainer._averaged, expected)
    shown = torch.cat([value.flatten(1) for name, value in trainer.state().items() if name.startswith("gen")], dim=1)
    torch.testing.assert_close(shown, expected)


def test_field_is_the_critic_on_a_grid_that_includes_the_edges() -> None:
    trainer = Trainer(small(critic__layers=0))
    state = trainer.state()
    field = trainer.field((-2.0, 2.0, 0.0, 1.0), 4)[0]
    weight, bias = state["critic.0.weight"][0].numpy()[:, 0], state["critic.0.bias"].item()
    x, y = np.array([-2, -2 / 3, 2 / 3, 2]), np.array([0, 1 / 3, 2 / 3, 1])
    np.testing.assert_allclose(field, weight[0] * x[None, :] + weight[1] * y[:, None] + bias, rtol=1e-4, atol=1e-5)


def test_fewer_samples_are_the_first_of_more() -> None:
    trainer = Trainer(small(noise__dimensions=3))
    np.testing.assert_allclose(trainer.samples(10)[0], trainer.samples(25)[0, :10], atol=1e-6)


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "tanh", "elu", "maxout"])
@pytest.mark.parametrize("normalisation", ["none", "batch", "layer"])
@pytest.mark.parametrize("optimiser", ["adam", "rmsprop", "sgd"])
def test_every_network_trains_with_every_optimiser(activation: str, normalisation: str, optimiser: str) -> None:
    settings = {"activation": activation, "normalisation": normalisation, "layers": 2, "width": 8}
    tree = small("wgan_gp", runs=2).plain()
    for which in ("generator", "critic"):
        tree[which] |= settings
        tree[f"{which}_optimiser"] |= {"name": optimiser, "learning_rate": 1e-3}
    trainer = Trainer(Experiment.read(tree))
    before = trainer.samples(20)
    trainer.train(3)
    assert np.isfinite(trainer.samples(20)).all()
    assert not np.array_equal(trainer.samples(20), before)
    assert trainer.field((-1, 1, -1, 1), 8).shape == (2, 8, 8)


@pytest.mark.parametrize(("step", "rate"), [(0, 1.0), (500, 1.0), (750, 0.5), (990, 0.02), (1000, 0.01), (5000, 0.01)])
def test_learning_rates_fall_linearly_in_the_second_half(step: int, rate: float) -> None:
    assert decayed(1.0, step, 1000) == pytest.approx(rate)
    assert decayed(0.3, step, 0) == 0.3


@pytest.mark.parametrize("name", ["adam", "rmsprop", "sgd"])
def test_flat_optimisers_follow_torch_on_separate_tensors(name: str) -> None:
    settings = Experiment().critic_optimiser.changed(name=name, learning_rate=0.01)
    torch.manual_seed(0)
    flat = torch.randn(2, 6).requires_grad_()
    parts = [flat.detach()[:, :2].clone().requires_grad_(), flat.detach()[:, 2:].clone().requires_grad_()]
    ours = make_optimiser(settings, flat)
    theirs = {
        "adam": lambda: torch.optim.Adam(parts, 0.01, betas=(0.5, 0.9)),
        "rmsprop": lambda: torch.optim.RMSprop(parts, 0.01, alpha=0.99),
        "sgd": lambda: torch.optim.SGD(parts, 0.01, momentum=0.5),
    }[name]()
    for _ in range(5):
        gradient = torch.randn(2, 6)
        flat.grad = gradient
        parts[0].grad, parts[1].grad = gradient[:, :2].clone(), gradient[:, 2:].clone()
        ours.step()
        theirs.step()
    torch.testing.assert_close(flat.detach(), torch.cat([part.detach() for part in parts], dim=1))

"""Gradients flow where they must and are zero where they must be: of every objective, and of every method's step."""

from __future__ import annotations

from unittest.mock import Mock

import numpy as np
import pytest
import torch
from torch import Tensor

from ganstudio.experiment import Experiment, Network
from ganstudio.methods import METHODS
from ganstudio.nets import CriticShape, FunctionCritic
from ganstudio.nets.critics import BoundCritic
from ganstudio.objectives import OBJECTIVES, AdversarialObjective
from ganstudio.training import Trainer
from ganstudio.training.games import Adversarial

ADVERSARIAL = [name for name, kind in OBJECTIVES.items() if kind.critic != "none"]
every_objective = pytest.mark.parametrize("name", ADVERSARIAL)


def small(method: str = "ns", **values: object) -> Experiment:
    """Return a quick experiment; values are dotted names with two underscores for the dot."""
    experiment = Experiment.of(method)
    values = {"generator__width": 6, "critic__width": 6, "training__batch": 8, "training__critic_steps": 1, **values}
    for name, value in values.items():
        experiment = experiment.with_value(name.replace("__", "."), value)
    return experiment


def adversarial(name: str, **settings: object) -> AdversarialObjective:
    objective = OBJECTIVES[name](**settings)
    assert isinstance(objective, AdversarialObjective)
    return objective


def critic_of(objective: AdversarialObjective, parameters: Tensor | None = None) -> tuple[BoundCritic, Tensor]:
    """Return a small smooth critic of the kind that an objective asks for, and its parameters."""
    kind = objective.critic
    assert kind != "none"
    shape = CriticShape(
        Network(layers=2, width=5, activation="tanh"), kind, inputs=2, outputs=objective.outputs, bottleneck=1
    )
    if parameters is None:
        initial = shape.chain.initial([torch.Generator().manual_seed(seed) for seed in range(2)])
        parameters = initial.double().requires_grad_()
    return shape.bind(parameters), parameters


def batches() -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(1)
    real = torch.randn(2, 6, 2, dtype=torch.float64, generator=generator)
    return real, torch.randn(2, 6, 2, dtype=torch.float64, generator=generator)


# ---- objectives ----------------------------------------------------------------------------------------


@every_objective
def test_the_critics_loss_teaches_the_critic_in_every_run(name: str) -> None:
    objective = adversarial(name)
    critic, parameters = critic_of(objective)
    (gradient,) = torch.autograd.grad(objective.critic_loss(critic, *batches()).sum(), parameters)
    assert gradient.isfinite().all()
    assert (gradient.abs().sum(-1) > 1e-6).all()


@every_objective
def test_one_runs_loss_says_nothing_about_anothers_parameters(name: str) -> None:
    objective = adversarial(name)
    critic, parameters = critic_of(objective)
    (gradient,) = torch.autograd.grad(objective.critic_loss(critic, *batches())[0], parameters)
    assert not gradient[1].any()


@every_objective
def test_the_generators_loss_teaches_the_samples(name: str) -> None:
    objective = adversarial(name)
    real, fake = batches()
    real.requires_grad_()
    fake.requires_grad_()
    loss = objective.generator_loss(critic_of(objective)[0], real, fake).sum()
    (to_fake,) = torch.autograd.grad(loss, fake)
    assert (to_fake.abs().sum(-1) > 0).all()


@every_objective
def test_the_generators_loss_looks_at_real_samples_only_where_they_are_compared(name: str) -> None:
    compared = {"rsgan", "rlsgan", "rhinge", "rasgan", "ralsgan", "rahinge", "tsgan", "tlsgan", "twgan", "realness"}
    objective = adversarial(name)
    real, fake = batches()
    first, second = (objective.generator_loss(critic_of(objective)[0], x, fake) for x in (real, real + 0.5))
    assert torch.equal(first, second) == (name not in compared)


@every_objective
def test_samples_gradients_are_differences(name: str) -> None:
    """The generator's loss is differentiable in all that holds its samples; nothing is detached that should not be."""
    objective = adversarial(name)
    real, fake = batches()
    point = fake.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(objective.generator_loss(critic_of(objective)[0], real, point).sum(), point)
    direction = torch.randn(fake.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(5))
    step = 1e-6
    ahead, behind = (
        objective.generator_loss(critic_of(objective)[0], real, fake + sign * step * direction).sum()
        for sign in (1, -1)
    )
    slope = ((ahead - behind) / (2 * step)).item()
    assert (gradient * direction).sum().item() == pytest.approx(slope, rel=1e-5, abs=1e-8)


def test_real_values_matter_to_rsgan_although_no_gradient_passes_through_them() -> None:
    objective, identity = adversarial("rsgan"), FunctionCritic(lambda samples: samples.squeeze(-1))
    gradients = []
    for r in (0.0, 3.0):
        fake = torch.zeros(1, 1, 1, dtype=torch.float64, requires_grad=True)
        loss = objective.generator_loss(identity, torch.full_like(fake, r).detach(), fake).sum()
        gradients.append(torch.autograd.grad(loss, fake)[0].item())
    assert gradients == pytest.approx([-0.5, -1 / (1 + np.exp(-3.0))])


def test_averages_of_ra_objectives_are_not_constants() -> None:
    """D: <softplus(-(r - <f>))>, of one real sample r and two generated ones: half of its gradient goes to each."""
    identity = FunctionCritic(lambda samples: samples.squeeze(-1))
    r = torch.tensor([[[1.0], [1.0]]], dtype=torch.float64)
    f = torch.tensor([[[0.0], [2.0]]], dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(adversarial("rasgan").critic_loss(identity, r, f).sum(), f)

    def sigma(t: float) -> float:
        return float(1 / (1 + np.exp(-t)))

    # a = r - 1 = 0: sigma(0) through the mean; b = f - 1 = -1, 1: sigma(b) of its own.
    expected = [sigma(0) / 2 + sigma(-1) / 2, sigma(0) / 2 + sigma(1) / 2]
    np.testing.assert_allclose(gradient.flatten().numpy(), expected, atol=1e-12)


def test_began_follows_both_occurrences_of_a_sample() -> None:
    """|v - a v| has slope 1 - a in v; with the target detached it would be -a."""
    v = torch.tensor([[[2.0, 1.0]]], dtype=torch.float64, requires_grad=True)
    shrink = FunctionCritic(lambda samples: 0.25 * samples)
    (gradient,) = torch.autograd.grad(adversarial("began").generator_loss(shrink, v.detach(), v).sum(), v)
    np.testing.assert_allclose(gradient.flatten().numpy(), [0.75 / 2] * 2)


def test_margins_of_the_loss_sensitive_gan_are_constants() -> None:
    real, fake = (side.requires_grad_() for side in batches())
    assert not adversarial("loss_sensitive").margin(real, fake).requires_grad


def test_samples_beyond_the_hinge_no_longer_teach_the_critic() -> None:
    identity = FunctionCritic(lambda samples: samples.squeeze(-1))
    real = torch.tensor([[[2.0], [0.5]]], dtype=torch.float64, requires_grad=True)
    fake = torch.tensor([[[-3.0], [0.5]]], dtype=torch.float64, requires_grad=True)
    to_real, to_fake = torch.autograd.grad(adversarial("hinge").critic_loss(identity, real, fake).sum(), (real, fake))
    assert to_real.flatten().tolist() == [0.0, -0.5]
    assert to_fake.flatten().tolist() == [0.0, 0.5]
    (to_fake,) = torch.autograd.grad(adversarial("hinge").generator_loss(identity, real, fake).sum(), fake)
    assert to_fake.flatten().tolist() == [-0.5, -0.5]  # the generator has no margin


# ---- methods -------------------------------------------------------------------------------------------


def changed(before: dict[str, Tensor], after: dict[str, Tensor]) -> set[str]:
    """Return the networks of which some number changed."""
    return {name.split(".")[0] for name in before if not torch.equal(before[name], after[name])}


def taken(trainer: Trainer) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in trainer.state().items()}


@pytest.mark.parametrize("method", METHODS)
def test_each_part_of_a_step_moves_its_own_networks(method: str) -> None:
    trainer = Trainer(small(method, runs=2))
    before = taken(trainer)
    trainer.train_critic()
    after = taken(trainer)
    assert changed(before, after) == (set() if method == "vae" else {"critic"})
    trainer.train_generator()
    everybody = {"generator"} | ({"encoder"} if "encoder.0.weight" in after else set())
    assert changed(after, taken(trainer)) == everybody


def game_of(trainer: Trainer) -> Adversarial:
    assert isinstance(trainer._game, Adversarial)
    return trainer._game


def test_the_encoder_learns_from_the_critic_only_if_it_is_adversarial() -> None:
    for adversary, expected in ((True, {"generator", "encoder"}), (False, {"generator"})):
        trainer = Trainer(small("bigan", additions__encoder__adversarial=adversary))
        before = taken(trainer)
        trainer.train_generator()
        assert changed(before, taken(trainer)) == expected


@pytest.mark.parametrize("objective", [name for name in ADVERSARIAL if adversarial(name).teaches_encoder])
def test_every_objective_that_says_so_teaches_an_encoder(objective: str) -> None:
    tree = small().plain() | {"objective": {"name": objective}, "additions": {"encoder": {"on": True}}}
    trainer = Trainer(Experiment.read(tree))
    before = taken(trainer)
    trainer.train_generator()
    assert changed(before, taken(trainer)) == {"generator", "encoder"}


def test_the_reader_of_codes_learns_in_the_critics_step() -> None:
    """With lambda = 0 the heads' outputs are asked for but teach nothing: their weights stay."""
    for weight, moved in ((1.0, True), (0.0, False)):
        trainer = Trainer(small("infogan", additions__information__weight=weight))
        before = taken(trainer)["critic.3.weight"]
        trainer.train_critic()
        after = trainer.state()["critic.3.weight"]
        assert not torch.equal(before[..., 0], after[..., 0])
        assert torch.equal(before[..., 1:], after[..., 1:]) != moved


def test_codes_do_not_enter_a_classifiers_score() -> None:
    """With lambda = 0 the heads that read codes teach nothing, so they stay unless T is made of them as well."""
    codes = {"additions__information__on": True, "additions__information__weight": 0.0}
    trainer = Trainer(small("semi_gan", **codes))
    classes = trainer.experiment.data.classes()
    before = taken(trainer)["critic.3.weight"]
    trainer.train_critic()
    still = torch.isclose(before, trainer.state()["critic.3.weight"], rtol=0, atol=0).all(dim=-2)
    assert not still[..., :classes].any()
    assert still[..., classes:].all()


def test_the_critics_step_has_no_way_into_the_generator(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = Trainer(small())
    seen: list[Tensor] = []
    rule = game_of(trainer)._rule

    class Watching:
        def critic_loss(self, critic: BoundCritic, real: Tensor, fake: Tensor) -> Tensor:
            seen.append(fake)
            return rule.critic_loss(critic, real, fake)

    monkeypatch.setattr(game_of(trainer), "_rule", Watching())
    trainer.train_critic()
    assert not seen[0].requires_grad


# ---- the penalty ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["between", "around", "around_released", "real", "fake", "both"])
def test_classes_are_no_directions_of_the_penalty(kind: str) -> None:
    """A critic that depends on the class alone has slope 0: the penalty is 1 around it, or 0."""
    penalty = {"constraints__gradient_penalty": kind, "constraints__penalty_weight": 1.0}
    trainer = Trainer(small("cgan", critic__layers=0, **penalty))
    with torch.no_grad():
        named = trainer._cast.critic.chain.unpack(trainer._cast.critic.parameters)
        named["0.weight"][:, :2] = 0.0
        named["0.weight"][:, 2:] = 5.0
    trainer.iterate()
    trainer.check()
    expected = 1.0 if kind in ("between", "around", "around_released") else 0.0
    assert trainer.losses().terms["penalty"].item() == pytest.approx(expected, abs=1e-5)


def test_classes_stay_what_they_are_at_the_penaltys_points(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("around", "around_released"):
        trainer = Trainer(small("cgan", constraints__gradient_penalty=kind))
        slope = Mock(side_effect=game_of(trainer)._slope)
        monkeypatch.setattr(game_of(trainer), "_slope", slope)
        trainer.train_critic()
        classes = slope.call_args.args[1][..., 2:]
        assert set(classes.unique().tolist()) == {0.0, 1.0}
        assert (classes.sum(-1) == 1).all()


# ---- unrolling -----------------------------------------------------------------------------------------


def linear_critic(steps: int, rate: float) -> Trainer:
    return Trainer(
        small(
            "unrolled",
            critic__layers=0,
            additions__unrolling__steps=steps,
            additions__unrolling__rate=rate,
            runs=2,
            training__batch=5,
        )
    )


def test_the_unrolled_gradient_is_that_of_two_steps_by_hand() -> None:
    """T(x) = w x + b: the critic's gradient is written down, and the generator's taken through both of its steps."""
    steps, rate = 2, 0.3
    trainer = linear_critic(steps, rate)
    game, critic = game_of(trainer), trainer._cast.critic
    assert critic is not None
    generator = torch.Generator().manual_seed(3)
    real = torch.randn(2, 5, 2, generator=generator)
    fake = torch.randn(2, 5, 2, generator=generator).requires_grad_()
    start = critic.parameters.detach()

    def by_hand(steps: int) -> Tensor:
        w, b = start[:, :2].double(), start[:, 2:].double()
        r, f = real.double(), fake.double()
        for _ in range(steps):
            t_r, t_f = (r * w[:, None]).sum(-1) + b, (f * w[:, None]).sum(-1) + b
            pull, push = torch.sigmoid(-t_r)[..., None], torch.sigmoid(t_f)[..., None]
            w, b = (
                w - rate * ((push * f).mean(1) - (pull * r).mean(1)),
                b - rate * (push.mean(1) - pull.mean(1)),
            )
        loss = torch.nn.functional.softplus(-((f * w[:, None]).sum(-1) + b)).mean(-1)
        return torch.autograd.grad(loss.sum(), fake)[0].double()

    def ours() -> Tensor:
        parameters = game._unrolled(trainer.experiment, start.clone(), real, fake)
        loss = game._rule.generator_loss(trainer._cast.bind_critic(parameters, "batch"), real, fake)
        return torch.autograd.grad(loss.sum(), fake)[0].double()

    torch.testing.assert_close(ours(), by_hand(steps), atol=1e-6, rtol=1e-4)
    assert (ours() - by_hand(0)).abs().max() > 1e-3


def test_unrolling_leaves_the_critic_as_it_is_and_moves_the_generator_elsewhere() -> None:
    plain, ahead = Trainer(small()), Trainer(small("unrolled"))
    plain.train_generator()
    before = taken(ahead)
    ahead.train_generator()
    assert changed(before, taken(ahead)) == {"generator"}
    assert not torch.equal(plain.state()["generator.0.weight"], ahead.state()["generator.0.weight"])


def test_the_penalty_of_an_unrolled_critic_is_its_own() -> None:
    """Also where samples are coupled: the look-ahead's penalty has a gradient in the parameters that it looks ahead."""
    experiment = small("unrolled", constraints__gradient_penalty="real", constraints__penalty_weight=1.0)
    trainer = Trainer(experiment.with_value("additions.minibatch.on", True))
    game, cast = game_of(trainer), trainer._cast
    assert cast.critic is not None
    parameters = cast.critic.parameters.detach().clone().requires_grad_()
    real = torch.randn(1, 8, 2)
    critic = cast.bind_critic(parameters, "batch")
    penalty = game._penalty(trainer.experiment, critic, parameters, real, real)
    (gradient,) = torch.autograd.grad(penalty.sum(), parameters)
    assert gradient.abs().sum() > 0


# ---- packs ---------------------------------------------------------------------------------------------


def test_a_pack_is_several_samples_in_a_row() -> None:
    trainer = Trainer(small("pacgan2", additions__packing__samples=3))
    cast = trainer._cast
    features = torch.arange(2 * 12 * 2.0).view(2, 12, 2)
    packed = cast.packed(features)
    assert packed.shape == (2, 4, 6)
    for run in range(2):
        for pack in range(4):
            rows = [features[run, 3 * pack + i] for i in range(3)]
            assert torch.equal(packed[run, pack], torch.cat(rows))
    batch = next(trainer._draws.critic)
    assert batch.real.shape == (1, 3 * 8, 2)
    assert cast.shape is not None
    assert cast.shape.inputs == 6


# ---- few labels ----------------------------------------------------------------------------------------


def test_odenas_critic_sees_labelled_points_with_their_own_class() -> None:
    experiment = small("semi_gan_odena", data__standard_deviation=0.01)
    trainer = Trainer(experiment.with_value("additions.classifier.on", True).with_value("additions.encoder.on", True))
    game = game_of(trainer)
    points, labels = game._labelled
    batch = game._next(trainer.experiment, trainer._draws.critic)
    known = {tuple(point.tolist()): label.item() for point, label in zip(points[0], labels[0], strict=True)}
    for point, label in zip(batch.real[0], batch.told.labels[0], strict=True):
        assert known[tuple(point.tolist())] == label.item()
    trainer.train(2)
    assert all(value.isfinite().all() for value in trainer.state().values())

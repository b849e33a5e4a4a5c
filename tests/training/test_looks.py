"""What a run shows: samples under knobs, the critic's field of every kind, encodings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from ganstudio.experiment import Experiment
from ganstudio.messages import Knobs
from ganstudio.training import Trainer

WINDOW = (-2.0, 2.0, -1.0, 1.0)


def trained(method: str, **values: object) -> Trainer:
    experiment = Experiment.of(method)
    values = {"generator__width": 6, "critic__width": 6, "training__batch": 8, "runs": 2, **values}
    for name, value in values.items():
        experiment = experiment.with_value(name.replace("__", "."), value)
    trainer = Trainer(experiment)
    trainer.train(2)
    return trainer


def grid(resolution: int) -> torch.Tensor:
    """Return the points of a field, row by row from the bottom, (1, resolution^2, 2)."""
    x, y = np.meshgrid(np.linspace(*WINDOW[:2], resolution), np.linspace(*WINDOW[2:], resolution))
    return torch.tensor(np.stack([x.ravel(), y.ravel()], axis=1), dtype=torch.float32)[None]


# ---- knobs ---------------------------------------------------------------------------------------------


def told(trainer: Trainer, knobs: Knobs | None, count: int = 50) -> Any:
    return trainer._looks._first(count, knobs)[1]


def test_a_category_is_fixed_and_all_else_left_as_drawn() -> None:
    trainer = trained("infogan", additions__information__continuous=2)
    codes, free = trainer.experiment.additions.information, told(trainer, None)
    for category in range(8):
        fixed = told(trainer, Knobs(category=category))
        assert codes.category(fixed).eq(category).all()
        assert torch.equal(fixed.uniform[..., 1:], free.uniform[..., 1:])
        assert torch.equal(fixed.labels, free.labels)
    assert len(codes.category(free).unique()) > 3
    assert trainer.groups(50, Knobs(category=3)).tolist() == [[3] * 50] * 2
    assert not np.array_equal(trainer.samples(50, Knobs(category=3)), trainer.samples(50))
    assert np.array_equal(trainer.samples(50, Knobs()), trainer.samples(50))


def test_numbers_are_fixed_one_by_one() -> None:
    trainer = trained("infogan", additions__information__continuous=2)
    codes, free = trainer.experiment.additions.information, told(trainer, None)
    fixed = told(trainer, Knobs(continuous=(None, -0.5, 0.3)))  # one more than there are
    numbers = codes.numbers(fixed)
    torch.testing.assert_close(numbers[..., 1], torch.full((2, 50), -0.5))
    assert torch.equal(numbers[..., 0], codes.numbers(free)[..., 0])
    assert torch.equal(codes.category(fixed), codes.category(free))


@pytest.mark.parametrize("method", ["cgan", "acgan"])
def test_a_class_is_fixed(method: str) -> None:
    trainer = trained(method)
    assert told(trainer, Knobs(label=5)).labels.eq(5).all()
    assert trainer.groups(20, Knobs(label=5)).tolist() == [[5] * 20] * 2
    assert len(np.unique(trainer.groups(200))) == 8
    # A class that the data do not have, as after a change of data, and codes that there are none of, change nothing.
    assert np.array_equal(trainer.samples(20, Knobs(label=99)), trainer.samples(20))
    assert np.array_equal(trainer.samples(20, Knobs(category=1, continuous=(0.5,))), trainer.samples(20))


def test_a_category_that_there_is_none_of_changes_nothing() -> None:
    trainer = trained("infogan")
    assert np.array_equal(trainer.samples(20, Knobs(category=64)), trainer.samples(20))


def test_methods_that_are_told_nothing_have_no_groups() -> None:
    for method in ("ns", "bigan", "semi_gan", "vae"):
        assert trained(method).groups(10) is None


def test_groups_are_of_the_samples_also_beyond_the_first() -> None:
    trainer = trained("cgan")
    assert np.array_equal(trainer.groups(3000)[:, :2500], trainer.groups(2500))
    assert trainer.samples(3000).shape == (2, 3000, 2)


# ---- fields --------------------------------------------------------------------------------------------


def field(trainer: Trainer, knobs: Knobs | None = None, resolution: int = 3) -> np.ndarray:
    values = trainer.field(WINDOW, resolution, knobs)
    assert values is not None
    return values.reshape(2, -1)


def critic_of(trainer: Trainer) -> Any:
    cast = trainer._cast
    assert cast.critic is not None
    return cast.bind_critic(cast.critic.parameters.detach(), "fixed")


def test_a_conditional_critic_is_asked_about_the_class_that_fits_best() -> None:
    trainer = trained("cgan")
    critic, points = critic_of(trainer), grid(3).expand(2, -1, -1)
    of_class = []
    for label in range(8):
        condition = torch.zeros(2, 9, 8)
        condition[..., label] = 1.0
        of_class.append(critic(torch.cat([points, condition], dim=-1)))
        fixed = field(trainer, Knobs(label=label))
        np.testing.assert_allclose(fixed, of_class[-1].numpy(), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(field(trainer), torch.stack(of_class).amax(0).numpy(), rtol=1e-4, atol=1e-5)


def test_a_critic_of_packs_is_asked_beside_real_samples_on_average() -> None:
    trainer = trained("pacgan2", additions__packing__samples=3)
    critic, points = critic_of(trainer), grid(3).expand(2, -1, -1)
    company = trainer._looks._company
    assert company.shape == (2, 4 * 2, 2)
    scores = []
    for which in range(4):
        fellows = company[:, 2 * which : 2 * which + 2].flatten(1)[:, None].expand(-1, 9, -1)
        scores.append(critic(torch.cat([points, fellows], dim=-1)))
    np.testing.assert_allclose(field(trainer), torch.stack(scores).mean(0).numpy(), rtol=1e-4, atol=1e-5)


def test_a_critic_of_pairs_is_asked_against_real_samples_on_average() -> None:
    trainer = trained("tsgan")
    critic, points = critic_of(trainer), grid(3).expand(2, -1, -1)
    scores = [
        critic(torch.cat([points, trainer._looks._company[:, [which]].expand(-1, 9, -1)], dim=-1)) for which in range(4)
    ]
    np.testing.assert_allclose(field(trainer), torch.stack(scores).mean(0).numpy(), rtol=1e-4, atol=1e-5)


def test_a_critic_of_samples_with_latents_is_asked_about_encoded_points() -> None:
    trainer = trained("bigan")
    points = grid(3).expand(2, -1, -1)
    with torch.no_grad():
        together = torch.cat([points, trainer._cast.encode(points)], dim=-1)
    np.testing.assert_allclose(field(trainer), critic_of(trainer)(together).numpy(), rtol=1e-4, atol=1e-5)


def test_energies_are_shown_turned_round() -> None:
    trainer = trained("began")
    points = grid(3).expand(2, -1, -1)
    energy = (points - critic_of(trainer)(points)).abs().mean(-1)
    np.testing.assert_allclose(field(trainer), -energy.numpy(), rtol=1e-4, atol=1e-5)


TELLS_ENCODERS = ("tsgan", "ns")


@pytest.mark.parametrize(
    ("method", "addition"),
    [
        (method, addition)
        for method in ("tsgan", "ns", "realness", "began")
        for addition in ("conditional", "encoder", "packing", "minibatch")
        if addition != "encoder" or method in TELLS_ENCODERS
    ],
)
def test_a_point_is_scored_alone_whatever_else_is_asked(method: str, addition: str) -> None:
    tree = Experiment.of(method).plain()
    tree["additions"][addition]["on"] = True
    tree |= {"runs": 2, "critic": {"width": 6}, "generator": {"width": 6}}
    trainer = Trainer(Experiment.read(tree))
    trainer.train(2)
    coarse, fine = trainer.field(WINDOW, 3), trainer.field(WINDOW, 5)
    assert coarse is not None
    assert fine is not None
    np.testing.assert_allclose(fine[:, ::2, ::2], coarse, rtol=1e-3, atol=1e-5)


# ---- encodings -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["bigan", "veegan", "vae"])
def test_a_point_is_encoded_and_decoded(method: str) -> None:
    trainer = trained(method, noise__dimensions=3)
    encoded = trainer.encoded((0.5, -0.5))
    assert encoded is not None
    latent, copy = encoded
    assert (latent.shape, copy.shape) == ((2, 3), (2, 2))
    with torch.no_grad():
        by_hand = trainer._cast.encode(torch.tensor([[[0.5, -0.5]]]).expand(2, 1, 2))[:, 0, :3]
    np.testing.assert_allclose(latent, by_hand.numpy(), rtol=1e-5)
    assert trainer.field(WINDOW, 2) is None or method != "vae"


def test_without_an_encoder_nothing_is_encoded() -> None:
    assert trained("ns").encoded((0.0, 0.0)) is None


def test_looking_changes_nothing() -> None:
    for method in ("cgan", "infogan", "pacgan2", "bigan", "minibatch", "began"):
        looked, other = trained(method), trained(method)
        looked.samples(40, Knobs(label=1, category=1, continuous=(0.5,)))
        looked.groups(40)
        looked.field(WINDOW, 4, Knobs(label=2))
        looked.encoded((0.0, 0.0))
        looked.train(2)
        other.train(2)
        assert np.array_equal(looked.samples(30), other.samples(30)), method

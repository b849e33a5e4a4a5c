"""RealnessGAN: its losses, its anchors, and what they share with the released code."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from ganstudio.nets import FunctionCritic
from ganstudio.objectives import OBJECTIVES
from ganstudio.objectives.anchors import anchor, drawn, outcomes, skewed
from ganstudio.objectives.realness import Realness

REAL_ANCHOR, FAKE_ANCHOR = np.array([0.1, 0.2, 0.7]), np.array([0.6, 0.3, 0.1])
REAL, FAKE = [0.0, 0.5, 1.0], [1.0, 0.0, -1.0]
ENTROPIES = {"real": float(-(REAL_ANCHOR * np.log(REAL_ANCHOR)).sum()), "fake": 0.897946}

LOGITS = FunctionCritic(lambda samples: samples)
"""The outcomes' logits are the sample itself."""


def logits(*samples: list[float]) -> Tensor:
    return torch.tensor([samples], dtype=torch.float64)


def objective(number: str) -> Realness:
    kind = OBJECTIVES["realness"]
    assert issubclass(kind, Realness)
    return kind(outcome_count=3, generator_objective=number)


def generator_loss(number: str, real: Tensor, fake: Tensor) -> Tensor:
    return objective(number).generator_loss_with(REAL_ANCHOR, FAKE_ANCHOR, LOGITS, real, fake)


def test_the_critics_loss() -> None:
    loss = objective("2").critic_loss_with(REAL_ANCHOR, FAKE_ANCHOR, LOGITS, logits(REAL), logits(FAKE))
    assert loss.item() == pytest.approx(0.088111, abs=1e-6)
    # The released code reports cross entropies, which are larger by the anchors' entropies.
    assert ENTROPIES["fake"] == pytest.approx(float(-(FAKE_ANCHOR * np.log(FAKE_ANCHOR)).sum()), abs=1e-6)
    assert loss.item() + sum(ENTROPIES.values()) == pytest.approx(1.787876, abs=2e-6)


def test_the_three_generator_objectives() -> None:
    real, fake = logits(REAL), logits(FAKE)
    shares = np.exp(REAL) / np.exp(REAL).sum()
    of_outputs = float(-(shares * np.log(shares)).sum())
    constants = {
        "1": -ENTROPIES["fake"],
        "2": of_outputs - ENTROPIES["fake"],
        "3": ENTROPIES["real"] - ENTROPIES["fake"],
    }
    for number, kl, cross_entropy in (("1", -0.00966, -0.907606), ("2", 0.697911, 0.820157), ("3", 1.196127, 1.1)):
        value = generator_loss(number, real, fake).item()
        assert value == pytest.approx(kl, abs=1e-6)
        assert value + constants[number] == pytest.approx(cross_entropy, abs=2e-6)


@pytest.mark.parametrize("number", ["1", "2", "3"])
def test_runs_and_samples_are_averaged_apart(number: str) -> None:
    real = torch.tensor([[REAL, FAKE], [FAKE, FAKE]], dtype=torch.float64)
    fake = torch.tensor([[FAKE, REAL], [REAL, FAKE]], dtype=torch.float64)
    both = generator_loss(number, real, fake)
    for run in range(2):
        alone = [generator_loss(number, real[run : run + 1, [i]], fake[run : run + 1, [i]]) for i in range(2)]
        torch.testing.assert_close(both[run], torch.cat(alone).mean())


def test_the_second_objective_takes_the_real_outputs_as_given() -> None:
    real, fake = logits(REAL).requires_grad_(), logits(FAKE).requires_grad_()
    to_real, to_fake = torch.autograd.grad(generator_loss("2", real, fake).sum(), (real, fake), allow_unused=True)
    assert to_real is None
    # The gradient of KL(D(x) || D(x~)) - KL(A0 || D(x~)) in the logits is A0 - D(x).
    shares = torch.softmax(logits(REAL), -1)
    torch.testing.assert_close(to_fake, torch.from_numpy(FAKE_ANCHOR) - shares, atol=1e-9, rtol=0)


def test_the_critics_optimum_mixes_the_anchors() -> None:
    p, q = 0.3, 0.1
    optimum = np.array([0.225, 0.225, 0.55])
    np.testing.assert_allclose((p * REAL_ANCHOR + q * FAKE_ANCHOR) / (p + q), optimum, atol=1e-12)
    at = torch.from_numpy(np.log(optimum))[None, None].requires_grad_()
    own = objective("2")
    empty = torch.zeros(1, 1, 3, dtype=torch.float64)
    # critic_loss is the sum of a term of real samples and one of generated ones.
    of_real = own.critic_loss_with(REAL_ANCHOR, FAKE_ANCHOR, LOGITS, at, empty)
    of_fake = own.critic_loss_with(REAL_ANCHOR, FAKE_ANCHOR, LOGITS, empty, at)
    (gradient,) = torch.autograd.grad((p * of_real + q * of_fake).sum(), at)
    torch.testing.assert_close(gradient, torch.zeros_like(gradient), atol=1e-12, rtol=0)


def test_where_p_is_q_the_critics_loss_is_twice_the_anchors_divergence() -> None:
    both = torch.from_numpy(np.log((REAL_ANCHOR + FAKE_ANCHOR) / 2))[None, None]
    loss = objective("2").critic_loss_with(REAL_ANCHOR, FAKE_ANCHOR, LOGITS, both, both)
    assert loss.item() == pytest.approx(0.461291, abs=1e-6)


def test_the_score_is_the_expected_outcome() -> None:
    score = objective("2").score(LOGITS, logits(REAL, FAKE))
    torch.testing.assert_close(score, torch.tensor([[0.320157, -0.575210]], dtype=torch.float64), atol=1e-6, rtol=0)


def test_two_outcomes_are_the_standard_gan() -> None:
    """With one outcome in each anchor KL([0, 1] || D) = softplus(-t), t the difference of both logits."""
    own, one_hot = OBJECTIVES["realness"](outcome_count=2), np.eye(2)
    assert isinstance(own, Realness)
    for t, f in ((1.3, -0.4), (-2.0, 0.7)):
        value = own.critic_loss_with(one_hot[1], one_hot[0], LOGITS, logits([0.0, t]), logits([0.1, 0.1 + f])).item()
        assert value == pytest.approx(np.log1p(np.exp(-t)) + np.log1p(np.exp(f)), abs=1e-9)
    assert np.log1p(np.exp(-1.3)) == pytest.approx(0.241008, abs=1e-6)


# ---- anchors -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shares", "skew", "expected"),
    [
        ([0.2] * 5, 1.0, [0.0, 0.0, 0.2, 0.2, 0.6]),
        ([0.026, 0.233, 0.482, 0.233, 0.026], -1.0, [0.741, 0.233, 0.026, 0.0, 0.0]),
        ([0.2] * 5, 0.25, [0.1, 0.2, 0.2, 0.2, 0.3]),
        ([0.2] * 5, 0.0, [0.2] * 5),
    ],
)
def test_skewed_anchors_are_the_released_codes(shares: list[float], skew: float, expected: list[float]) -> None:
    np.testing.assert_allclose(skewed(np.array(shares), skew), expected, atol=1e-12)


@pytest.mark.parametrize("count", [2, 3, 5, 15, 51])
@pytest.mark.parametrize("shape", ["normal", "uniform", "triangle", "peak", "two_peaks"])
def test_anchors_are_shares_however_far_they_are_moved(shape: str, count: int) -> None:
    for skew in np.linspace(-1, 1, 9):
        moved = skewed(anchor(shape, count), float(skew))
        assert moved.sum() == pytest.approx(1.0, abs=1e-12)
        assert moved.min() >= 0.0


def test_drawn_histograms_are_numpys() -> None:
    """The counts that the released code has with np.random.seed(0), normal numbers first."""

    class Released(np.random.Generator):
        """NumPy's old generator behind the names of the new one."""

        def __init__(self) -> None:
            super().__init__(np.random.PCG64(0))
            self._old = np.random.RandomState(0)

        def normal(self, size: int) -> np.ndarray:  # type: ignore[override]
            return self._old.normal(0, 0.1, size)

        def uniform(self, low: float, high: float, size: int) -> np.ndarray:  # type: ignore[override]
            return self._old.uniform(low, high, size)

    rng = Released()
    np.testing.assert_array_equal(np.rint(1000 * drawn("normal", 5, rng)), [29, 216, 456, 246, 53])
    np.testing.assert_array_equal(np.rint(1000 * drawn("uniform", 5, rng)), [196, 186, 196, 200, 222])


def test_the_mean_bell_is_the_released_codes() -> None:
    np.testing.assert_allclose(anchor("normal", 5), [0.030, 0.235, 0.471, 0.233, 0.030], atol=1e-2)
    np.testing.assert_allclose(anchor("normal", 3), [0.147, 0.703, 0.149], atol=1e-2)
    np.testing.assert_allclose(anchor("normal", 5), anchor("normal", 5)[::-1])


def test_empty_outcomes_cost_nothing() -> None:
    own = OBJECTIVES["realness"](outcome_count=51, redraw=True)
    assert isinstance(own, Realness)
    rule = own.begin([0, 1])
    real, fake = torch.randn(2, 4, 51), torch.randn(2, 4, 51, requires_grad=True)
    for _ in range(5):
        critic_loss = rule.critic_loss(LOGITS, real, fake)
        loss = rule.generator_loss(LOGITS, real, fake)
        (gradient,) = torch.autograd.grad((critic_loss + loss).sum(), fake)
        assert critic_loss.isfinite().all()
        assert gradient.isfinite().all()
        assert (rule._a0 == 0).any()
        assert not np.array_equal(rule._a0[0], rule._a0[1])  # each seed draws its own


def test_anchors_are_drawn_anew_by_seed_alone() -> None:
    own = OBJECTIVES["realness"](redraw=True)
    both, second = own.begin([3, 4]), own.begin([4])
    x = torch.randn(1, 4, 5)
    for _ in range(3):
        together = both.critic_loss(LOGITS, x.expand(2, -1, -1), x.expand(2, -1, -1))
        alone = second.critic_loss(LOGITS, x, x)
        torch.testing.assert_close(together[1], alone[0])
        assert together[0] != together[1]


def test_the_field_is_centred_where_the_anchors_mix() -> None:
    own = OBJECTIVES["realness"]()
    assert isinstance(own, Realness)
    real, fake = own.anchors()
    assert own.field_meaning.centre == pytest.approx(float(outcomes(5) @ (real + fake) / 2))
    assert float(outcomes(5) @ real) > 0 > float(outcomes(5) @ fake)

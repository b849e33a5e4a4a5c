"""Additions that read heads or feed networks, against numbers that were computed with NumPy from the papers."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from ganstudio.additions import Additions, Told
from ganstudio.additions.base import cross_entropy, one_hot, share_right
from ganstudio.additions.classifier import Classifier
from ganstudio.additions.conditional import Conditional
from ganstudio.additions.information import Information, correlation, gaussian_miss
from ganstudio.additions.semi_supervised import SemiSupervised
from ganstudio.additions.structural import InstanceNoise
from ganstudio.nets import FunctionCritic
from ganstudio.objectives import OBJECTIVES
from ganstudio.objectives.functions import softplus

IDENTITY = FunctionCritic(lambda samples: samples.squeeze(-1))
SET_A = [torch.tensor([values], dtype=torch.float64)[..., None] for values in ([1.0, 2.0], [-1.0, 0.0])]
NOTHING = torch.zeros(1, 2, 0, dtype=torch.float64)


def tensor(values: object) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


def told(labels: object, uniform: Tensor = NOTHING) -> Told:
    return Told(torch.tensor(labels), uniform)


def close(value: Tensor, *expected: float, atol: float = 1e-6) -> None:
    torch.testing.assert_close(value, tensor(expected), atol=atol, rtol=0)


def ns(which: str) -> Tensor:
    objective = OBJECTIVES["non_saturating"]()
    loss: Tensor = getattr(objective, f"{which}_loss")(IDENTITY, *SET_A)
    return loss


# ---- classes -------------------------------------------------------------------------------------------


def test_the_auxiliary_classifiers_losses() -> None:
    real, fake = tensor([[[2.0, 0.0], [0.0, 1.0]]]), tensor([[[1.0, 0.0], [0.0, 0.0]]])
    known = told([[0, 1]])
    close(cross_entropy(real, known.labels).mean(-1), 0.220095)
    close(cross_entropy(fake, known.labels).mean(-1), 0.503204)
    own = Classifier(on=True)
    close(ns("critic") + own.critic_loss(real, fake, known, 2), 1.446599)
    close(ns("generator") + own.generator_loss(fake, known, 2), 1.506409, atol=2e-6)
    half = Classifier(on=True, weight=0.5)
    close(half.critic_loss(real, fake, known, 2), 0.5 * (0.220095 + 0.503204))
    assert own.report(real, known, 2)["class accuracy"].tolist() == [1.0]


def test_classes_of_runs_never_mix() -> None:
    logits = tensor([[[2.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 0.0]]])
    own = Classifier(on=True)
    close(own.generator_loss(logits, told([[0, 1], [0, 1]]), 2), 0.220095, 0.503204)
    close(own.generator_loss(logits, told([[1, 1], [0, 1]]), 2), 0.220095 + 1.0, 0.503204)


def test_one_hot_classes() -> None:
    classes = torch.tensor([[2, 0]])
    assert one_hot(classes, 3, SET_A[0]).tolist() == [[[0, 0, 1], [1, 0, 0]]]
    for own in (Conditional(on=True), Classifier(on=True)):
        message = own.generator_message(Told(classes, NOTHING), 3)
        assert message.dtype == torch.float64
        assert message.tolist() == [[[0, 0, 1], [1, 0, 0]]]
        assert own.generator_inputs(3) == 3
    assert (Conditional().critic_inputs(3), Conditional().heads(3)) == (3, 0)
    assert (Classifier().critic_inputs(3), Classifier().heads(3)) == (0, 3)


def test_share_of_right_classes() -> None:
    assert share_right(tensor([[[1, 0], [1, 0], [0, 1], [0, 1]]]), torch.tensor([[0, 1, 1, 1]])).tolist() == [0.75]


# ---- few labels ----------------------------------------------------------------------------------------

LABELLED, LABELS = tensor([[[2.0, 0.0, 0.0], [0.0, 1.0, 0.0]]]), torch.tensor([[0, 1]])
UNLABELLED = tensor([[[1.0, 0.0, -1.0], [0.5, 0.5, 0.0]]])
GENERATED = tensor([[[-1.0, -2.0, -1.0], [0.0, -1.0, -3.0]]])
CLASSES = FunctionCritic(lambda samples: samples.logsumexp(-1))
"""T of a classifier whose logits are the sample."""


def test_the_semi_supervised_losses() -> None:
    own, objective = SemiSupervised(on=True), OBJECTIVES["non_saturating"]()
    supervised = own.supervised_loss(LABELLED, LABELS)
    unsupervised = objective.critic_loss(CLASSES, UNLABELLED, GENERATED)
    close(supervised, 0.395495)
    close(unsupervised, 0.968724)
    close(supervised + unsupervised, 1.364219)
    close(objective.generator_loss(CLASSES, UNLABELLED, GENERATED), 0.649160)


def test_odenas_loss_with_labelled_samples_as_the_only_real_ones() -> None:
    """CE over K + 1 classes, the last of logit 0, is CE over K classes - log sigma(T)."""
    own, objective = SemiSupervised(on=True, unlabelled=False), OBJECTIVES["non_saturating"]()
    whole = own.supervised_loss(LABELLED, LABELS) + objective.critic_loss(CLASSES, LABELLED, GENERATED)
    close(whole, 0.542211 + 0.754663, atol=2e-6)
    extended = torch.cat([LABELLED, torch.zeros(1, 2, 1, dtype=torch.float64)], dim=-1)
    close(cross_entropy(extended, LABELS).mean(-1), 0.542211)
    close(own.supervised_loss(LABELLED, LABELS) + softplus(-CLASSES(LABELLED)).mean(-1), 0.542211)
    close(softplus(CLASSES(GENERATED)).mean(-1), 0.754663)


def test_feature_matching_is_the_squared_distance_of_means() -> None:
    real = tensor([[[1.0, 0.0], [3.0, 2.0]], [[1.0, 1.0], [1.0, 1.0]]])
    fake = tensor([[[0.0, 1.5], [2.0, 1.5]], [[1.0, 1.0], [1.0, 1.0]]])
    close(SemiSupervised().matching_loss(real, fake), 1.25, 0.0)


# ---- codes ---------------------------------------------------------------------------------------------

CATEGORIES = tensor([[[2.0, 0.0, 0.0], [0.0, 1.0, 0.0]]])
CODES = tensor([[[0.2], [0.1]]])


def codes(categories: list[int], count: int, numbers: Tensor) -> Told:
    """Return the uniform numbers of which a category and numbers from -1 to 1 are made."""
    first = (tensor([categories])[..., None] + 0.5) / count
    return Told(torch.zeros(1, 2, dtype=torch.int64), torch.cat([first, (numbers + 1) / 2], dim=-1))


def test_the_bound_of_a_category() -> None:
    own, known = Information(on=True, categories=3, continuous=0), codes([0, 1], 3, CODES[..., :0])
    assert own.category(known).tolist() == [[0, 1]]
    close(cross_entropy(CATEGORIES, own.category(known)).mean(-1), 0.395495)
    close(own.information(CATEGORIES, known), 0.703118)


def test_the_bound_of_a_number() -> None:
    mean, deviation = tensor([[0.5, -0.2]]), tensor([[1.0, 0.5]])
    miss = gaussian_miss(CODES[..., 0], mean, deviation)
    torch.testing.assert_close(miss, tensor([[0.963939, 0.405791]]), atol=1e-6, rtol=0)
    close(miss.mean(-1), 0.684865)
    bound = math.log(2) - miss.mean(-1)
    close(bound, 0.008282)
    # Both players' totals on set A, lambda = 1, with the category's bound.
    category = Information(on=True, categories=3, continuous=0).information(
        CATEGORIES, codes([0, 1], 3, CODES[..., :0])
    )
    close(ns("critic") - category - bound, 0.011899, atol=2e-6)
    close(ns("generator") - category - bound, 0.291805, atol=2e-6)


def test_both_codes_together_with_the_released_deviation_of_one() -> None:
    own, known = Information(on=True, categories=3, continuous=1), codes([0, 1], 3, CODES)
    read = torch.cat([CATEGORIES, tensor([[[0.5], [-0.2]]])], dim=-1)
    number = math.log(2) - 0.5 * math.log(2 * math.pi) - 0.5 * 0.09  # both are 0.3 off
    close(own.information(read, known), 0.703118 + number)
    for loss in (own.critic_loss(read, read, known, 1), own.generator_loss(read, known, 1)):
        close(loss, -0.703118 - number)
    twice = Information(on=True, categories=3, continuous=1, weight=2.0)
    close(twice.generator_loss(read, known, 1), -2 * (0.703118 + number), atol=2e-6)
    report = own.report(read, known, 1)
    assert list(report) == ["mutual information", "category read", "c1 read"]
    assert report["category read"].tolist() == [1.0]
    assert report["c1 read"].item() == pytest.approx(1.0)


def test_the_generator_is_given_its_codes() -> None:
    own, known = Information(on=True, categories=3, continuous=1), codes([0, 2], 3, CODES)
    torch.testing.assert_close(own.generator_message(known, 1), tensor([[[1, 0, 0, 0.2], [0, 0, 1, 0.1]]]))
    assert (own.generator_inputs(1), own.heads(1), own.uniforms) == (4, 4, 2)
    only_numbers = Information(on=True, categories=0, continuous=1)
    torch.testing.assert_close(only_numbers.generator_message(known, 1), CODES)


@given(st.integers(1, 64), st.floats(0.0, 1.0, exclude_max=True, width=32))
def test_a_category_is_always_one_of_them(categories: int, uniform: float) -> None:
    known = Told(torch.zeros(1, 1, dtype=torch.int64), torch.tensor([[[uniform, 0.5]]], dtype=torch.float32))
    assert 0 <= Information(on=True, categories=categories).category(known).item() < categories


def test_correlation_is_numpys_and_zero_without_variation() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2, 3, 9))
    expected = [np.corrcoef(x, y)[0, 1] for x, y in zip(a, b, strict=True)]
    np.testing.assert_allclose(correlation(torch.from_numpy(a), torch.from_numpy(b)).numpy(), expected)
    assert correlation(torch.ones(1, 4), torch.rand(1, 4)).item() == 0.0


# ---- all of them ---------------------------------------------------------------------------------------


def test_instance_noise_fades_linearly() -> None:
    noise = InstanceNoise(deviation=0.4, steps=100)
    assert [noise.deviation_at(step) for step in (0, 25, 100, 1000)] == pytest.approx([0.4, 0.3, 0.0, 0.0])
    assert InstanceNoise(deviation=0.4, steps=0).deviation_at(10**6) == 0.4


def test_no_addition_is_on_unless_it_is_turned_on() -> None:
    assert list(Additions().active()) == []
    for name in Additions.model_fields:
        only = Additions().changed(**{name: {"on": True}})
        assert [key for key, _ in only.active()] == [name]


def test_every_addition_explains_its_settings() -> None:
    for name, own in Additions():
        assert own.title, name
        assert own.paper, name
        for key, declared in type(own).model_fields.items():
            assert declared.title, (name, key)
            assert len(declared.description or "") > 15, (name, key)
    assert len({own.title for _, own in Additions()}) == len(Additions.model_fields)


def test_who_has_no_heads_says_so() -> None:
    with pytest.raises(TypeError, match="tells the generator nothing"):
        InstanceNoise().generator_message(told([[0]]), 1)
    with pytest.raises(TypeError, match="has no heads"):
        Conditional().critic_loss(NOTHING, NOTHING, told([[0]]), 1)
    with pytest.raises(TypeError, match="has no heads"):
        Conditional().generator_loss(NOTHING, told([[0]]), 1)

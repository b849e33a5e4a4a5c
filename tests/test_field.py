"""What is drawn as the critic, against numbers worked out by hand from each objective's optimum."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ganstudio.experiment import Experiment
from ganstudio.field import Field, FieldMeaning
from ganstudio.objectives import OBJECTIVES, Pointwise
from ganstudio.objectives.least_squares import LeastSquares

NAN, INF = math.nan, math.inf


def shown(objective: str, raw: list[float]) -> list[float]:
    return OBJECTIVES[objective]().field_meaning.shown(np.array([raw], np.float32))[0].tolist()


# Raw outputs of the optimal critic where p = 0.3 and q = 0.1, where both are 0.2, and where p = 0.1 and q = 0.3.
OPTIMA = [
    ("mm", {}, (math.log(3), 0.0, -math.log(3)), (0.75, 0.5, 0.25)),
    ("ns", {}, (math.log(3), 0.0, -math.log(3)), (0.75, 0.5, 0.25)),
    ("lsgan", {}, (0.75, 0.5, 0.25), (0.75, 0.5, 0.25)),
    ("lsgan", {"fake_target": -1.0, "generator_target": 0.0}, (0.5, 0.0, -0.5), (0.5, 0.0, -0.5)),
    ("wgan", {}, (107.0, 104.0, 98.0), (3.0, 0.0, -6.0)),
    ("wgan_gp", {}, (107.0, 104.0, 98.0), (3.0, 0.0, -6.0)),
    ("hinge", {}, (1.0, 0.0, -1.0), (1.0, 0.0, -1.0)),
    ("h_linear", {}, (math.log(3), 0.0, -math.log(3)), (0.75, 0.5, 0.25)),
    # T = f'(p/q) before the activation: 1 + log u, log u, 2 (u - 1), log(u) / 2 and log u.
    ("fgan_kl", {}, (1 + math.log(3), 1.0, 1 - math.log(3)), (1 + math.log(3), 1.0, 1 - math.log(3))),
    ("fgan_reverse_kl", {}, (math.log(3), 0.0, -math.log(3)), (math.log(3), 0.0, -math.log(3))),
    ("fgan_pearson", {}, (4.0, 0.0, -4 / 3), (4.0, 0.0, -4 / 3)),
    ("fgan_hellinger", {}, (math.log(3) / 2, 0.0, -math.log(3) / 2), (math.log(3) / 2, 0.0, -math.log(3) / 2)),
    ("fgan_js", {}, (math.log(3), 0.0, -math.log(3)), (math.log(3), 0.0, -math.log(3))),
]


@pytest.mark.parametrize(("method", "changes", "raw", "expected"), OPTIMA)
def test_the_optimal_critic_is_neutral_where_both_densities_are_equal(method, changes, raw, expected):
    meaning = Experiment.of(method).objective.changed(**changes).field_meaning
    found = meaning.shown(np.array([raw]))
    np.testing.assert_allclose(found, [expected], atol=1e-12)
    assert found[0, 1] == meaning.centre


def test_every_pointwise_objective_is_among_the_optima():
    tested = {Experiment.of(method).objective.name for method, *_ in OPTIMA}
    assert tested == {name for name, kind in OBJECTIVES.items() if issubclass(kind, Pointwise)}


@pytest.mark.parametrize(
    ("objective", "limits"),
    [("minimax", (0.0, 1.0)), ("non_saturating", (0.0, 1.0)), ("hinge", (-1.5, 1.5))],
)
@pytest.mark.parametrize("scale", [0.0, 0.01, 50.0])
def test_a_known_range_stays(objective, limits, scale):
    raw = scale * np.linspace(-1.0, 2.0, 30).reshape(5, 6)
    assert Field.of(raw, OBJECTIVES[objective]().field_meaning).limits == limits


def test_other_ranges_hold_all_but_two_in_a_hundred():
    raw = np.linspace(-100.0, 100.0, 201).reshape(1, 201)
    assert Field.of(raw + 7.0, OBJECTIVES["wasserstein"]().field_meaning).limits == pytest.approx((-98.0, 98.0))
    # Distances from 1/2 are 0.5, 0.5, 1.5, 1.5, ..., 99.5, 99.5, 100.5.
    low, high = Field.of(raw, LeastSquares().field_meaning).limits
    assert (low, high) == pytest.approx((0.5 - 98.5, 0.5 + 98.5))


@pytest.mark.parametrize(("a", "b"), [(0.0, 1.0), (-1.0, 1.0), (0.5, 2.0)])
def test_both_targets_of_least_squares_are_in_the_range(a, b):
    meaning = LeastSquares(fake_target=a, real_target=b).field_meaning
    assert Field.of(np.full((4, 4), (a + b) / 2), meaning).limits == (a, b)


@pytest.mark.parametrize("meaning", [OBJECTIVES["wasserstein"](), LeastSquares(fake_target=1.0)])
def test_an_even_field_has_a_range_too(meaning):
    low, high = Field.of(np.ones((4, 4)), meaning.field_meaning).limits
    assert low < high


def test_overflow_stays_on_its_side_and_what_is_unknown_stays_unknown():
    np.testing.assert_array_equal(shown("hinge", [INF, 2.0, -3.0, NAN, -INF]), [2.0, 2.0, -3.0, NAN, -3.0])
    np.testing.assert_array_equal(shown("wasserstein", [INF, 3.0, 1.0, NAN]), [0.0, 0.0, -2.0, NAN])
    np.testing.assert_array_equal(shown("minimax", [-1e30, 0.0, 1e30]), [0.0, 0.5, 1.0])


@pytest.mark.parametrize("name", OBJECTIVES)
def test_nothing_known_is_nothing_shown(name):
    field = Field.of(np.array([[NAN, INF], [-INF, NAN]]), OBJECTIVES[name]().field_meaning)
    assert np.isnan(field.values).all()
    assert field.reach > 0


def test_what_is_handed_over_is_left_alone():
    raw = np.array([[INF, 5.0, 1.0]])
    FieldMeaning("score", "", 0.0).shown(raw)
    np.testing.assert_array_equal(raw, [[INF, 5.0, 1.0]])

"""The Frechet distance against closed forms, and what is known of how it behaves."""

import math

import numpy as np
import pytest

from ganstudio.metrics.frechet import Moments, between, frechet, moments


def gaussian(mean, covariance):
    return Moments(np.asarray(mean, float), np.asarray(covariance, float), 100)


def test_by_hand_in_one_dimension():
    """Means 2 and 5, standard deviations 1 and 3: (2 - 5)^2 + (1 - 3)^2 = 13."""
    assert between(gaussian([2], [[1]]), gaussian([5], [[9]])) == pytest.approx(13.0, abs=1e-12)
    assert frechet([[1], [3]], [[2], [6]]) == pytest.approx(4.0 + (math.sqrt(2) - math.sqrt(8)) ** 2)


def test_the_design_papers_examples():
    assert between(gaussian([0, 0], np.eye(2)), gaussian([1, 2], np.diag([4, 9]))) == pytest.approx(10.0, abs=1e-6)
    one, two = gaussian([0, 1], [[2, 1], [1, 2]]), gaussian([1, 1], [[1, 0], [0, 3]])
    assert between(one, two) == pytest.approx(1.516685, abs=1e-6)
    # The root of a 2 x 2 matrix has the trace sqrt(tr M + 2 sqrt(det M)).
    product = one.covariance @ two.covariance
    trace = math.sqrt(np.trace(product) + 2 * math.sqrt(np.linalg.det(product)))
    assert between(two, one) == pytest.approx(1 + 4 + 4 - 2 * trace, abs=1e-12)


def test_covariances_that_commute():
    """With common axes it is the squared distance of means and of standard deviations."""
    random = np.random.default_rng(3)
    axes = np.linalg.qr(random.normal(size=(6, 6)))[0]
    first, second = random.uniform(0.1, 4, 6), random.uniform(0.1, 4, 6)
    mean = random.normal(size=6)
    found = between(gaussian(np.zeros(6), axes * first @ axes.T), gaussian(mean, axes * second @ axes.T))
    assert found == pytest.approx(mean @ mean + ((np.sqrt(first) - np.sqrt(second)) ** 2).sum(), rel=1e-10)


def test_covariances_without_full_rank():
    """Three points in ten dimensions, and features that never change, as a dead unit's."""
    random = np.random.default_rng(0)
    few = random.normal(size=(3, 10))
    few[:, 4] = 0.0
    assert frechet(few, few) == pytest.approx(0.0, abs=1e-7)
    assert frechet(few, few + 2.0) == pytest.approx(40.0, rel=1e-6)
    assert frechet(few, np.zeros((5, 10))) > 0


def test_rounding_never_makes_it_negative():
    random = np.random.default_rng(1)
    samples = random.normal(size=(500, 64)) * np.logspace(-8, 2, 64)
    assert 0.0 <= frechet(samples, samples) < 1e-6


def test_more_samples_are_nearer():
    random = np.random.default_rng(2)
    truth = gaussian(np.zeros(8), np.eye(8))
    far, near = (between(moments(random.normal(size=(n, 8))), truth) for n in (50, 5000))
    assert 0 < near < far / 20


@pytest.mark.parametrize("bad", [[[1.0, 2.0]], [1.0, 2.0], [[1.0], [math.nan]]])
def test_what_is_no_sample_is_refused(bad):
    with pytest.raises(ValueError, match=r"^samples: "):
        moments(bad)

"""The best critic of pointwise objectives, against what the papers say it is."""

from __future__ import annotations

import numpy as np
import pytest

from ganstudio.experiment import Experiment
from ganstudio.training.optimum import optimal_scores

SHARES = np.array([0.1, 0.3, 0.5, 0.7, 0.9])


def test_the_standard_critic_is_the_log_ratio() -> None:
    best = optimal_scores(Experiment.of("ns").objective, SHARES)
    assert best == pytest.approx(np.log(SHARES / (1 - SHARES)), abs=0.01)


def test_least_squares_lie_between_the_targets() -> None:
    best = optimal_scores(Experiment.of("lsgan").objective, SHARES)
    assert best == pytest.approx(SHARES * 1.0 + (1 - SHARES) * 0.0, abs=0.01)


def test_hinge_learns_a_sign() -> None:
    best = optimal_scores(Experiment.of("hinge").objective, SHARES[[0, 1, 3, 4]])
    assert best == pytest.approx([-1, -1, 1, 1], abs=0.01)


def test_some_have_no_best_critic() -> None:
    assert optimal_scores(Experiment.of("wgan_gp").objective, SHARES) is None
    assert optimal_scores(Experiment.of("rsgan").objective, SHARES) is None

"""Diagnoses rest on numbers: each is said where it is true and not where it is not."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from ganstudio.diagnosis import Told, diagnose
from ganstudio.experiment import Experiment
from ganstudio.training import Trainer
from ganstudio.training.ways import REMEMBERED, Ways

GOOD = {"modes": 8.0, "high_quality": 0.9, "reverse_kl": 0.01}
CALM = {"accuracy": 0.6, "generator gradient": 0.5, "outside": 0.0, "distance": 2.0}
CALM |= {"travelled": 0.5, "displaced": 0.4, "over": 400.0}


def told(step: int = 500, *, values: dict[str, float] | None = None, **signals: float) -> Told:
    return Told(step, GOOD | (values or {}), CALM | {name.replace("_", " "): value for name, value in signals.items()})


def said(*past: Told, method: str = "ns") -> list[str]:
    return [verdict.text for verdict in diagnose(past, Experiment.of(method))]


def test_a_good_run_is_called_good() -> None:
    assert said(told()) == ["8 of 8 modes"]
    assert said() == []
    assert said(told(step=99)) == []


def test_a_saturated_discriminator_is_told_with_the_gradients_norm() -> None:
    saturated = told(accuracy=1.0, generator_gradient=1.2e-6)
    assert said(told(), saturated)[0] == "discriminator saturated: gradient 1e-06"
    (verdict, *_) = diagnose([told(), saturated], Experiment.of("ns"))
    assert "1.20e-06, 2.4e-06 of the largest so far (5.00e-01)" in verdict.evidence
    assert said(told(), told(accuracy=1.0, generator_gradient=0.3)) == ["8 of 8 modes"]
    assert said(told(), told(accuracy=0.7, generator_gradient=1e-6)) == ["8 of 8 modes"]
    # A Wasserstein critic has no certainty in which it could be lost.
    assert said(told(), saturated, method="wgan_gp") == ["8 of 8 modes"]


def test_going_in_circles_is_oscillating() -> None:
    assert said(told(travelled=20.0, displaced=2.0)) == ["oscillating", "8 of 8 modes"]
    assert said(told(travelled=20.0, displaced=18.0)) == ["8 of 8 modes"]
    assert said(told(travelled=1.0, displaced=0.01)) == ["8 of 8 modes"]


def test_a_cluster_on_its_way_round_is_collapsed_in_the_first_place() -> None:
    collapsed = {"modes": 0.0, "reverse_kl": math.log(8), "high_quality": 0.0}
    near, far = (told(values=collapsed, outside=1.0, distance=distance) for distance in (4.0, 60.0))
    assert said(near, near) == ["collapsed: 0 of 8 modes", "lost: 100% outside"]
    assert said(far, far) == ["lost: 100% outside", "collapsed: 0 of 8 modes"]


def test_lost_samples_are_diverging_while_they_go_on() -> None:
    assert said(told(distance=3.0), told(outside=0.63, distance=12.4))[0] == "diverging: 63% outside"
    assert said(told(distance=30.0), told(outside=0.63, distance=12.4))[0] == "lost: 63% outside"


def test_the_worst_comes_first() -> None:
    collapsed = {"modes": 1.0, "reverse_kl": 2.0}
    assert said(told(values=collapsed, travelled=20.0, displaced=2.0)) == ["collapsed: 1 of 8 modes", "oscillating"]


def test_ways_are_measured_from_the_same_samples() -> None:
    class Runs:
        experiment = Experiment.of("ns")
        step = 0
        place = np.zeros((2, 200, 2), np.float32)

        def samples(self, count: int) -> Any:
            return self.place[:, :count].copy()

    runs, ways = Runs(), Ways()
    for turn in range(REMEMBERED + 4):
        angle = turn * np.pi / 2
        runs.step = 10 * turn
        runs.place[0] = 2 * np.array([np.cos(angle), np.sin(angle)])
        runs.place[1] = 100.0 if turn else 0.0
        signals = ways.follow(runs)  # type: ignore[arg-type]
    assert signals["over"][0] == 10 * (REMEMBERED - 1)
    assert signals["travelled"] == pytest.approx([(REMEMBERED - 1) * 2 * 2**0.5, 0.0], rel=1e-5)
    assert signals["displaced"][0] == pytest.approx(2 * 2**0.5, rel=1e-5)
    assert signals["outside"].tolist() == [0.0, 1.0]
    assert signals["distance"] == pytest.approx([2.0, 100 * 2**0.5], rel=1e-5)


def test_a_minimax_generator_that_learns_nothing_is_found_out() -> None:
    experiment = Experiment.of("mm").with_value("critic_optimiser.learning_rate", 5e-3)
    trainer, past = Trainer(experiment.with_value("generator_optimiser.learning_rate", 1e-4)), []
    for steps in (10, 140):
        trainer.train(steps)
        signals = {name: float(value[0]) for name, value in trainer.signals().items()}
        past.append(Told(trainer.step, {}, signals))
    (verdict,) = diagnose(past, trainer.experiment)
    assert verdict.text.startswith("discriminator saturated: gradient ")
    assert past[-1].signals["accuracy"] > 0.99

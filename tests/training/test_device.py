"""The device is measured before it is preferred."""

from __future__ import annotations

import pytest

from ganstudio.experiment import Experiment
from ganstudio.settings import SettingsError
from ganstudio.training import Trainer, device


def test_a_device_that_is_not_there_is_refused_with_what_is() -> None:
    missing = next(name for name in ("cuda", "mps") if name not in device.available_devices())
    with pytest.raises(SettingsError, match=rf"^device: '{missing}' is not available; one of auto, "):
        Trainer(Experiment(device=missing))


def test_automatic_takes_the_fastest(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = {"cuda": 2.0, "cpu": 1.0}
    asked: list[str] = []

    class Clocked:
        def __init__(self, experiment: Experiment) -> None:
            asked.append(experiment.device)
            self.device = experiment.device

        def iterate(self) -> None:
            waiting[self.device] = waiting.get(self.device, 0.0) + seconds[self.device]

    def synchronise(name: str) -> None:
        """Let the time pass that the work takes which was only started."""
        now.append(now[-1] + waiting.pop(name))

    waiting: dict[str, float] = {}
    now = [0.0]
    monkeypatch.setattr(device, "synchronise", synchronise)
    monkeypatch.setattr("ganstudio.training.trainer.Trainer", Clocked)
    assert device.fastest(("cuda", "cpu"), Experiment(), clock=lambda: now[-1]) == "cpu"
    assert asked == ["cuda", "cpu"]
    assert now[-1] == 3.0 * (device.WARM_UP_ITERATIONS + device.TRIAL_ITERATIONS)


def test_a_trial_is_not_about_what_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(self: Trainer) -> None:
        raise AssertionError("losses are looked at")

    monkeypatch.setattr(Trainer, "check", check)
    assert device.fastest(("cpu",), Experiment(runs=2)) == "cpu"


def test_what_does_not_decide_about_speed_needs_no_new_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    trials: list[Experiment] = []
    monkeypatch.setattr(device, "available_devices", lambda: ("cuda", "cpu"))
    monkeypatch.setattr(device, "fastest", lambda devices, trial: trials.append(trial) or "cpu")
    before = Experiment.of("lsgan").with_value("constraints.weight_clip", 0.01).with_value("training.average", 0.9)
    after = before.changed(seed=7, label="mine")
    for path, value in (
        ("critic_optimiser.learning_rate", 1e-5),
        ("generator_optimiser.learning_rate", 10.0),
        ("generator_optimiser.beta1", 0.0),
        ("constraints.penalty_weight", 30.0),
        ("constraints.weight_clip", 0.5),
        ("objective.fake_target", -1.0),
        ("training.average", 0.999),
        ("training.decay_steps", 5000),
        ("data.name", "spirals"),
    ):
        after = after.with_value(path, value)
    for experiment in (before, after):
        assert device.choose_device(experiment) == "cpu"
    assert trials[0] == trials[1]
    for path, value in (
        ("critic.width", 512),
        ("training.batch", 16),
        ("runs", 5),
        ("noise.dimensions", 9),
        ("critic_optimiser.name", "sgd"),
        ("objective.name", "hinge"),
        ("constraints.gradient_penalty", "between"),
        ("constraints.weight_clip", 0.0),
        ("training.average", 0.0),
        ("training.critic_steps", 5),
    ):
        device.choose_device(before.with_value(path, value))
        assert trials[-1] != trials[0], path


def test_automatic_is_the_cpu_where_there_is_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "available_devices", lambda: ("cpu",))
    assert device.choose_device(Experiment()) == "cpu"

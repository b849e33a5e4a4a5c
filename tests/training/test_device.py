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

        def train(self, steps: int) -> None:
            now.append(now[-1] + seconds[self.device] * steps)

    now = [0.0]
    monkeypatch.setattr("ganstudio.training.trainer.Trainer", Clocked)
    assert device.fastest(("cuda", "cpu"), Experiment(), clock=lambda: now[-1]) == "cpu"
    assert asked == ["cuda", "cpu"]


def test_automatic_is_the_cpu_where_there_is_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "available_devices", lambda: ("cpu",))
    assert device.choose_device(Experiment()) == "cpu"

"""An objective from outside the package: one class and one row of a table, and everything else finds it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest
import torch

from ganstudio import files
from ganstudio.cli import main
from ganstudio.experiment import Comparison, Experiment
from ganstudio.methods import METHODS, Method
from ganstudio.nets import FunctionCritic
from ganstudio.objectives import OBJECTIVES, Pointwise
from ganstudio.settings import SettingsError, setting
from ganstudio.training import Trainer

if TYPE_CHECKING:
    from torch import Tensor

Capture = pytest.CaptureFixture[str]


class Exponential(Pointwise):
    """AdaBoost's loss: the critic's optimum is half of log p/q."""

    title = "Exponential"
    name: Literal["exponential"] = "exponential"
    scale: float = setting(1.0, "Scale", "What T is multiplied by before it is exponentiated.", gt=0.0, le=10.0)

    def real_term(self, r: Tensor) -> Tensor:
        return (-self.scale * r).exp()

    def fake_term(self, f: Tensor) -> Tensor:
        return (self.scale * f).exp()

    def generator_term(self, f: Tensor) -> Tensor:
        return -f


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(OBJECTIVES, "exponential", Exponential)
    yield
    monkeypatch.undo()
    assert "exponential" not in OBJECTIVES


ROW = Method(
    "ExpGAN",
    "GAN with the exponential loss",
    "Standard GAN",
    "exponential",
    r"\mathbb{E}[e^{-T(x)}] + \mathbb{E}[e^{T(\tilde{x})}]",
    r"-\mathbb{E}[T(\tilde{x})]",
    "an example",
    2024,
    "",
    "Single samples on the wrong side pull the whole critic.",
    settings={"objective": {"scale": 0.5}, "constraints": {"gradient_penalty": "real"}},
)
SMALL = {"generator": {"width": 6}, "critic": {"width": 6}, "training": {"batch": 8}}


def test_its_losses_are_its_formulas() -> None:
    identity = FunctionCritic(lambda samples: samples.squeeze(-1))
    real, fake = torch.tensor([[[1.0], [2.0]]]), torch.tensor([[[-1.0], [0.0]]])
    expected = (np.exp(-1) + np.exp(-2)) / 2 + (np.exp(-1) + 1) / 2
    assert Exponential().critic_loss(identity, real, fake).item() == pytest.approx(expected, rel=1e-6)
    assert Exponential().generator_loss(identity, real, fake).item() == pytest.approx(0.5)


def test_an_experiment_reads_it_and_survives_toml(tmp_path: Path) -> None:
    experiment = Experiment.read({"objective": {"name": "exponential", "scale": 2.0}})
    assert isinstance(experiment.objective, Exponential)
    assert experiment.title == "Exponential"
    assert experiment.method is None
    path = tmp_path / "experiment.toml"
    files.save(path, Comparison(experiments=(experiment,)))
    assert files.load(path).experiments == (experiment,)
    assert Experiment().with_value("objective.name", "exponential").objective == Exponential()
    with pytest.raises(SettingsError, match=r"^objective.scale: 0.0 is not allowed; input should be greater than 0"):
        Experiment.read({"objective": {"name": "exponential", "scale": 0.0}})


@pytest.mark.parametrize("addition", [None, "conditional", "encoder", "packing", "quadrature", "semi_supervised"])
def test_it_trains_with_constraints_and_additions(addition: str | None) -> None:
    tree = {
        **SMALL,
        "objective": {"name": "exponential"},
        "constraints": {"gradient_penalty": "around", "spectral_norm": True, "spectral_gain": 1.0},
        "additions": {addition: {"on": True}} if addition else {},
    }
    trainer = Trainer(Experiment.read(tree))
    before = trainer.samples(20)
    trainer.train(3)
    assert np.isfinite(trainer.samples(20)).all()
    assert not np.array_equal(trainer.samples(20), before)
    field = trainer.field((-1, 1, -1, 1), 4)
    assert field is not None
    assert np.isfinite(field).all()


def test_a_row_makes_it_a_method(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setitem(METHODS, "expgan", ROW)
    experiment = Experiment.of("expgan")
    assert experiment.objective == Exponential(scale=0.5)
    assert experiment.method == "expgan"
    assert experiment.title == "ExpGAN"
    assert main(["list", "methods"]) == 0
    assert "expgan" in [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert main(["list", "methods", "--json"]) == 0
    (entry,) = [entry for entry in json.loads(capsys.readouterr().out) if entry["name"] == "expgan"]
    assert entry["objective"] == "exponential"


def test_the_command_line_trains_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = Experiment.read({**SMALL, "objective": {"name": "exponential"}})
    files.save(tmp_path / "mine.toml", Comparison(experiments=(experiment,)))
    assert main(["train", str(tmp_path / "mine.toml"), "--steps", "3", "--out", str(tmp_path / "a")]) == 0
    saved = files.load(tmp_path / "a" / "experiment.toml").experiments[0]
    assert saved.objective == Exponential()
    monkeypatch.setitem(METHODS, "expgan", ROW)
    small = ["--set", "generator.width=6", "--set", "critic.width=6", "--set", "training.batch=8"]
    assert main(["train", "expgan", "--steps", "3", *small, "--out", str(tmp_path / "b")]) == 0
    assert np.isfinite(np.load(tmp_path / "b" / "samples.npy")).all()

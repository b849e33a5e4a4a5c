import json

import numpy as np
import pytest

from ganstudio.checkpoints.generator import Generator
from ganstudio.checkpoints.model import write_model
from ganstudio.cli import main
from ganstudio.judging.scores import accuracy, agreement, purity, scores


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Compare with a part of the digits only."""
    for module in ("distance", "scores"):
        monkeypatch.setattr(f"ganstudio.judging.{module}.REFERENCE", 200)


def test_purity_by_hand():
    """Category 0: three of class 1; category 1: two of class 1 and one of class 0; category 2: two of class 2."""
    found = purity([0, 0, 0, 1, 1, 1, 2, 2], [1, 1, 1, 1, 1, 0, 2, 2], 3, 3)
    assert found.majority == pytest.approx(7 / 8)
    assert found.matched == pytest.approx(6 / 8)
    assert found.classes == (1, 0, 2)
    assert found.shares == pytest.approx((1, 1 / 3, 1))
    assert found.table.tolist() == [[0, 3, 0], [1, 2, 0], [0, 0, 2]]


def test_categories_too_many_match_nothing():
    found = purity([0, 1, 2, 2], [0, 0, 1, 1], 3, 2)
    assert found.matched == pytest.approx(3 / 4)
    assert sorted(found.classes) == [-1, 0, 1]


def test_agreement_by_hand():
    found = agreement([0, 0, 1, 1], [0, 1, 1, 1], 3)
    assert found.share == 0.75
    assert found.by_class[:2] == (0.5, 1.0)
    assert np.isnan(found.by_class[2])


def test_a_generator_of_training_digits(copying, digits):
    assert accuracy(digits) > 0.9
    shares = []
    found = scores(Generator(copying(label=False)), digits, 120, progress=shares.append)
    assert found.purity.matched == found.purity.majority == 1.0
    assert found.purity.classes == tuple(range(10))
    assert found.agreement is None
    assert shares == sorted(shares)
    assert scores(Generator(copying(label=True)), digits, 120).agreement.share == 1.0
    swapped = scores(Generator(copying(label=True, shuffled=True)), digits, 120).agreement
    assert swapped.by_class == (0.0, 0.0, *[1.0] * 8)


def test_a_judge_that_does_not_know_the_data_is_not_believed(copying, digits, monkeypatch):
    monkeypatch.setattr("ganstudio.judging.scores.TRUSTED", 0.999)
    found = scores(Generator(copying(label=True)), digits, 50)
    assert found.agreement is None
    assert found.accuracy < 0.999


def test_the_command(copying, tmp_path, capsys):
    path = tmp_path / "copies.safetensors"
    write_model(path, copying(label=False))
    assert main(["judge", str(path), "--n", "100"]) == 0
    text = capsys.readouterr().out
    assert "Frechet distance in the features of GAN Studio's MNIST classifier" in text
    assert "a perfect sampler scores" in text
    assert "7 is 7 100%" in text
    assert main(["judge", str(path), "--n", "100", "--json", "--data", "digits"]) == 0
    tree = json.loads(capsys.readouterr().out)
    assert tree["purity"]["matched"] == 1.0
    assert tree["frechet"]["value"] > tree["frechet"]["perfect_sampler"]["mean"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--data", "mnist_of_mine"], "is not known"),
        (["--data", "cifar10"], "channels; the model"),
        (["--n", "1"], "is not a whole number from 100"),
    ],
)
def test_wrong_input_is_answered_in_a_line(copying, tmp_path, capsys, arguments, said):
    path = tmp_path / "copies.safetensors"
    write_model(path, copying(label=False))
    assert main(["judge", str(path), *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_model_of_unknown_data_asks_for_some(copying, tmp_path, capsys):
    from dataclasses import replace

    path = tmp_path / "unknown.safetensors"
    write_model(path, replace(copying(label=False), experiment=None))
    assert main(["judge", str(path)]) == 2
    assert "does not say on which pictures it was trained" in capsys.readouterr().err

import json

import numpy as np
import pytest
from PIL import Image

from ganstudio.checkpoints.model import read_model
from ganstudio.cli import main

SMALL = ["--set", "generator.width=4", "--set", "critic.width=4", "--set", "noise.dimensions=6", "--steps", "3"]


def test_a_dcgan_of_digits_becomes_a_model(tmp_path, capsys):
    out = tmp_path / "run"
    assert main(["train", "dcgan", "--data", "digits", "--out", str(out), "--json", *SMALL]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["step"], report["data"], report["method"], report["problem"]) == (3, "digits", "ns", None)
    model = read_model(out / "model.safetensors")
    assert model.card.steps == 3
    assert model.experiment["generator"]["width"] == 4
    assert model.resume is None
    assert (out / "losses.csv").read_text().splitlines()[0].startswith("step,critic")
    with Image.open(out / "samples.png") as sheet:
        assert sheet.width == sheet.height
        assert np.asarray(sheet).max() > 0

    again = tmp_path / "again"
    assert main(["train", str(out / "experiment.toml"), "--out", str(again), "--resume"]) == 0
    repeated = read_model(again / "model.safetensors", with_resume=True)
    assert all(np.array_equal(model.tensors[name], value) for name, value in repeated.tensors.items())
    assert int(repeated.resume["step"]) == 3


@pytest.mark.parametrize("method", ["acgan", "infogan"])
def test_sheets_have_a_row_for_each_class_or_category(tmp_path, method):
    assert main(["train", method, "--data", "digits", "--out", str(tmp_path), *SMALL]) == 0
    with Image.open(tmp_path / "samples.png") as sheet:
        assert sheet.width == sheet.height


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["dcgan", "--data", "digitz"], "digits"),
        (["dcgan", "--data", "digits", "--exact"], "--exact: is for experiments on the plane"),
        (["dcgan", "--data", "digits", "--set", "generator.layers=3"], "generator.layers"),
        (["quadrature", "--data", "digits"], "additions.quadrature.on"),
        (["dcgan", "--data", "pictures", "--set", "data.path=/nowhere/at/all"], "/nowhere/at/all"),
        (["ns", "--resume"], "--resume: is for models of pictures"),
    ],
)
def test_wrong_input_is_one_line(arguments, said, capsys):
    assert main(["train", *arguments]) == 2
    error = capsys.readouterr().err.strip()
    assert said in error
    assert "\n" not in error


def test_a_file_that_is_not_right_is_named(tmp_path, capsys):
    path = tmp_path / "wrong.toml"
    path.write_text('steps = 0\n[data]\nname = "digits"\n')
    assert main(["train", str(path)]) == 2
    assert str(path) in capsys.readouterr().err

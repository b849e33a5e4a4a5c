"""`ganstudio ablate` and `ganstudio invert`, from files to files."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from ganstudio.architecture import Activation, Architecture, Convolution, Input, Reshape, TransposedConvolution
from ganstudio.checkpoints.generator import Generator
from ganstudio.checkpoints.model import Model, read_model, write_model
from ganstudio.cli import main
from ganstudio.dissection import box_files
from ganstudio.dissection.changes import without
from ganstudio.dissection.edits import random_maps
from ganstudio.dissection.regions import Box
from ganstudio.files import FileError
from ganstudio.sheets.pixels import pixels

LAYER = 2


@pytest.fixture(scope="module")
def model():
    architecture = Architecture(
        inputs=(Input(kind="latent", size=3), Input(kind="label", size=2), Input(kind="code", size=1, name="c1")),
        layers=(
            Reshape(channels=6, height=1, width=1),
            TransposedConvolution(inputs=6, outputs=8, kernel=6),
            Activation(function="relu"),
            TransposedConvolution(inputs=8, outputs=4, kernel=4, stride=2, padding=1),
            Activation(function="relu"),
            Convolution(inputs=4, outputs=3, kernel=1),
            Activation(function="tanh"),
        ),
    )
    random = np.random.default_rng(0)
    tensors = {name: random.normal(0, 0.5, shape).astype(np.float32) for name, shape in architecture.tensors().items()}
    return Model("striped", architecture, tensors)


@pytest.fixture(scope="module")
def path(model, tmp_path_factory):
    path = tmp_path_factory.mktemp("models") / "striped.safetensors"
    write_model(path, model)
    return str(path)


@pytest.fixture
def boxes(tmp_path):
    path = tmp_path / "boxes.csv"
    path.write_text("sample,x0,y0,x1,y1\n0,0,0,4,4\n2,2,2,6,6\n5,6,6,12,9\n6,0,4,4,8\n7,1,1,3,7\n")
    return str(path)


def opened(path):
    with Image.open(path) as picture:
        return np.asarray(picture)


def test_maps_are_removed_and_shown(path, model, boxes, tmp_path, capsys):
    out, sheet = tmp_path / "without.safetensors", tmp_path / "grid.png"
    arguments = ["ablate", path, "--boxes", boxes, "--layer", "2", "--drop", "top:3", "--out", str(out)]
    assert main([*arguments, "--before-after", str(sheet)]) == 0
    said = capsys.readouterr().out
    assert "layer 2 (8 maps, 6 x 6)" in said
    assert f"3 of 8 maps removed -> {out}" in said
    ablated = read_model(out)
    assert "3 of 8 feature maps were removed" in ablated.card.notes
    maps = [number for number in range(8) if not ablated.tensors["3.weight"][number].any()]
    assert len(maps) == 3
    generator = Generator(model)
    given = generator.draw(10, 1)
    shown = opened(sheet)
    scale = 96 // 12
    assert shown.shape == (3 * (96 + 2) + 2, 10 * (96 + 2) + 2, 3)
    after = pixels(generator.sample(given, without(((LAYER, tuple(maps)),))))
    np.testing.assert_array_equal(shown[100:196:scale, 2:98:scale], after[0])
    np.testing.assert_array_equal(shown[2:98:scale, 2:98:scale], pixels(generator.sample(given))[0])


def test_a_control_removes_as_many_at_random(path, boxes, tmp_path, capsys):
    out = tmp_path / "control.safetensors"
    arguments = ["ablate", path, "--boxes", boxes, "--layer", "2", "--drop", "top:3", "--random", "--seed", "5"]
    assert main([*arguments, "--out", str(out), "--before-after", str(tmp_path / "two.png")]) == 0
    assert "3 of 8 random maps removed" in capsys.readouterr().out
    zeroed = [number for number, weights in enumerate(read_model(out).tensors["3.weight"]) if not weights.any()]
    assert tuple(zeroed) == random_maps(8, 3, 5)
    assert len(opened(tmp_path / "two.png")) == 2 * 98 + 2


def test_a_latent_is_found_and_written(path, model, tmp_path, capsys):
    generator = Generator(model)
    given = generator.given(1, 3, **{"class": 1, "c1": -0.5})
    Image.fromarray(pixels(generator.sample(given))[0]).save(tmp_path / "drawn.png")
    out, sheet = tmp_path / "latent.npy", tmp_path / "both.png"
    arguments = ["invert", path, str(tmp_path / "drawn.png"), "--out", str(out), "--steps", "60", "--restarts", "3"]
    assert main([*arguments, "--grid", str(sheet), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["told"]["class"] == 1
    assert said["error"] < 0.01
    assert said["psnr"] > 20
    latent = np.load(out)
    again = generator.given(1, latent=latent, **said["told"])
    error = ((generator.sample(again) - generator.sample(given)) ** 2).mean() / 4
    assert error == pytest.approx(said["error"], abs=1e-3)
    assert opened(sheet).shape == (98 + 2, 2 * 98 + 2, 3)
    assert main([*arguments[:-4], "--steps", "0"]) == 0
    assert "from a random latent, class" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--drop", "best"], "'best' is not allowed; positive, top:K"),
        (["--drop", "top:0"], "'top:0' is not allowed"),
        (["--drop", "top:1.5"], "'top:1.5' is not allowed"),
        (["--drop", "above:nan"], "'above:nan' is not allowed"),
        (["--drop", "positive:3"], "'positive:3' is not allowed"),
        (["--l2", "0"], "'0' is not a number above 0"),
        (["--layer", "3"], "layer 3 has no feature maps that can be chosen; allowed: 2 (8 maps, 6 x 6), 4 (4 maps,"),
        (["--out", "no/such/folder/a.safetensors"], "its folder does not exist"),
        (["--boxes", "TEXT"], "box 1: ['not', 'boxes'] is not sample, x0, y0, x1, y1, five numbers"),
        (["--boxes", "OUTSIDE"], "box 1: has no area on its picture of 12 x 12 pixels"),
        (["--boxes", "NONE"], "there are no boxes"),
        (["--boxes", "missing.csv"], "missing.csv: there is no such file"),
    ],
)
def test_wrong_input_of_ablate_is_one_line(path, boxes, tmp_path, capsys, arguments, message):
    (tmp_path / "TEXT").write_text("not,boxes\n")
    (tmp_path / "OUTSIDE").write_text("[[0, 20, 0, 30, 9]]")
    (tmp_path / "NONE").write_text('{"boxes": []}')
    named = [str(tmp_path / word) if word.isupper() else word for word in arguments]
    usual = ["ablate", path, "--boxes", boxes, "--out", str(tmp_path / "a.safetensors")]
    assert main([*usual, *named]) == 2
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1
    assert not (tmp_path / "a.safetensors").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--rate", "0"], "--rate: 0.0 is not allowed"),
        (["--prior", "nan"], "--prior: 'nan' is not a number"),
        (["--fit", "stretch"], "fit 'stretch' is not known"),
        (["--grid", "no/such/folder/a.png"], "its folder does not exist"),
        ([], "is no picture that can be read"),
    ],
)
def test_wrong_input_of_invert_is_one_line(path, tmp_path, capsys, arguments, message):
    (tmp_path / "text.png").write_text("no picture")
    usual = ["invert", path, str(tmp_path / "text.png"), "--out", str(tmp_path / "a.npy")]
    assert main([*usual, *arguments]) == 2
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1


# ---- files of boxes ------------------------------------------------------------------------------------


def test_boxes_are_written_and_read(tmp_path):
    path = tmp_path / "boxes.json"
    boxes = (Box(3, 1.0, 2.5, 4.0, 5.0), Box(0, 0.0, 0.0, 1.0, 1.0))
    box_files.write(path, boxes, 7)
    assert box_files.read(path) == (boxes, 7)
    path.write_text('[{"sample": 3, "x0": 1, "y0": 2.5, "x1": 4, "y1": 5}]')
    assert box_files.read(path) == (boxes[:1], None)
    path.write_text("\ufeff3, 1, 2.5, 4, 5\n\n0,0,0,1,1\n", encoding="utf-8")
    assert box_files.read(path) == (boxes, None)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"boxes": 3}', "has no list of boxes"),
        (b'{"boxes": [[0, 1, 2, 3]]}', "box 1: "),
        (b'{"boxes": [[true, 0, 0, 1, 1]]}', "five numbers"),
        (b'{"seed": -1, "boxes": []}', "seed: -1 is not allowed"),
        (b'{"boxes": [', "is not valid JSON"),
        (b"[[12000, 0, 0, 1, 1]]", "sample 12000 is not allowed"),
        (b"1e999,0,0,1,1", "sample inf is not allowed"),
        (b"\xff\xfe0,0", "is not UTF-8 text"),
        (b"[" * 100_000, "is nested too deeply"),
        (b" " * (16 * 2**20 + 1), "has more than 17 MB"),
    ],
)
def test_files_that_hold_no_boxes_say_why(tmp_path, content, message):
    path = tmp_path / "boxes.json"
    path.write_bytes(content)
    with pytest.raises(FileError, match=message) as caught:
        box_files.read(path)
    assert str(caught.value).startswith(str(path))

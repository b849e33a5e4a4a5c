"""`ganstudio sample`: sheets, raw numbers and films of a model's file, byte for byte, and wrong input in one line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganstudio import resources
from ganstudio.architecture import Activation, Architecture, Dense, Input, Reshape, TransposedConvolution
from ganstudio.checkpoints.generator import Generator
from ganstudio.checkpoints.model import Card, Model, write_model
from ganstudio.cli import main
from ganstudio.sheets import picture
from ganstudio.sheets.recipe import Arrangement, Recipe, Sweep

Capture = pytest.CaptureFixture[str]

INPUTS = (
    Input(kind="latent", size=3),
    Input(kind="label", size=3),
    Input(kind="category", size=4),
    Input(kind="code", size=1, name="c1", distribution="uniform"),
    Input(kind="code", size=1, name="c2"),
)


def tiny(*inputs: Input, card: Card | None = None) -> Model:
    width = sum(one.width for one in inputs)
    architecture = Architecture(
        inputs=inputs,
        layers=(
            Reshape(channels=width, height=1, width=1),
            TransposedConvolution(inputs=width, outputs=3, kernel=5),
            Activation(function="tanh"),
        ),
    )
    random = np.random.default_rng(4)
    tensors = {name: random.normal(size=shape).astype(np.float32) for name, shape in architecture.tensors().items()}
    return Model("tiny", architecture, tensors, card or Card())


MODEL = tiny(*INPUTS, card=Card(title="A tiny one", class_names=("Cat", "Dog", "2 birds")))
PLAIN = tiny(INPUTS[0])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("models")
    write_model(place / "tiny.safetensors", MODEL)
    write_model(place / "plain.safetensors", PLAIN)
    random = np.random.default_rng(0)
    np.save(place / "z.npy", random.normal(size=(6, 3)))
    np.save(place / "z4.npy", random.normal(size=(6, 4)))
    np.save(place / "nan.npy", np.full((6, 3), np.nan))
    np.save(place / "text.npy", np.array([["a", "b", "c"]]))
    np.save(place / "objects.npy", np.array([{}]), allow_pickle=True)
    (place / "cut.npy").write_bytes((place / "z.npy").read_bytes()[:-5])
    (place / "no.npy").write_text("none")
    return place


@pytest.fixture(autouse=True)
def _there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr(resources, "models_folder", lambda: folder)


def sheet(name: str) -> Recipe:
    found = picture.read(name)
    assert found is not None
    assert found.weights == picture.digest(MODEL)
    return found.recipe


def test_a_sheet_is_what_the_function_makes_byte_for_byte(capsys: Capture) -> None:
    assert main(["sample", "tiny.safetensors", "--n", "12", "--seed", "7", "--out", "a.png", "--out", "a.npy"]) == 0
    assert capsys.readouterr().out == "12 samples of tiny -> a.png\n12 samples of tiny -> a.npy\n"
    recipe = Recipe(n=12, seed=7, arrangement=Arrangement(rows=3, columns=4))
    samples = Generator(MODEL).sample(recipe.given(MODEL.architecture))
    content = Path("a.png").read_bytes()
    assert content == picture.png(samples, MODEL, recipe)
    raw = np.load("a.npy")
    assert (raw.dtype, raw.shape) == (np.float32, (12, 3, 5, 5))
    assert np.array_equal(raw, samples)
    found = picture.read("a.png")
    assert found is not None
    assert (found.model, found.recipe, found.latents) == ("tiny", recipe, None)
    # From another process, which has other threads.
    environment = {**os.environ, "PYTHONPATH": str(Path(resources.__file__).parents[1]), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "ganstudio", "sample", "tiny.safetensors", "--n", "12", "--seed", "7"]
    done = subprocess.run([*command, "--out", "b.png"], capture_output=True, text=True, timeout=100, env=environment)
    assert done.returncode == 0, done.stderr
    assert Path("b.png").read_bytes() == content


def test_samples_do_not_depend_on_how_many_there_are() -> None:
    for n in ("3", "9"):
        assert main(["sample", "plain", "--n", n, "--seed", "5", "--out", f"{n}.npy"]) == 0
    assert np.array_equal(np.load("3.npy"), np.load("9.npy")[:3])


def test_latents_are_taken_as_they_are() -> None:
    assert main(["sample", "plain", "--latents", "z.npy", "--out", "x.npy", "--out", "x.png"]) == 0
    z = np.load("z.npy").astype(np.float32)
    generator = Generator(PLAIN)
    wanted = generator.sample((z,))
    assert np.array_equal(np.load("x.npy"), wanted)
    np.save("z11.npy", z[:, :, None, None])
    assert main(["sample", "plain", "--latents", "z11.npy", "--n", "2", "--out", "x.npy"]) == 0
    assert np.array_equal(np.load("x.npy"), wanted[:2])
    found = picture.read("x.png")
    assert found is not None
    assert found.latents is not None
    assert np.array_equal(found.latents, z)
    again = picture.png(generator.sample(found.recipe.given(PLAIN.architecture, found.latents)), PLAIN, found.recipe, z)
    assert again == Path("x.png").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "rows", "columns", "down", "across", "values"),
    [
        ("--class dog", 8, 8, None, None, {"class": 1}),
        ("--class 2 --category 3 --code c2=0.5", 8, 8, None, None, {"class": 2, "category": 3, "c2": 0.5}),
        ("--by class", 3, 8, ("class", 0, 2), None, {}),
        ("--by class --n 15", 3, 5, ("class", 0, 2), None, {}),
        ("--by category --columns 2 --class CAT", 4, 2, ("category", 0, 3), None, {"class": 0}),
        ("--code c1=-1..1", 8, 8, None, ("c1", -1, 1), {}),
        ("--code c1=-1..1 --n 12 --columns 6", 2, 6, None, ("c1", -1, 1), {}),
        ("--by c1 --rows 2", 2, 8, None, ("c1", -1, 1), {}),
        ("--by c2 --rows 2 --columns 3", 2, 3, None, ("c2", -2, 2), {}),
        ("--by class --code c1=-2..0 --columns 5", 3, 5, ("class", 0, 2), ("c1", -2, 0), {}),
        ("--by c1 --by category", 4, 8, ("category", 0, 3), ("c1", -1, 1), {}),
        ("--by category --by class", 4, 3, ("category", 0, 3), ("class", 0, 2), {}),
        ("--by c1 --by c2", 8, 8, ("c2", -2, 2), ("c1", -1, 1), {}),
        ("--rows 2 --columns 5", 2, 5, None, None, {}),
        ("--by c1 --latents z.npy", 6, 8, None, ("c1", -1, 1), {}),
        ("--latents z.npy --columns 2", 3, 2, None, None, {}),
    ],
)
def test_how_a_sheet_is_arranged(
    arguments: str,
    rows: int,
    columns: int,
    down: tuple[str, float, float] | None,
    across: tuple[str, float, float] | None,
    values: dict[str, float],
) -> None:
    assert main(["sample", "tiny", "--out", "g.png", *arguments.split()]) == 0
    recipe = sheet("g.png")
    assert (recipe.arrangement.rows, recipe.arrangement.columns) == (rows, columns)
    swept = [sweep and Sweep(name=sweep[0], low=float(sweep[1]), high=float(sweep[2])) for sweep in (down, across)]
    assert [recipe.down, recipe.across] == swept
    assert recipe.values == values


def test_how_it_looks() -> None:
    options = ["--n", "2", "--padding", "3", "--scale", "4", "--background", "#102030", "--truncation", "0.5"]
    assert main(["sample", "tiny", "--out", "g.png", *options]) == 0
    with Image.open("g.png") as image:
        assert image.size == (2 * 20 + 9, 20 + 6)
        assert image.getpixel((0, 0)) == (0x10, 0x20, 0x30)
        assert image.getpixel((3, 3)) == image.getpixel((6, 6))
    assert sheet("g.png").truncation == 0.5


def test_a_walk_comes_back_to_its_sheet() -> None:
    options = ["--n", "2", "--seed", "3", "--scale", "4", "--padding", "0"]
    assert main(["sample", "plain", *options, "--walk", "6", "--pins", "3", "--out", "w.gif", "--out", "w.png"]) == 0
    with Image.open("w.gif") as film, Image.open("w.png") as first:
        assert film.n_frames == 6
        assert film.info["loop"] == 0
        difference = np.abs(np.asarray(film.convert("RGB"), int) - np.asarray(first.convert("RGB"), int))
        assert difference.mean() < 8  # a GIF has 256 colours
        film.seek(3)
        assert np.abs(np.asarray(film.convert("RGB"), int) - np.asarray(first.convert("RGB"), int)).mean() > 16
    assert main(["sample", "plain", "--latents", "z.npy", "--walk", "4", "--way", "linear", "--out", "v.gif"]) == 0
    with Image.open("v.gif") as film:
        assert (film.n_frames, film.size) == (4, (9, 9))


def test_models_are_listed(capsys: Capture) -> None:
    assert main(["list", "models"]) == 0
    assert capsys.readouterr().out == "plain  tiny\ntiny   A tiny one\n"
    assert main(["list", "models", "--json"]) == 0
    entry = json.loads(capsys.readouterr().out)[1]
    assert (entry["name"], entry["picture"], entry["latent"], entry["classes"]) == ("tiny", [3, 5, 5], 3, 3)
    assert entry["card"]["class_names"] == ["Cat", "Dog", "2 birds"]


WRONG = [
    ("tiny", "the following arguments are required: --out"),
    ("tiny --out a.jpg", "'a.jpg' has to end in .png, .npy, .gif or .mp4"),
    ("tiny --out no/such/a.png", "no/such/a.png: its folder does not exist"),
    ("tino --out a.png", "tino: there is no such file, and no such model that comes with the program (plain, tiny)"),
    ("z.npy --out a.png", "z.npy: is no model of GAN Studio"),
    (". --out a.png", ".: is a folder"),
    ("tiny --out a.png --n 0", "argument --n: '0' is not a whole number from 1 to 10,000"),
    ("tiny --out a.png --seed -1", "argument --seed: '-1'"),
    ("tiny --out a.png --class cow", "--class: class 'cow' is not known; allowed: Cat, Dog, 2 birds"),
    ("tiny --out a.png --class Dogg", "--class: class 'Dogg' is not known; did you mean Dog?"),
    ("tiny --out a.png --class 3", "--class: class '3' is not known"),
    ("plain --out a.png --class 1", "--class 1: tiny has no classes"),
    ("plain --out a.png --category 1", "--category 1: this model has no categories"),
    ("tiny --out a.png --category 4", "--category 4: is not known; allowed: 0 to 3"),
    ("plain --out a.png --code c1=1", "--code c1=1: this model has no codes"),
    ("tiny --out a.png --code c3=1", "--code: code 'c3' is not known; allowed: c1, c2"),
    ("tiny --out a.png --code c1", "--code 'c1': is not of the form c1=0.5 or c1=-1..1"),
    ("tiny --out a.png --code c1=a..b", "is not of the form"),
    ("tiny --out a.png --code c1=nan", "is not of the form"),
    ("tiny --out a.png --code c1=1e9", "c1: 1000000000.0 is not allowed; -100 to 100 is"),
    ("tiny --out a.png --code c1=1 --code c1=2", "--code c1: is said twice"),
    ("tiny --out a.png --code c1=1 --by c1", "--by c1: c1 has a value already"),
    ("tiny --out a.png --by colour", "--by: input 'colour' is not known; allowed: class, category, c1, c2"),
    ("plain --out a.png --by class", "--by class: this model has neither classes nor categories nor codes"),
    ("tiny --out a.png --by class --by category --by c1", "class, category, c1 cannot all change over it"),
    ("tiny --out a.png --by class --rows 2", "--rows 2: a sheet by class has 3, one for each"),
    ("tiny --out a.png --by class --n 10", "--n 10: a sheet by class with 3 rows of 4 has 12 samples"),
    ("tiny --out a.png --n 7 --rows 2 --columns 3", "7 samples do not fit into 2 rows of 3"),
    ("tiny --out a.png --background white", "background: 'white' is not allowed; a colour is written #rrggbb"),
    ("tiny --out a.png --truncation 9", "tiny: truncation: 9 is not allowed; 0.01 to 6 is for normal latents"),
    ("tiny --out a.png --truncation wide", "argument --truncation: 'wide' is not a number"),
    ("tiny --out a.png --n 10000 --scale 32", "--out a.png: the sheet would have 16,202 x 16,202 pixels; at most"),
    ("tiny --out a.png --latents z4.npy", "z4.npy: latents: have the shape (6, 4); (n, 3) is needed"),
    ("tiny --out a.png --latents nan.npy", "nan.npy: latents: have values that are not finite"),
    ("tiny --out a.png --latents text.npy", "text.npy: latents: hold values of type <U1; real numbers are needed"),
    ("tiny --out a.png --latents objects.npy", "objects.npy: holds pickled Python objects, which are never loaded"),
    ("tiny --out a.png --latents cut.npy", "cut.npy: is a broken NPY file or cut off"),
    ("tiny --out a.png --latents no.npy", "no.npy: is no NPY file; an NPY file with real numbers of shape (n, 3)"),
    ("tiny --out a.png --latents none.npy", "none.npy: there is no such file"),
    ("tiny --out a.png --latents z.npy --n 7", "tiny: latents: there are 6; 7 are needed"),
    ("plain --out a.gif --latents z.npy --n 2", "--out a.gif: a walk through latents of a file is one sample's way"),
    ("tiny --out a.png --sede 3", "option '--sede' is not known; did you mean --seed?"),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG)
def test_wrong_input_is_one_line(arguments: str, said: str, capsys: Capture) -> None:
    for made in ("a.png", "a.gif"):
        Path(made).unlink(missing_ok=True)
    assert main(["sample", *arguments.split()]) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.err.count("\n") == 1
    assert printed.out == ""
    assert not Path("a.png").exists()


def test_a_flat_generator_is_refused(capsys: Capture) -> None:
    flat = Architecture(
        inputs=(INPUTS[0],), layers=(Dense(inputs=3, outputs=4), Reshape(channels=2, height=1, width=2))
    )
    two = Model("two", flat, {"0.weight": np.ones((4, 3), np.float32), "0.bias": np.ones(4, np.float32)})
    write_model("two.safetensors", two)
    assert main(["sample", "two.safetensors", "--out", "a.png"]) == 2
    assert "--out a.png: samples of 2 channels are no pictures" in capsys.readouterr().err
    assert main(["sample", "two.safetensors", "--n", "3", "--out", "a.npy"]) == 0
    assert np.load("a.npy").shape == (3, 2, 1, 2)
    Path("two.safetensors").unlink()

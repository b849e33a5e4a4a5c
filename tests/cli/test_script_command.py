"""`ganstudio script`: a file or standard output, one experiment of several, and wrong input in one line."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from ganstudio import files, presets
from ganstudio.cli import main
from ganstudio.experiment import Comparison, Experiment
from ganstudio.script import script

Capture = pytest.CaptureFixture[str]


def test_it_writes_the_script_of_a_method(tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "run.py"
    changes = ["--steps", "7", "--seed", "5", "--data", "circle", "--set", "training.batch=32"]
    assert main(["script", "wgan_gp", "--out", str(out), *changes]) == 0
    expected = Experiment.of("wgan_gp", seed=5).with_value("data.name", "circle").with_value("training.batch", 32)
    text = out.read_text(encoding="utf-8")
    assert text == script(expected, 7)
    assert capsys.readouterr().out == f"WGAN-GP: {len(text.splitlines())} lines -> {out}\n"
    assert [path.name for path in tmp_path.iterdir()] == ["run.py"]


def test_it_prints_the_script_of_a_file(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "mine.toml"
    files.save(path, Comparison(steps=30, experiments=(Experiment.of("hinge"),)))
    assert main(["script", str(path)]) == 0
    printed = capsys.readouterr()
    assert printed.out == script(Experiment.of("hinge"), 30)
    assert printed.err == ""


def test_it_takes_one_pane_of_a_preset_and_says_so(capsys: Capture) -> None:
    startup = presets.load("startup")
    assert main(["script", "startup"]) == 0
    first = capsys.readouterr()
    assert first.out == script(startup.experiments[0], startup.steps)
    assert f"startup has {len(startup.experiments)} experiments; this is the first" in first.err
    assert main(["script", "startup", "--pane", "2"]) == 0
    second = capsys.readouterr()
    assert second.out == script(startup.experiments[1], startup.steps)
    assert second.err == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["wgan_gp", "--pane", "2"], "--pane 2: wgan_gp has one experiment"),
        (["startup", "--pane", "9"], "--pane 9: startup has "),
        (["nothing"], "method, preset or TOML file 'nothing' is not known"),
        (["ns", "--steps", "0"], "argument --steps: '0' is not a whole number of at least 1"),
        (["ns", "--data", "rnig"], "--data: data set 'rnig' is not known; did you mean ring?"),
        (["quadrature", "--data", "spirals"], "additions.quadrature.on: a script has the densities of Gaussians"),
        (["ns", "--out", "OUT"], "OUT: "),
    ],
)
def test_wrong_input_is_a_line(arguments: list[str], message: str, tmp_path: Path, capsys: Capture) -> None:
    folder = str(tmp_path)  # where a file is wanted
    assert main(["script", *(folder if word == "OUT" else word for word in arguments)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"ganstudio: {message.replace('OUT', folder)}")
    assert len(printed.err.splitlines()) == 1


def test_every_preset_has_a_script() -> None:
    for name in presets.names():
        comparison = presets.load(name)
        ast.parse(script(comparison.experiments[0], comparison.steps))

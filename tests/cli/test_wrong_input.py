"""Wrong input is answered by one line on stderr and exit code 2, whatever it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ganstudio.cli import main

TRAIN = ["train", "ns", "--out", "OUT", "--steps", "1"]

WRONG = [
    (["trian", "ns"], "command 'trian' is not known; did you mean train? allowed: train, compare, list, doctor"),
    (["nothing.toml"], "nothing.toml: there is no such file"),
    (["startup", "more"], "'more' is one argument too many"),
    (["--theme", "drak"], "argument --theme: theme 'drak' is not known; did you mean dark? allowed: light, dark"),
    (["--size", "wide"], "argument --size: 'wide' is not WIDTHxHEIGHT in pixels, for example 1280x800"),
    (["--size", "1x1"], "argument --size: '1x1' is not WIDTHxHEIGHT"),
    (["--after", "soon"], "argument --after: 'soon' is not a number of seconds from 0 to 86400"),
    (["--after", "nan"], "argument --after: 'nan' is not a number of seconds"),
    (["--screenshot", "no/such/folder/a.png"], "its folder does not exist"),
    (["--fullscreen"], "option '--fullscreen' is not known; did you mean --screenshot? allowed: --help, --play"),
    (["train"], "the following arguments are required: WHAT"),
    ([*TRAIN, "--set", "seed=true"], "--set seed: True is not allowed; input should be a valid integer"),
    (["train", "wgangp", "--out", "OUT"], "'wgangp' is not known; did you mean wgan_gp? methods: mm, ns,"),
    (["train", "FOLDER", "--out", "OUT"], "is a folder; a TOML file is needed"),
    (["train", "BAD", "--out", "OUT"], "bad.toml: training.batch: 1 is not allowed"),
    ([*TRAIN, "--data", "rings"], "--data: data set 'rings' is not known; did you mean ring? allowed: ring, grid25,"),
    ([*TRAIN, "--steps", "many"], "argument --steps: 'many' is not a whole number of at least 1"),
    ([*TRAIN, "--steps", "0"], "argument --steps: '0' is not a whole number of at least 1"),
    ([*TRAIN, "--steps", "1.5"], "argument --steps: '1.5' is not a whole number"),
    ([*TRAIN, "--every", "0"], "argument --every: '0' is not a whole number of at least 1"),
    ([*TRAIN, "--seed", "-1"], "argument --seed: '-1' is not a whole number of at least 0"),
    ([*TRAIN, "--seed", "2147483648"], "seed: 2147483648 is not allowed; input should be less than or equal to"),
    ([*TRAIN, "--runs", "65"], "runs: 65 is not allowed; input should be less than or equal to 64"),
    ([*TRAIN, "--device", "gpu"], "argument --device: device 'gpu' is not known; did you mean cpu? allowed: auto, cpu"),
    ([*TRAIN, "--stpes", "3"], "option '--stpes' is not known; did you mean --steps?"),
    ([*TRAIN, "--set", "batch"], "argument --set: 'batch' is not of the form section.key=value"),
    ([*TRAIN, "--set", "=3"], "argument --set: '=3' is not of the form section.key=value"),
    ([*TRAIN, "--set", "training.bathc=3"], "setting 'training.bathc' is not known; did you mean training.batch?"),
    ([*TRAIN, "--set", "data=ring"], "setting 'data' is not known; did you mean data.name?"),
    ([*TRAIN, "--set", "data.count=several"], "--set data.count: 'several' is not allowed; input should be a valid"),
    ([*TRAIN, "--set", "data.name=rings"], "--set data: 'rings' is not known; one of ring,"),
    ([*TRAIN, "--set", "critic_optimiser.learning_rate=inf"], "inf is not allowed; input should be a finite number"),
    ([*TRAIN, "--set", "seed=" + "9" * 5000], "--set seed: '999"),
    (["train", "ns", "--out", "FILE"], "is a file; a folder is needed"),
    (["train", "ns", "--out", "FILE/below"], "cannot be made"),
    (["compare", "--out", "OUT"], "the following arguments are required: WHAT"),
    (["compare", "ns", "ns", "--out", "OUT"], "ns ns: every method can be named once"),
    (["compare", "ns", "--seeds", "some", "--out", "OUT"], "argument --seeds: 'some' is not a whole number"),
    (["compare", "ns", "--data", "ring", "moons", "--out", "OUT"], "'moons' is not known; did you mean two_moons?"),
    (
        ["compare", "ns", "--workers", "0", "--out", "OUT"],
        "argument --workers: '0' is not a whole number of at least 1",
    ),
    (["compare", "ns", "--out", "FILE"], "is a file; a folder is needed"),
    (["list"], "the following arguments are required: KIND"),
    (["list", "method"], "'method' is not known; did you mean methods? allowed: methods, data, presets"),
    (["doctor", "--yaml"], "option '--yaml' is not known"),
]


@pytest.fixture
def places(tmp_path: Path) -> dict[str, str]:
    """Where the words in capitals are."""
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "bad.toml").write_text("[training]\nbatch = 1\n", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    names = {"OUT": "out", "FILE": "file", "BAD": "bad.toml", "FOLDER": "folder"}
    return {word: str(tmp_path / name) for word, name in names.items()}


def filled(arguments: list[str], places: dict[str, str]) -> list[str]:
    for word, place in places.items():
        arguments = [place + argument[len(word) :] if argument.startswith(word) else argument for argument in arguments]
    return arguments


@pytest.mark.parametrize(("arguments", "said"), WRONG, ids=[" ".join(words)[:60] for words, _ in WRONG])
def test_one_line_and_exit_code_2(
    arguments: list[str], said: str, places: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(filled(arguments, places)) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    assert output.err.startswith("ganstudio: ")
    assert said in output.err
    assert len(output.err) < 700
    assert not Path(places["OUT"]).exists(), "nothing is made before everything has been checked"


@pytest.mark.parametrize("arguments", [["trian"], ["train", "ns", "--out", "/dev/null"], ["list", "nothing"]])
def test_the_real_program(arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", "ganstudio", *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["train", "compare"])
def test_exact_distances_need_pot(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ot", None)
    assert main([command, "ns", "--exact", "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert error.startswith("ganstudio: --exact: ")
    assert 'pip install "ganstudio[exact]"' in error
    assert not (tmp_path / "out").exists()


def test_a_device_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from ganstudio.training.device import available_devices

    missing = next(device for device in ("mps", "cuda") if device not in available_devices())
    assert main(["train", "ns", "--steps", "1", "--out", str(tmp_path / "out"), "--device", missing]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert f"device: '{missing}' is not available; one of auto, " in error

"""Wrong input is answered by one line on stderr and exit code 2, whatever it is."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from ganstudio.cli import main

TRAIN = ["train", "ns", "--out", "OUT", "--steps", "1"]

WRONG = [
    (["trian", "ns"], "command 'trian' is not known; did you mean train? allowed: train, compare, list, script,"),
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
    (["train", "wgangp", "--out", "OUT"], "'wgangp' is not known; did you mean wgan_gp? ganstudio list methods"),
    (["train", "LS-GAN", "--out", "OUT"], "'LS-GAN' is not known; did you mean ls_gan?"),
    (
        ["train", "infogan", "--set", "objective.name=variational", "--out", "OUT"],
        "--set objective.name=variational: additions.information.on: the objective Variational has no critic",
    ),
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
    (
        [*TRAIN, "--set", "data=ring"],
        "--set data: is a section, not a setting; settings in it: data.name, data.weights",
    ),
    ([*TRAIN, "--set", "data.count=several"], "--set data.count: 'several' is not allowed; input should be a valid"),
    ([*TRAIN, "--set", "data.name=rings"], "--set data.name: 'rings' is not known; one of ring,"),
    ([*TRAIN, "--set", "critic_optimiser.learning_rate=inf"], "inf is not allowed; input should be a finite number"),
    ([*TRAIN, "--set", "seed=" + "9" * 5000], "--set seed: '999"),
    ([*TRAIN, "--set", "x=" + "[" * 5000], "setting 'x' is not known"),
    ([*TRAIN, "--set", "x=" + "a." * 50_000], "is longer than 10,000 characters"),
    ([*TRAIN, "--set", "label=\udcff"], r"argument --set: 'label=\udcff' is not UTF-8 text"),
    ([*TRAIN, "--set", "label=a\nb"], r"--set label: 'a\nb' is not allowed; it is one line"),
    ([*TRAIN, "--set", "label=" + "x" * 61], "--set label: 61 characters; at most 60 are allowed"),
    ([*TRAIN, "--set", "training.a_name_that_is_longer_than_thirty=1"], "'training.a_name_that_is_longer_than_thirty'"),
    ([*TRAIN, "--set", "training.batch='128'"], "--set training.batch: '128' is not allowed"),
    (["train", "ns", "--out", "OUT" + "x" * 300], "cannot be made (File name too long)"),
    (["compare", "ns", "--out", "OUT" + "x" * 300], "cannot be made (File name too long)"),
    (["compare", "ns", "--out", "OUT", "--seeds", "100000000"], "'100000000' is not a whole number from 1 to 1,000"),
    (["sample", "vae-mnist", "--out", "a.png", "--seed", "-1"], "'-1' is not a whole number from 0 to 2^63 - 1"),
    (["invert", "vae-mnist", "a.png", "--out", "z.txt"], "'z.txt' has to end in .npy"),
    (["invert", "vae-mnist", "a.png", "--out", "z.npy", "--rate", "fast"], "'fast' is not a number"),
    (["ablate", "vae-mnist", "--boxes", "b.csv", "--out", "x.pt"], "'x.pt' has to end in .safetensors"),
    (["represent", "vae-mnist", "--seed", str(2**40)], "is not a whole number from 0 to 2^32 - 1"),
    (["sample", "infogan-mnist", "--out", "a.png", "--category", "40"], "--category 40: is not known; allowed: 0 to 9"),
    (["compare", "ns", "--out", "OUT", "--set", "runs=3"], "the number of seeds is said by --seeds"),
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
    used = tmp_path / "used"
    used.mkdir()
    for name in ("metrics.csv", "results.csv"):
        (used / name).touch()
    for command in ("train", "compare"):
        for out in (tmp_path / "out", used):
            assert main([command, "ns", "--steps", "1", "--out", str(out), "--device", missing]) == 2
            error = capsys.readouterr().err
            assert error.count("\n") == 1
            assert f"device: '{missing}' is not available; one of auto, " in error
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "error", [RuntimeError("[enforce fail] DefaultCPUAllocator: can't\nallocate memory: you tried"), MemoryError()]
)
@pytest.mark.parametrize("command", ["train", "compare"])
def test_not_enough_memory(
    command: str,
    error: Exception,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from ganstudio.training import Trainer

    def fail(self: Trainer, experiment: object) -> None:
        raise error

    monkeypatch.setattr(Trainer, "__init__", fail)
    assert main([command, "ns", "--steps", "1", "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[-1].startswith("ganstudio: not enough memory; smaller networks")
    assert not any("Traceback" in line for line in said)
    assert not (tmp_path / "out").exists()


# ---- streams that are closed or full ----------------------------------------------------------------------

UNIX = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a Unix shell and /dev/full")


def in_shell(line: str) -> subprocess.CompletedProcess[str]:
    line = line.replace("ganstudio", f"{shlex.quote(sys.executable)} -m ganstudio")
    return subprocess.run(["bash", "-c", f"set -o pipefail; {line}"], capture_output=True, text=True, timeout=60)


@UNIX
@pytest.mark.parametrize("line", ["ganstudio list methods --json | head -1", "ganstudio list data | true"])
def test_nobody_reads(line: str) -> None:
    done = in_shell(line)
    assert done.stderr == ""
    assert done.returncode in (0, 141)


@UNIX
@pytest.mark.parametrize("what", ["list methods", "--help", "--version"])
def test_nothing_can_be_written(what: str) -> None:
    done = in_shell(f"ganstudio {what} > /dev/full")
    assert (done.returncode, done.stderr) == (1, "ganstudio: the system says: No space left on device\n")


@UNIX
@pytest.mark.parametrize("closed", ["2>&-", ">&-", "2>/dev/full"])
def test_a_closed_stream_is_no_reason_to_fail(closed: str, tmp_path: Path) -> None:
    done = in_shell(f"ganstudio list methods {closed}")
    assert (done.returncode, done.stderr) == (0, "")
    if closed != "2>/dev/full":
        done = in_shell(
            f"ganstudio train ns --steps 1 --set training.batch=8 --out {shlex.quote(str(tmp_path))} {closed}"
        )
        assert done.returncode == 0
        assert "Traceback" not in done.stdout + done.stderr
        assert (tmp_path / "plane.png").exists()


@UNIX
def test_an_error_does_not_go_to_the_other_stream() -> None:
    done = in_shell("ganstudio trian 2>&-")
    assert (done.returncode, done.stdout) == (2, "")

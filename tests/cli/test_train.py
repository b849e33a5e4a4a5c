"""`ganstudio train`: its files, that they repeat, and what it does about a run that fails."""

from __future__ import annotations

import csv
import json
import signal
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load_file

from ganstudio import files
from ganstudio.cli import main
from ganstudio.commands.train import FILES
from ganstudio.metrics import measure

Capture = pytest.CaptureFixture[str]
OF_ALL = {"critic.csv", "critic.png"}
SMALL = ["--steps", "12", "--set", "generator.width=8", "--set", "critic.width=8", "--set", "training.batch=16"]
DIVERGES = [
    *("--set", "critic_optimiser.name=sgd", "--set", "critic_optimiser.learning_rate=10"),
    *("--set", "generator_optimiser.name=sgd", "--set", "generator_optimiser.learning_rate=10"),
]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_it_leaves_its_files(tmp_path: Path, capsys: Capture) -> None:
    assert main(["train", "wgan_gp", *SMALL, "--every", "5", "--seed", "3", "--out", str(tmp_path / "out")]) == 0
    out = tmp_path / "out"
    assert {path.name for path in out.iterdir()} == set(FILES)
    samples = np.load(out / "samples.npy")
    assert (samples.shape, samples.dtype) == ((2500, 2), np.float32)

    rows = rows_of(out / "metrics.csv")
    columns = "step seed modes modes_total high_quality reverse_kl grid_kl grid_js sliced_w2 mmd"
    assert list(rows[0]) == columns.split()
    assert [int(row["step"]) for row in rows] == [5, 10, 12]
    assert {row["seed"] for row in rows} == {"3"}
    # The last row is about the samples that were written.
    experiment = files.load(out / "experiment.toml").experiments[0]
    for name, value in measure(samples, experiment.data).items():
        assert float(rows[-1][name]) == pytest.approx(value, rel=1e-6, abs=1e-9)

    losses = rows_of(out / "losses.csv")
    assert list(losses[0]) == ["step", "seed", "critic", "penalty", "generator"]
    assert [int(row["step"]) for row in losses] == list(range(1, 13))
    assert load_file(out / "model.safetensors")
    for picture in ("plane.png", "losses.png"):
        with Image.open(out / picture) as image:
            assert min(image.size) > 400

    output = capsys.readouterr()
    assert "WGAN-GP: step 12 · " in output.out
    assert "12/12" in output.err
    assert "steps/s" in output.err


def test_one_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    arguments = ["train", "ns", *SMALL, "--seed", "5"]
    for name in ("a", "b"):
        assert main([*arguments, "--out", str(tmp_path / name)]) == 0
    assert main(["train", "ns", *SMALL, "--seed", "6", "--out", str(tmp_path / "c")]) == 0
    for name in ("metrics.csv", "samples.npy", "losses.csv", "model.safetensors", "experiment.toml"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
        assert (tmp_path / "a" / name).read_bytes() != (tmp_path / "c" / name).read_bytes(), name


def test_the_saved_experiment_repeats_the_run(tmp_path: Path) -> None:
    main(["train", "wgan_gp", *SMALL, "--data", "spirals", "--out", str(tmp_path / "a")])
    main(["train", str(tmp_path / "a" / "experiment.toml"), "--out", str(tmp_path / "b")])
    for name in ("experiment.toml", "metrics.csv", "losses.csv", "samples.npy", "model.safetensors"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
    assert files.load(tmp_path / "a" / "experiment.toml").steps == 12


def test_a_file_says_how_many_steps(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "a.toml").write_text("steps = 3\ntraining = {batch = 8}\n", encoding="utf-8")
    assert main(["train", str(tmp_path / "a.toml"), "--out", str(tmp_path / "out")]) == 0
    assert "step 3 · " in capsys.readouterr().out
    assert main(["train", str(tmp_path / "a.toml"), "--steps", "2", "--out", str(tmp_path / "out")]) == 0
    assert "step 2 · " in capsys.readouterr().out


def interrupt_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Ctrl-C be pressed at a step, or before the first."""
    from ganstudio.commands import numbers
    from ganstudio.training import Trainer

    usual = Trainer.train

    def train(self: Trainer, steps: int) -> None:
        if self.step >= step:
            signal.raise_signal(signal.SIGINT)
        usual(self, steps)

    monkeypatch.setattr(numbers, "CHUNK", 2)
    monkeypatch.setattr(Trainer, "train", train)


def test_ctrl_c_keeps_what_was_trained(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        interrupt_at(4, patch)
        assert main(["train", "startup", *SMALL, "--every", "12", "--out", str(tmp_path / "a")]) == 130
    output = capsys.readouterr()
    assert "step 6 · " in output.out
    assert output.err.rstrip().endswith("ganstudio: interrupted")
    left = {path.name for path in (tmp_path / "a").iterdir()}
    assert left == {"ns", *OF_ALL}, "the second has not begun, and leaves nothing"
    assert {path.name for path in (tmp_path / "a/ns").iterdir()} == set(FILES) - OF_ALL
    assert [row["step"] for row in rows_of(tmp_path / "a/ns/metrics.csv")] == ["6"]
    assert main(["train", str(tmp_path / "a/ns/experiment.toml"), "--out", str(tmp_path / "b")]) == 0
    assert (tmp_path / "a/ns/samples.npy").read_bytes() == (tmp_path / "b/samples.npy").read_bytes()


def test_ctrl_c_before_the_first_step_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ganstudio.training import Trainer

    def interrupted(self: Trainer, experiment: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Trainer, "__init__", interrupted)
    assert main(["train", "ns", *SMALL, "--out", str(tmp_path / "below" / "a")]) == 130
    assert not (tmp_path / "below").exists()
    (tmp_path / "mine").mkdir()
    assert main(["train", "ns", *SMALL, "--out", str(tmp_path / "mine")]) == 130
    assert (tmp_path / "mine").exists()


def test_runs_side_by_side(tmp_path: Path, capsys: Capture) -> None:
    main(["train", "ns", *SMALL, "--runs", "3", "--seed", "4", "--every", "12", "--json", "--out", str(tmp_path)])
    assert np.load(tmp_path / "samples.npy").shape == (3, 2500, 2)
    assert [row["seed"] for row in rows_of(tmp_path / "metrics.csv")] == ["4", "5", "6"]
    (report,) = json.loads(capsys.readouterr().out)
    assert [run["seed"] for run in report["runs"]] == [4, 5, 6]
    assert (report["method"], report["data"], report["problem"]) == ("ns", "ring", None)


def test_data_without_modes_leave_cells_empty(tmp_path: Path, capsys: Capture) -> None:
    main(["train", "ns", *SMALL, "--data", "swiss_roll", "--out", str(tmp_path)])
    last = rows_of(tmp_path / "metrics.csv")[-1]
    assert (last["modes"], last["modes_total"], last["high_quality"]) == ("", "", "")
    assert float(last["sliced_w2"]) > 0
    assert "sliced W₂" in capsys.readouterr().out


def test_a_preset_gets_a_folder_for_each_experiment(tmp_path: Path) -> None:
    assert main(["train", "startup", *SMALL, "--every", "12", "--out", str(tmp_path)]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"ns", "wgan_gp", *OF_ALL}
    assert {path.name for path in (tmp_path / "wgan_gp").iterdir()} == set(FILES) - OF_ALL


def test_own_files_are_replaced_and_others_left_alone(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    arguments = ["train", "ns", *SMALL, "--every", "12", "--out", str(tmp_path)]
    main(arguments)
    assert "replaced" not in capsys.readouterr().err
    main([*arguments, "--seed", "9"])
    assert f"{tmp_path}: files of an earlier run are replaced" in capsys.readouterr().err
    assert files.load(tmp_path / "experiment.toml").experiments[0].seed == 9
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_a_run_that_fails_keeps_its_last_finite_state(tmp_path: Path, capsys: Capture) -> None:
    code = main(["train", "lsgan", *SMALL, *DIVERGES, "--steps", "400", "--seed", "2", "--out", str(tmp_path)])
    assert code == 1
    assert "loss of seed 2 became NaN or infinite at generator step" in capsys.readouterr().err
    assert np.isfinite(np.load(tmp_path / "samples.npy")).all()
    assert rows_of(tmp_path / "metrics.csv")


@pytest.mark.parametrize(
    ("said", "path", "value"),
    [
        ("critic.activation=tanh", "critic.activation", "tanh"),
        ("critic.activation='tanh'", "critic.activation", "tanh"),
        ("training.batch=1_0", "training.batch", 10),
        ("label=two words = 2", "label", "two words = 2"),
        ("critic_optimiser.learning_rate=1e-3", "critic_optimiser.learning_rate", 1e-3),
        ("data.weights=[1, 1, 1, 1, 2, 2, 2, 2]", "data.weights", [1.0] * 4 + [2.0] * 4),
        ("constraints.one_sided=true", "constraints.one_sided", True),
    ],
)
def test_settings_are_toml_values(said: str, path: str, value: object, tmp_path: Path) -> None:
    from ganstudio.experiment import flat

    assert main(["train", "ns", *SMALL, "--steps", "1", "--set", said, "--out", str(tmp_path)]) == 0
    assert flat(files.load(tmp_path / "experiment.toml").experiments[0].plain())[path] == value


@pytest.mark.parametrize(
    ("arguments", "folder"),
    [
        (["ns"], "runs/ns"),
        (["ns", "--data", "swiss_roll"], "runs/ns-swiss_roll"),
        (["below/My setup.toml"], "runs/my_setup"),
    ],
)
def test_results_have_a_place_if_nobody_names_one(
    arguments: list[str], folder: str, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "My setup.toml").write_text("seed = 4\n", encoding="utf-8")
    assert main(["train", *arguments, *SMALL, "--every", "12"]) == 0
    assert {path.name for path in (tmp_path / folder).iterdir()} == set(FILES)
    assert capsys.readouterr().out.rstrip().endswith(f"-> {Path(folder)}")


def test_exact_distances(tmp_path: Path, capsys: Capture) -> None:
    pytest.importorskip("ot")
    arguments = ["train", "ns", *SMALL, "--every", "12", "--exact", "--out", str(tmp_path)]
    assert main(arguments) == 0
    said = capsys.readouterr().out
    (row,) = rows_of(tmp_path / "metrics.csv")
    assert list(row)[-1] == "wasserstein"
    samples = np.load(tmp_path / "samples.npy")
    data = files.load(tmp_path / "experiment.toml").experiments[0].data
    exact = measure(samples, data, ["wasserstein"])["wasserstein"]
    assert float(row["wasserstein"]) == pytest.approx(exact, rel=1e-6)
    assert exact > float(row["sliced_w2"])
    assert f" · Exact W₂ {exact:.3g} (a perfect sampler " in said
    assert main([*arguments, "--json"]) == 0
    (report,) = json.loads(capsys.readouterr().out)
    assert report["runs"][0]["wasserstein"] == pytest.approx(exact)
    assert 0.1 < report["perfect_sampler"]["wasserstein"]["mean"] < exact


def test_the_critics_depth_is_told_layer_by_layer(tmp_path: Path) -> None:
    clipped = ["--set", "critic.layers=5", "--set", "constraints.weight_clip=0.01"]
    assert main(["train", "wgan", *SMALL, *clipped, "--runs", "2", "--out", str(tmp_path)]) == 0
    rows = rows_of(tmp_path / "critic.csv")
    assert [(row["seed"], row["layer"]) for row in rows] == [(str(s), str(n)) for s in (0, 1) for n in range(1, 6)]
    norms = [float(row["gradient_norm"]) for row in rows[:5]]
    assert norms == sorted(norms), "a small clip lets the gradient fade on its way to the input"
    assert norms[-1] > 1e3 * norms[0] > 0
    assert all(float(row["largest_weight"]) == pytest.approx(0.01) for row in rows)


def test_a_critic_that_is_no_plain_network_is_not_looked_into(tmp_path: Path) -> None:
    assert main(["train", "realness", *SMALL, "--out", str(tmp_path / "a")]) == 0
    assert main(["train", "vae", *SMALL, "--out", str(tmp_path / "b")]) == 0
    for folder in ("a", "b"):
        assert not (tmp_path / folder / "critic.csv").exists()
        assert (tmp_path / folder / "plane.png").exists()


def test_veegans_rule_counts_more_modes_and_means_nothing_without_modes(tmp_path: Path) -> None:
    assert main(["train", "ns", *SMALL, "--veegan", "--out", str(tmp_path / "ring")]) == 0
    row = rows_of(tmp_path / "ring" / "metrics.csv")[-1]
    assert int(float(row["modes_met"])) >= int(row["modes"])
    assert main(["train", "ns", *SMALL, "--veegan", "--data", "swiss_roll", "--out", str(tmp_path / "roll")]) == 0
    assert rows_of(tmp_path / "roll" / "metrics.csv")[-1]["modes_met"] == ""


def test_a_combination_that_makes_little_sense_is_noted_once(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "two.toml"
    file.write_text(
        '[shared.critic]\nnormalisation = "batch"\n[[experiments]]\nmethod = "wgan_gp"\n'
        '[[experiments]]\nmethod = "wgan_gp"\nlabel = "again"\n',
        encoding="utf-8",
    )
    assert main(["train", str(file), *SMALL, "--out", str(tmp_path / "out")]) == 0
    output = capsys.readouterr()
    assert output.err.count("Note: Batch normalisation in the critic") == 1
    assert "Note:" not in output.out

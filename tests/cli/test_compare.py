"""`ganstudio compare`: its rows, its table and its samples agree with one another."""

from __future__ import annotations

import csv
import json
import math
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganstudio.cli import main
from ganstudio.commands import output, table
from ganstudio.data import DISTRIBUTIONS
from ganstudio.experiment import Experiment
from ganstudio.methods import METHODS
from ganstudio.metrics import METRICS, measure
from ganstudio.settings import SettingsError

Capture = pytest.CaptureFixture[str]
SMALL = ["--steps", "6", "--set", "generator.width=8", "--set", "critic.width=8", "--set", "training.batch=16"]
FIRST_COLUMNS = ["method", "data", "seed", "steps", "seconds", "modes", "modes_total", "high_quality", "reverse_kl"]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two methods on two data sets with three seeds, in batches of two and one."""
    out = tmp_path_factory.mktemp("compare") / "out"
    methods = ["compare", "ns", "wgan_gp", "--data", "ring", "swiss_roll"]
    seeds = ["--seeds", "3", "--seed", "10", "--together", "2", "--workers", "1"]
    assert main([*methods, *seeds, *SMALL, "--animation", "--out", str(out)]) == 0
    return out


def test_a_row_for_each_method_data_set_and_seed(compared: Path) -> None:
    rows = rows_of(compared / "results.csv")
    assert list(rows[0]) == [*FIRST_COLUMNS, "grid_kl", "grid_js", "sliced_w2", "mmd", "problem"]
    keys = [(row["data"], row["method"], int(row["seed"])) for row in rows]
    assert keys == [(d, m, s) for d in ("ring", "swiss_roll") for m in ("ns", "wgan_gp") for s in (10, 11, 12)]
    assert {row["steps"] for row in rows} == {"6"}
    assert {row["modes_total"] for row in rows if row["data"] == "ring"} == {"8"}
    assert {row["modes"] for row in rows if row["data"] == "swiss_roll"} == {""}
    # Seeds of a batch share its wall-clock time.
    seconds = [float(row["seconds"]) for row in rows]
    assert seconds[0] == seconds[1] != seconds[2]
    assert min(seconds) > 0


def test_every_row_is_about_its_samples(compared: Path) -> None:
    rows = rows_of(compared / "results.csv")
    assert len(list((compared / "samples").iterdir())) == len(rows)
    for row in rows:
        samples = np.load(compared / "samples" / f"{row['method']}-{row['data']}-{row['seed']}.npy")
        assert (samples.shape, samples.dtype) == ((2500, 2), np.float32)
        for name, value in measure(samples, DISTRIBUTIONS[row["data"]].model_validate({})).items():
            assert float(row[name]) == pytest.approx(value, rel=1e-6, abs=1e-9)


def test_seeds_do_not_depend_on_their_batch(compared: Path, tmp_path: Path) -> None:
    main(["train", "wgan_gp", *SMALL, "--seed", "11", "--out", str(tmp_path)])
    alone, beside = np.load(tmp_path / "samples.npy"), np.load(compared / "samples" / "wgan_gp-ring-11.npy")
    np.testing.assert_allclose(alone, beside, atol=1e-4)


def recomputed(rows: list[dict[str, str]], data: str, method: str, name: str) -> tuple[float, float, float]:
    values = np.array([float(row[name]) for row in rows if (row["data"], row["method"]) == (data, method)])
    return values.mean(), values.std(ddof=1), float(np.median(values))


def test_the_table_is_about_the_rows(compared: Path) -> None:
    rows = rows_of(compared / "results.csv")
    found = json.loads((compared / "table.json").read_text(encoding="utf-8"))
    assert [(entry["data"], entry["method"]) for entry in found["entries"]] == [
        (data, method) for data in ("ring", "swiss_roll") for method in ("ns", "wgan_gp")
    ]
    for entry in found["entries"]:
        assert entry["seeds"] == [10, 11, 12]
        assert ("modes" in entry["metrics"]) == (entry["data"] == "ring")
        for name, values in entry["metrics"].items():
            expected = recomputed(rows, entry["data"], entry["method"], name)
            said = (values["mean"], values["deviation"], values["median"])
            np.testing.assert_allclose(said, expected, rtol=1e-5, atol=1e-8)
    assert found["together"] == 2
    assert found["perfect_sampler"]["ring"]["high_quality"]["mean"] == pytest.approx(0.989, abs=0.002)


def test_the_markdown_is_about_the_rows(compared: Path) -> None:
    rows = rows_of(compared / "results.csv")
    text = (compared / "table.md").read_text(encoding="utf-8")
    titles = {METRICS[name].title: name for name in METRICS}
    titles |= {"Modes of 8": "modes", "High quality, %": "high_quality", "Seconds (batch)": "seconds"}
    checked = 0
    for section in text.split("### ")[1:]:
        data = section.split("\n")[0]
        header, _, *lines = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")]
        for line in lines[:-1]:
            for title, cell in list(zip(header, line, strict=True))[2:]:
                name = titles[title]
                scale = 100 if name == "high_quality" else 1
                mean, deviation, median = (scale * x for x in recomputed(rows, data, line[0], name))
                said = [float(number) for number in re.findall(r"-?[\d.]+(?:e-?\d+)?", cell)]
                np.testing.assert_allclose(said, [mean, deviation, median], rtol=0.06, atol=1e-7)
                assert said[0] == pytest.approx(mean, rel=6e-4, abs=1e-7)
                checked += 1
    assert checked == 2 * 8 + 2 * 5
    assert "wall-clock time of the whole batch" in text
    assert "after 6 generator steps" in text


def test_the_pictures(compared: Path) -> None:
    with Image.open(compared / "figure.png") as figure:
        assert figure.width > figure.height > 500
    with Image.open(compared / "animation.gif") as animation:
        assert animation.n_frames >= 2  # type: ignore[attr-defined]
        assert animation.size[0] < 1300
    assert (compared / "animation.gif").stat().st_size < 2_000_000


def test_a_preset_and_one_seed_as_json(tmp_path: Path, capsys: Capture) -> None:
    assert main(["compare", "penalty_weight", *SMALL, "--workers", "1", "--json", "--out", str(tmp_path)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == json.loads((tmp_path / "table.json").read_text(encoding="utf-8"))
    assert [entry["method"] for entry in found["entries"]] == ["weight_0.1", "weight_1", "weight_10"]
    assert found["entries"][0]["metrics"]["modes"]["deviation"] is None
    assert "±" not in (tmp_path / "table.md").read_text(encoding="utf-8").split("*perfect")[0]
    assert not (tmp_path / "animation.gif").exists()


def test_methods_are_named_after_what_they_are_in_the_end(tmp_path: Path) -> None:
    changed = ["--set", "objective.name=hinge", "--workers", "1", "--out", str(tmp_path)]
    assert main(["compare", "ns", *SMALL, *changed]) == 0
    assert [row["method"] for row in rows_of(tmp_path / "results.csv")] == ["hinge"]
    assert [path.name for path in (tmp_path / "samples").iterdir()] == ["hinge-ring-0.npy"]


def test_a_seed_that_fails_does_not_stop_the_others(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ganstudio.training import NonFiniteLoss, Trainer

    usual = Trainer.train

    def train(self: Trainer, steps: int) -> None:
        experiment: Experiment = self.experiment
        if experiment.seed <= 1 < experiment.seed + experiment.runs:
            raise NonFiniteLoss(1, self.step + 1, "critic")
        usual(self, steps)

    monkeypatch.setattr(Trainer, "train", train)
    assert main(["compare", "ns", *SMALL, "--seeds", "3", "--out", str(tmp_path)]) == 0
    rows = rows_of(tmp_path / "results.csv")
    assert [(row["seed"], row["steps"]) for row in rows] == [("0", "6"), ("1", "0"), ("2", "6")]
    assert "seed 1 became NaN or infinite at generator step 1; measured at step 0" in capsys.readouterr().err
    assert "after 0 to 6 generator steps" in (tmp_path / "table.md").read_text(encoding="utf-8")


def test_results_have_a_place_if_nobody_names_one(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["compare", "startup", *SMALL, "--workers", "1"]) == 0
    assert f"the results are in {Path('runs/startup')}" in capsys.readouterr().err
    assert (tmp_path / "runs" / "startup" / "table.md").exists()


@pytest.mark.parametrize(
    ("what", "data", "folder"),
    [
        (["ns", "wgan_gp", "hinge"], [], "ns-wgan_gp-hinge"),
        (["ns"], ["ring", "grid9"], "ns-ring-grid9"),
        (["../../My mix.toml", "/a/b.toml"], [], "my_mix-b"),
        (["..toml"], [], "experiment"),
        ([f"{'x' * 500}.toml"] * 5, [], "-".join(["x" * 60] * 3)[:150]),
    ],
)
def test_the_place_is_named_after_what_was_asked_for(what: list[str], data: list[str], folder: str) -> None:
    assert output.default_folder(what, data) == Path("runs") / folder


def test_exact_distances_are_a_column_with_a_perfect_sampler(tmp_path: Path) -> None:
    pytest.importorskip("ot")
    assert main(["compare", "ns", *SMALL, "--seeds", "2", "--workers", "1", "--exact", "--out", str(tmp_path)]) == 0
    rows = rows_of(tmp_path / "results.csv")
    assert list(rows[0])[-2:] == ["wasserstein", "problem"]
    found = json.loads((tmp_path / "table.json").read_text(encoding="utf-8"))
    perfect = found["perfect_sampler"]["ring"]["wasserstein"]
    assert 0.1 < perfect["mean"] < found["entries"][0]["metrics"]["wasserstein"]["mean"]
    text = (tmp_path / "table.md").read_text(encoding="utf-8")
    assert METRICS["wasserstein"].title in text
    assert "Exact W₂ is of 1,000 samples" in text
    assert f"| {perfect['mean']:.4g} ± " in next(line for line in text.splitlines() if line.startswith("| *perfect"))


def rows_with(*values: float) -> list[dict[str, object]]:
    common = {"method": "ns", "data": "ring", "steps": 6, "modes_total": 8, "seconds": 1.0, "modes": 8}
    return [{**common, "seed": seed, "sliced_w2": value} for seed, value in enumerate(values)]


@pytest.mark.parametrize(
    ("values", "cell"),
    [
        ((1.0, 2.0, 3.0), "2 ± 1 (2)"),
        ((1.0, 3.0, math.inf), "2 ± 1.4 (2), 2 of 3"),
        ((1.0, math.nan, math.inf), "1, 1 of 3"),
        ((math.nan, math.inf), "0 of 2"),
        ((1.5,), "1.5"),
    ],
)
def test_a_mean_says_how_many_seeds_it_leaves_out(values: tuple[float, ...], cell: str) -> None:
    rows = rows_with(*values)
    text = table.markdown(table.summarised([Experiment()] * len(rows), rows))
    line = next(line for line in text.splitlines() if line.startswith("| ns"))
    assert line.strip("| ").split(" | ")[3] == cell
    assert ("the values of the other seeds are not finite" in text) == (" of " in cell)


def test_every_method_with_what_cannot_be_trained_in_words(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One method cannot be built on the swiss roll, and the training of another one breaks down there."""
    from ganstudio.training import Trainer

    usual, usual_train = Experiment.with_value, Trainer.train

    def with_value(self: Experiment, path: str, value: object) -> Experiment:
        if self.method == "wgan" and value == "swiss_roll":
            raise SettingsError("objective: cannot be <trained> on a | roll")
        return usual(self, path, value)

    def train(self: Trainer, steps: int) -> None:
        if self.experiment.method == "lsgan" and self.experiment.data.name == "swiss_roll":
            raise ValueError("a shape does not fit")
        usual_train(self, steps)

    monkeypatch.setattr(Experiment, "with_value", with_value)
    monkeypatch.setattr(Trainer, "train", train)
    seeds = ["--data", "ring", "swiss_roll", "--seeds", "1", "--workers", "1", "--out", str(tmp_path)]
    assert main(["compare", "all", *seeds, *SMALL]) == 0
    rows = rows_of(tmp_path / "results.csv")
    keys = [(row["data"], row["method"], row["seed"]) for row in rows]
    assert keys == [(data, method, seed) for data in ("ring", "swiss_roll") for method in METHODS for seed in "0"]
    failed = {(row["method"], row["data"]): row["problem"] for row in rows if row["sliced_w2"] == ""}
    assert failed == {
        ("wgan", "swiss_roll"): "objective: cannot be <trained> on a | roll",
        ("lsgan", "swiss_roll"): "ValueError: a shape does not fit",
    }
    text = (tmp_path / "table.md").read_text(encoding="utf-8")
    assert "| wgan | 0 | failed |" in text
    assert "- lsgan, seed 0: ValueError: a shape does not fit" in text
    assert "lsgan on swiss_roll: ValueError: a shape does not fit" in capsys.readouterr().err
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert page.count("not trained: ") == 2
    assert "objective: cannot be &lt;trained&gt; on a | roll" in page
    # Named singly it is an error, before anything is written.
    assert main(["compare", "ns", "wgan", "--data", "swiss_roll", "--out", str(tmp_path / "no"), *SMALL]) == 2
    assert not (tmp_path / "no").exists()


def test_a_run_without_a_field(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ganstudio.training import Trainer

    monkeypatch.setattr(Trainer, "field", lambda self, window, resolution=64: None)
    command = ["compare", "ns", *SMALL, "--workers", "1", "--animation", "--out", str(tmp_path)]
    assert main(command) == 0
    assert {path.suffix for path in tmp_path.iterdir()} >= {".png", ".gif", ".html"}
    before = (tmp_path / "index.html").read_bytes()
    assert main(command) == 0  # from its cells
    assert (tmp_path / "index.html").read_bytes() == before


def test_two_data_sets_of_one_name_have_two_sections(tmp_path: Path) -> None:
    (tmp_path / "twelve.toml").write_text(
        'label = "Twelve"\n[data]\nname = "ring"\ncount = 12\nweights = []\n', encoding="utf-8"
    )
    out = tmp_path / "out"
    assert main(["compare", "ns", str(tmp_path / "twelve.toml"), *SMALL, "--workers", "1", "--out", str(out)]) == 0
    found = json.loads((out / "table.json").read_text(encoding="utf-8"))
    assert list(found["perfect_sampler"]) == ["ring (count 8)", "ring (count 12)"]
    assert [row["modes"]["mean"] for row in found["perfect_sampler"].values()] == [8.0, 12.0]
    assert [(entry["method"], entry["data"]) for entry in found["entries"]] == [
        ("ns", "ring (count 8)"),
        ("twelve", "ring (count 12)"),
    ]
    text = (out / "table.md").read_text(encoding="utf-8")
    for count in (8, 12):
        section = text.split(f"### ring (count {count})")[1].split("###")[0]
        assert f"Modes of {count}" in section
        assert section.count("*perfect sampler*") == 1
    with Image.open(out / "figure.png") as figure:
        assert figure.height > figure.width, "each has a row of its own beside its own real data"


def test_processes_give_the_same_numbers(compared: Path, tmp_path: Path) -> None:
    seeds = ["--seeds", "3", "--seed", "10", "--together", "2", "--workers", "2"]
    command = [sys.executable, "-W", "error", "-m", "ganstudio", "compare", "ns", *seeds, *SMALL]
    done = subprocess.run([*command, "--out", str(tmp_path)], capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    for seed in (10, 11, 12):
        name = f"samples/ns-ring-{seed}.npy"
        assert (tmp_path / name).read_bytes() == (compared / name).read_bytes()

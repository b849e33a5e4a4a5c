"""Files are written whole or not at all, and bad ones are answered in one line."""

from __future__ import annotations

import os
import time
import tomllib
from pathlib import Path

import numpy as np
import pytest

from ganstudio.data.points import MOST, Points
from ganstudio.experiment import Comparison, Experiment
from ganstudio.files import LARGEST, LARGEST_IN_LINES, LONGEST_LINE, FileError, load, read_toml, save, write_whole


def test_text_is_utf8_with_unix_line_ends(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.toml", "label = 'λ'\n")
    assert (tmp_path / "a.toml").read_bytes() == "label = 'λ'\n".encode()


def test_nothing_but_the_file_is_left(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", b"1")
    write_whole(tmp_path / "a", b"2")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"2"


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a"
    target.write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match="cannot be written"):
        write_whole(target, b"new")
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a"
    target.write_bytes(b"old")

    def interrupted(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(target, b"new")
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_whole(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


@pytest.mark.parametrize("path", ["missing/a", "file/a"])
def test_where_nothing_can_be_written(tmp_path: Path, path: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FileError, match="cannot be written"):
        write_whole(tmp_path / path, b"")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"seed = \n", "not valid TOML: Invalid value (at line 1, column 8)"),
        (b"seed = 1\nseed = 2\n", "not valid TOML: Cannot overwrite a value (at line 2"),
        (b"seed = 1\nlabel = '\xff'\n", "not UTF-8 text (line 2)"),
        (b"# " + b"x" * LARGEST, "too large for an experiment; at most 64,000 bytes"),
        (b"# short\n" * (LARGEST_IN_LINES // 8 + 1), "too large for an experiment; at most 160,000 bytes"),
        (b"seed = " + b"9" * 5000, "not valid TOML"),
        (b"seed = " + b"[" * 20000, "not valid TOML"),
        (b"\0", "not valid TOML"),
    ],
)
def test_what_is_no_toml(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(content)
    with pytest.raises(FileError) as error:
        read_toml(path)
    assert str(error.value).startswith(f"{path}: ")
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="there is no such file"):
        load(tmp_path / "a.toml")
    with pytest.raises(FileError, match="is a folder; a TOML file is needed"):
        load(tmp_path)


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xef\xbb\xbfseed = 3\n")
    assert load(tmp_path / "a.toml").experiments[0].seed == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sede = 1", "sede: there is no such setting"),
        ("seed = -1", "seed: -1 is not allowed; input should be greater than or equal to 0"),
        ("[training]\nbatch = 'many'", "training.batch: 'many' is not allowed"),
        ("[data]\nname = 'rnig'", "data.name: 'rnig' is not known; one of ring,"),
        ("[data]\nname = [1]", "data.name: [1] is not known; one of ring,"),
        ("data = {name = 5}", "data.name: 5 is not known; one of ring,"),
        ("data = 3", "data: 3 is not allowed"),
        ("[data]\nname = 'ring'\ncuont = 3", "data.cuont: there is no such setting"),
        ("method = 'gan'", "method: 'gan' is not known; one of "),
        ("method = ['ns']", "method: ['ns'] is not known"),
        ("version = 2", "written by a newer GAN Studio (version 2); this one reads up to 1"),
        ("version = 0", "version: 0 is not known; it is a whole number from 1 to 1"),
        ("version = true", "version: True is not known"),
        ("version = 1.0", "version: 1.0 is not known"),
        ("version = true\n[[experiments]]", "version: True is not known"),
        ("version = [1]", "version: [1] is not known"),
        ("steps = 0", "steps: 0 is not allowed; input should be greater than or equal to 1"),
        ("steps = true", "steps: True is not allowed; input should be a valid integer"),
        ("steps = 3.0", "steps: 3.0 is not allowed; input should be a valid integer"),
        ("steps = '3'", "steps: '3' is not allowed"),
        ("[[experiments]]\nsteps = 3", "experiment 1: steps: there is no such setting"),
        ("[training]\nbatch = '128'", "training.batch: '128' is not allowed; input should be a valid integer"),
        ('label = "two\\nlines"', "label: 'two\\nlines' is not allowed; it is one line"),
        ("nobody_would_call_a_setting_by_such_a_name = 1", "nobody_would_call_a_setting_by_such_a_name: there is no"),
        ("experiments = 3", "experiments: is a list of tables; write [[experiments]] above each"),
        ("experiments = [3]", "experiment 1: 3 is not allowed; it is a table of settings"),
        ("experiments = []", "experiments: 0 experiments; 1 to 4 are allowed"),
        ("[[experiments]]\n" * 5, "experiments: 5 experiments; 1 to 4 are allowed"),
        ("[[experiments]]\n[[experiments]]\nruns = 65", "experiment 2: runs: 65 is not allowed"),
        ("shared = 1\n[[experiments]]", "shared: 1 is not allowed; it is a table of settings"),
        ("self = 1\n[[experiments]]", "self: there is no such setting"),
        ("'two\\nlines' = 1", "there is no such setting"),
        ('"two\\nlines" = 1', r"two\nlines: there is no such setting"),
        (f"label = {['x' * 1000] * 50}", "is not allowed"),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "a.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileError) as error:
        load(path)
    message = str(error.value)
    assert message.startswith(f"{path}: ")
    assert said in message
    assert "\n" not in message
    assert len(message) < len(str(path)) + 300


def test_steps_of_one_experiment(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("steps = 3\nseed = 5\n", encoding="utf-8")
    comparison = load(tmp_path / "a.toml")
    assert (comparison.steps, comparison.experiments) == (3, (Experiment(seed=5),))


DEEP = [
    text[-LARGEST:] for text in (".".join("a" * (LARGEST // 2)) + "=1", "[" * (LARGEST // 2), "a={" * (LARGEST // 3))
]
MANY_DEEP = "".join(f"b{line}.{'a.' * 230}a=1\n" for line in range(LARGEST_IN_LINES // LONGEST_LINE))


@pytest.mark.parametrize("text", [*DEEP, MANY_DEEP], ids=["dots", "lists", "tables", "lines of dots"])
def test_nesting_takes_no_time(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    start = time.perf_counter()
    with pytest.raises(FileError) as error:
        load(tmp_path / "a.toml")
    assert "\n" not in str(error.value)
    assert time.perf_counter() - start < 10.0


def test_an_empty_file_is_the_default_experiment(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("", encoding="utf-8")
    assert load(tmp_path / "a.toml").experiments == (Experiment(),)


def test_method_comes_before_what_is_shared_before_what_is_said(tmp_path: Path) -> None:
    text = """
        title = "t"
        steps = 7
        [shared]
        seed = 5
        training = { batch = 64, critic_steps = 3 }
        data = { name = "ring", count = 5 }
        [[experiments]]
        method = "wgan_gp"
        training = { batch = 32 }
        [[experiments]]
        method = "ns"
        data = { name = "grid25" }
        [[experiments]]
        data = { count = 4 }
    """
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    comparison = load(tmp_path / "a.toml")
    first, second, third = comparison.experiments
    assert (comparison.title, comparison.steps) == ("t", 7)
    assert first.objective.name == "wasserstein"
    assert first.constraints.gradient_penalty == "between"
    assert (first.training.batch, first.training.critic_steps, first.seed) == (32, 3, 5)
    assert first.data.model_dump()["count"] == 5
    # Another kind of data takes nothing from the shared kind.
    assert second.data == Experiment().with_value("data.name", "grid25").data
    # The same kind keeps what it does not say again.
    assert third.data == Experiment().with_value("data.count", 4).data


def test_saved_comparisons_come_back(tmp_path: Path) -> None:
    comparison = Comparison(
        title='a "title"',
        description="two\nlines",
        steps=9,
        experiments=(Experiment.of("wgan_gp", seed=3), Experiment.of("hinge", label="λ = 1")),
    )
    save(tmp_path / "a.toml", comparison)
    assert load(tmp_path / "a.toml") == comparison


def test_four_files_of_points_can_be_saved_and_opened(tmp_path: Path) -> None:
    cloud = Points.of(np.random.default_rng(0).uniform(-2, 2, (MOST, 2)))
    clouds = [cloud.changed(smoothing=0.01 * (number + 1)) for number in range(4)]
    different = Comparison(experiments=tuple(Experiment().changed(data=data) for data in clouds))
    save(tmp_path / "a.toml", different)
    assert load(tmp_path / "a.toml") == different
    # What panes have in common stands once.
    shared = Comparison(experiments=tuple(Experiment(seed=seed).changed(data=clouds[0]) for seed in range(4)))
    save(tmp_path / "b.toml", shared)
    assert load(tmp_path / "b.toml") == shared
    sizes = [(tmp_path / name).stat().st_size for name in ("a.toml", "b.toml")]
    assert sizes[1] < sizes[0] / 2


def test_saved_files_are_ordered_as_a_person_reads_them(tmp_path: Path) -> None:
    save(tmp_path / "a.toml", Experiment())
    sections = list(tomllib.loads((tmp_path / "a.toml").read_text(encoding="utf-8")))
    assert sections[:2] == ["version", "label"]
    assert sections.index("data") < sections.index("generator") < sections.index("critic") < sections.index("training")

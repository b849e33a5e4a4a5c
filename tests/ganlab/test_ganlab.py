"""What GAN Lab saved is the same function here, trains on, and nothing wrong with its files goes unsaid."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ganstudio import files
from ganstudio.cli import main
from ganstudio.experiment import Experiment
from ganstudio.files import FileError
from ganstudio.ganlab.experiment import read
from ganstudio.ganlab.file import read_file
from ganstudio.ganlab.kind import json_of
from ganstudio.messages import Arrays
from ganstudio.nets import MLP
from ganstudio.training.trainer import Trainer

KINDS = [("2D Uniform", 2), ("1D Uniform", 1), ("2D Gaussian", 2), ("1D Gaussian", 1)]


def opened(path: Path) -> tuple[Experiment, Arrays, str]:
    carried = read(path)
    (experiment,), (state,) = carried.comparison.experiments, carried.states
    assert state is not None
    return experiment, state, " ".join(carried.problems)


def network(experiment: Experiment, state: Arrays, which: str) -> Callable[[np.ndarray], np.ndarray]:
    """Return a network of ours with the state's parameters."""
    if which == "generator":
        shape = MLP(experiment.generator, experiment.noise.dimensions, 2, output=experiment.generator.output)
    else:
        shape = MLP(experiment.critic, 2, 1)
    bound = shape.bind(torch.as_tensor(state[f"{which}.parameters"]))
    return lambda x: bound(torch.as_tensor(x, dtype=torch.float32)[None])[0].detach().numpy()


@pytest.mark.parametrize(("noise", "size"), KINDS)
def test_both_networks_are_the_same_functions(saved: ModuleType, tmp_path: Path, noise: str, size: int) -> None:
    path, tensors = saved.write(tmp_path, selectedNoiseType=noise, noiseSize=size, numGeneratorLayers=3)
    experiment, state, _ = opened(path)
    rng = np.random.default_rng(0)
    uniform = noise.endswith("Uniform")
    ours = rng.uniform(-1, 1, (200, size)) if uniform else rng.standard_normal((200, size))
    theirs = 0.5 + 0.5 * ours if uniform else 0.5 + 0.25 * ours
    assert experiment.noise.distribution == ("uniform" if uniform else "normal")
    assert np.allclose(network(experiment, state, "generator")(ours), saved.generator(tensors, theirs), atol=1e-5)
    points = rng.random((200, 2))
    t = network(experiment, state, "critic")(points)[:, 0]
    assert np.allclose(1 / (1 + np.exp(-t)), saved.discriminator(tensors, points), atol=1e-5)


def test_no_hidden_layer_beside_the_first_and_the_most_that_gan_lab_has(saved: ModuleType, tmp_path: Path) -> None:
    for layers in (0, 5):
        path, tensors = saved.write(tmp_path, numGeneratorLayers=layers, numDiscriminatorLayers=layers)
        experiment, state, _ = opened(path)
        assert experiment.generator.layers == experiment.critic.layers == layers + 1
        u = np.random.default_rng(1).uniform(-1, 1, (50, 2))
        ours = network(experiment, state, "generator")(u)
        assert np.allclose(ours, saved.generator(tensors, 0.5 + 0.5 * u), atol=1e-5)


def test_the_experiment_is_what_gan_lab_was_set_to(saved: ModuleType, tmp_path: Path) -> None:
    path, _ = saved.write(tmp_path, dOptimizerType="Adam", dLearningRate=0.003)
    experiment, state, said = opened(path)
    assert experiment.training.model_dump(include={"batch", "critic_steps", "generator_steps"}) == {
        "batch": 150,
        "critic_steps": 3,
        "generator_steps": 1,
    }
    assert experiment.generator_optimiser.model_dump(include={"name", "learning_rate", "beta1"}) == {
        "name": "sgd",
        "learning_rate": 0.03,
        "beta1": 0.0,
    }
    assert experiment.critic_optimiser.model_dump() == {
        "name": "adam",
        "learning_rate": 0.003,
        "beta1": 0.9,
        "beta2": 0.999,
    }
    assert experiment.objective.name == "non_saturating"
    assert (experiment.generator.width, experiment.critic.width) == (10, 9)
    assert int(state["step"]) == 812
    assert "0.95" in said
    assert "Adam begins anew" in said


def test_a_run_begins_where_gan_lab_stopped_and_trains_on(saved: ModuleType, tmp_path: Path) -> None:
    path, tensors = saved.write(tmp_path)
    experiment, state, _ = opened(path)
    trainer = Trainer(experiment)
    assert trainer.start_from({name: torch.as_tensor(value) for name, value in state.items()}) == []
    assert trainer.step == 812
    # GAN Lab's samples for a grid of its noise are all that samples can be: each of ours is near one of them.
    side = np.linspace(0, 1, 120)
    theirs = saved.generator(tensors, np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2))
    samples = trainer.samples(100)[0]
    assert np.linalg.norm(samples[:, None] - theirs, axis=-1).min(axis=1).max() < 0.02
    before = trainer.saved()["generator.parameters"]
    trainer.train(3)
    assert trainer.step == 815
    assert not torch.equal(trainer.saved()["generator.parameters"], before)


@pytest.mark.parametrize(
    ("shape", "mean", "deviation"),
    [
        ("line", (0.425, 0.75), (np.hypot(0.75 / 12**0.5, 0.01), np.hypot(0.3 / 12**0.5, 0.01))),
        ("ring", (0.5, 0.45), (np.hypot(0.3 / 2**0.5, 0.025), np.hypot(0.25 / 2**0.5, 0.025))),
        ("gaussians", (0.5, 0.55), ((0.04 + 0.00625) ** 0.5, (0.0225 + 0.025) ** 0.5)),
        ("Disjoint", (1.55 / 3, 1.7 / 3), (np.hypot(0.17, 0.025), np.hypot(0.165, 0.025))),
    ],
)
def test_the_data_are_those_of_gan_lab(
    saved: ModuleType, tmp_path: Path, shape: str, mean: tuple[float, float], deviation: tuple[float, float]
) -> None:
    path, _ = saved.write(tmp_path, shape)
    samples = opened(path)[0].data.sample(40_000, np.random.default_rng(0))
    assert samples.mean(axis=0) == pytest.approx(mean, abs=0.005)
    assert samples.std(axis=0) == pytest.approx(deviation, abs=0.005)


def test_a_drawing_is_stood_in_for_by_what_the_generator_makes_of_it(saved: ModuleType, tmp_path: Path) -> None:
    path, tensors = saved.write(tmp_path, "drawing")
    experiment, _, said = opened(path)
    assert "drawing is not in the file" in said
    theirs = saved.generator(tensors, np.random.default_rng(5).random((5000, 2)))
    points = experiment.data.sample(3000, np.random.default_rng(0))
    assert points.mean(axis=0) == pytest.approx(theirs.mean(axis=0), abs=0.03)


def test_least_squares_decide_where_gan_lab_does(saved: ModuleType, tmp_path: Path) -> None:
    path, tensors = saved.write(tmp_path, lossType="LeastSq loss")
    experiment, state, said = opened(path)
    assert experiment.objective.name == "least_squares"
    assert "sigmoid" in said
    points = np.random.default_rng(0).random((500, 2))
    t, d = network(experiment, state, "critic")(points)[:, 0], saved.discriminator(tensors, points)
    assert ((t > 0.5) == (d > 0.5)).all()
    near = abs(d - 0.5) < 0.1
    assert near.any()
    assert np.allclose(t[near], d[near], atol=2e-3)


def test_a_network_that_stood_still_is_said_to_move_now(saved: ModuleType, tmp_path: Path) -> None:
    path, _ = saved.write(tmp_path, kGSteps=0)
    experiment, state, said = opened(path)
    assert experiment.training.generator_steps == 1
    assert int(state["step"]) == 812
    assert "Its generator stood still" in said


def test_either_file_is_known_by_what_is_in_the_json(saved: ModuleType, tmp_path: Path) -> None:
    path, _ = saved.write(tmp_path)
    assert json_of(path) == path
    assert json_of(tmp_path / "ganlab_trained_model.weights.bin") == path
    (tmp_path / "package.json").write_text('{"name": "x"}')
    for other in ("package.json", "nothing.json", "nothing.weights.bin", "a.toml"):
        assert json_of(tmp_path / other) is None


def test_the_weights_are_those_beside_the_json_wherever_it_says_they_are(saved: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    path, tensors = saved.write(tmp_path / "inside", name="pretrained_ring")
    for said in ("../pretrained_models/pretrained_ring.weights.bin", "/etc/pretrained_ring.weights.bin"):
        tree = json.loads(path.read_text())
        tree["weightsManifest"][0]["paths"] = [said]
        path.write_text(json.dumps(tree))
        assert np.array_equal(read_file(path).tensors["d-0"], tensors["d-0"])


def mended(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    tree = json.loads(path.read_text())
    change(tree)
    path.write_text(json.dumps(tree))


def config(tree: dict[str, Any]) -> dict[str, Any]:
    return tree["modelTopology"]["config"]


def manifest(tree: dict[str, Any]) -> dict[str, Any]:
    return tree["weightsManifest"][0]


WRONG: list[tuple[Callable[[dict[str, Any]], None], str]] = [
    (lambda tree: tree.pop("modelTopology"), "modelTopology"),
    (lambda tree: tree["modelTopology"].update(shape_name="moons"), "shape_name: 'moons' is not known"),
    (lambda tree: tree["modelTopology"].update(iter_count=-1), "iter_count: -1 is not allowed"),
    (lambda tree: config(tree).pop("kDSteps"), "config.kDSteps"),
    (lambda tree: config(tree).update(lossType="Hinge"), "lossType"),
    (lambda tree: config(tree).update(noiseSize=1), "noiseSize: 1 does not go with '2D Uniform'"),
    (lambda tree: config(tree).update(numGeneratorLayers=10**9), "numGeneratorLayers"),
    (lambda tree: config(tree).update(numGeneratorNeurons=10.5), "numGeneratorNeurons"),
    (lambda tree: config(tree).update(numGeneratorNeurons=11), "g-0: has the shape [2, 10]"),
    (lambda tree: config(tree).update(numGeneratorLayers=2), "g-4: has the shape"),
    (lambda tree: config(tree).update(numGeneratorLayers=0), "g-2: has the shape"),
    (lambda tree: manifest(tree)["weights"].pop(), "g-5: is missing"),
    (lambda tree: manifest(tree)["weights"].append(manifest(tree)["weights"][0]), "lists a tensor twice"),
    (lambda tree: manifest(tree)["weights"][0].update(dtype="uint8"), "dtype"),
    (lambda tree: manifest(tree)["weights"][0].update(quantization={"dtype": "uint8"}), "quantization"),
    (lambda tree: manifest(tree)["weights"][0].update(name="h-0"), "h-0: the configuration has no such layer"),
    (lambda tree: manifest(tree)["weights"][0].update(shape=[2**40, 2**40]), "shape"),
    (lambda tree: manifest(tree).update(paths=["./other.bin"]), "its weights, other.bin: is missing"),
    (lambda tree: manifest(tree).update(paths=[".."]), "is no name of a file"),
    (lambda tree: manifest(tree).update(paths=["a\0.bin"]), "is no name of a file"),
    (lambda tree: manifest(tree).update(paths=["ganlab_trained_model.weights.bin"] * 2), "bytes"),
]


@pytest.mark.parametrize(("change", "said"), WRONG)
def test_what_is_wrong_is_named_in_one_line(
    saved: ModuleType, tmp_path: Path, change: Callable[[dict[str, Any]], None], said: str
) -> None:
    path, _ = saved.write(tmp_path)
    mended(path, change)
    with pytest.raises(FileError) as caught:
        read(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert said in message
    assert "\n" not in message
    assert len(message) < len(str(path)) + 250


def test_wrong_weights_are_named(saved: ModuleType, tmp_path: Path) -> None:
    path, _ = saved.write(tmp_path)
    weights = tmp_path / "ganlab_trained_model.weights.bin"
    whole = weights.read_bytes()
    for content, said in (
        (whole[:-4], f"have {len(whole) - 4:,} bytes; {len(whole):,} are needed"),
        (whole + b"\0" * 4, "bytes"),
        (np.float32("nan").tobytes() + whole[4:], "d-0: has values that are not finite"),
        (b"", "have 0 bytes"),
    ):
        weights.write_bytes(content)
        with pytest.raises(FileError, match=said.replace("(", r"\(")):
            read(path)
    weights.unlink()
    with pytest.raises(FileError, match=r"weights\.bin: is missing; it has to lie in the same folder"):
        read(path)
    weights.mkdir()
    with pytest.raises(FileError, match="is a folder"):
        read(path)
    weights.rmdir()
    os.mkfifo(weights)
    with pytest.raises(FileError, match="is a pipe"):
        read(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "is not valid JSON"),
        (b"\xff\xfe", "is not UTF-8"),
        (b'{"a": 1, "a": 2}', "has 'a' twice"),
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"modelTopology": NaN}', "NaN"),
        (b"[]", "is no model of GAN Lab"),
        (b" " * 300_000, "has 300,000 bytes"),
    ],
)
def test_what_is_no_json_says_so(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(FileError, match=said):
        read(path)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_happens_to_the_json_is_a_typed_error(saved: ModuleType, tmp_path: Path, data: st.DataObject) -> None:
    path, _ = saved.write(tmp_path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(content[: data.draw(st.integers(1, len(content)))]))
    with contextlib.suppress(FileError):  # and nothing else
        experiment, state, _ = opened(path)
        assert np.isfinite(state["generator.parameters"]).all()
        assert experiment.training.batch == 150


def test_the_command_line_writes_the_experiment(
    saved: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, _ = saved.write(tmp_path)
    out = tmp_path / "ring.toml"
    assert main(["convert", str(path), str(out)]) == 0
    assert "0.95" in capsys.readouterr().out
    assert files.load(out).experiments == (opened(path)[0],)
    assert main(["convert", str(path), str(tmp_path / "ring.safetensors")]) == 2
    assert "become experiments (.toml)" in capsys.readouterr().err
    assert main(["convert", str(tmp_path / "a.pt"), str(out)]) == 2
    assert "become .safetensors" in capsys.readouterr().err

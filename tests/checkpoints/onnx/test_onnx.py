"""ONNX generators give what the module they were made of gives, whatever they take and however pictures come out."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper

from ganstudio.checkpoints.errors import CheckpointError
from ganstudio.checkpoints.foreign.questions import Asked
from ganstudio.checkpoints.model import write_model
from ganstudio.checkpoints.onnx import process
from ganstudio.checkpoints.onnx.opening import GraphModel
from ganstudio.checkpoints.onnx.outline import outlined
from ganstudio.checkpoints.onnx.signature import signature_of
from ganstudio.checkpoints.opening import open_model
from ganstudio.checkpoints.sampling import Sampler, check_inside, sampler
from ganstudio.cli import main


def opened(path: Path, **choices: str) -> tuple[GraphModel, Sampler]:
    model = open_model(path, choices)
    assert isinstance(model, GraphModel)
    return model, sampler(model)


def asked(model: GraphModel) -> dict[str, str]:
    return {one.key: one.chosen for one in model.questions}


def test_a_dcgan(graphs: ModuleType, tmp_path: Path) -> None:
    module = graphs.Dcgan()
    path = graphs.exported(tmp_path / "dcgan.onnx", module, {"z": torch.randn(2, 8, 1, 1)})
    model, generator = opened(path)
    assert model.architecture.latent == 8
    assert model.architecture.output == (3, 8, 8)
    assert model.architecture.output_range == (-1.0, 1.0)
    assert asked(model) == {"latent": "normal"}
    for n in (1, 70):
        given = generator.draw(n, 5)
        with torch.no_grad():
            expected = module(torch.from_numpy(given[0])[..., None, None]).numpy()
        assert np.allclose(generator.sample(given), expected, atol=1e-5)
    assert generator.sample(generator.draw(0, 0)).shape == (0, 3, 8, 8)
    assert not [name for name in sys.modules if name.partition(".")[0] == "onnxruntime"]
    again, _ = opened(path)
    assert again.graph is model.graph  # one process for one file


def test_a_file_that_takes_so_many_samples_at_once(graphs: ModuleType, tmp_path: Path) -> None:
    module = graphs.Dcgan(torch.nn.Identity())
    path = graphs.exported(tmp_path / "a.onnx", module, {"z": torch.randn(4, 8, 1, 1)}, dynamic=False)
    model, generator = opened(path, range="0 to 1", latent="uniform")
    assert asked(model) == {"range": "0 to 1", "latent": "uniform"}
    assert model.architecture.output_range == (0.0, 1.0)
    assert any("exactly 4 samples" in note for note in model.notes)
    given = generator.draw(6, 1)
    assert abs(given[0]).max() <= 1
    with torch.no_grad():
        expected = module(torch.from_numpy(given[0])[..., None, None]).numpy()
    assert np.allclose(generator.sample(given), expected, atol=1e-5)


def test_an_embedded_label(graphs: ModuleType, tmp_path: Path) -> None:
    module = graphs.Conditional()
    inputs = {"z": torch.randn(2, 6), "label": torch.tensor([0, 1])}
    model, generator = opened(graphs.exported(tmp_path / "a.onnx", module, inputs))
    assert model.architecture.classes == 7
    assert model.architecture.output == (1, 28, 28)
    assert model.architecture.output_range == (0.0, 1.0)
    given = generator.given(9, 3, **{"class": 4})
    with torch.no_grad():
        expected = module(torch.from_numpy(given[0]), torch.full((9,), 4)).numpy()
    assert np.allclose(generator.sample(given), expected, atol=1e-5)
    shares = np.eye(7, dtype=np.float32)[[2]]
    blended = generator.sample(generator.given(3, 3, **{"class": shares}))
    assert np.array_equal(blended, generator.sample(generator.given(3, 3, **{"class": 2})))


def test_a_one_hot_label_and_a_flat_colour_picture(graphs: ModuleType, tmp_path: Path) -> None:
    module = graphs.OneHot()
    inputs = {"y": torch.eye(4)[:2], "noise": torch.randn(2, 6)}
    path = graphs.exported(tmp_path / "a.onnx", module, inputs)
    model, generator = opened(path)
    assert (model.architecture.latent, model.architecture.classes) == (6, 4)
    assert model.architecture.output == (3, 16, 16)
    given = generator.draw(5, 2)
    latent, label = given
    with torch.no_grad():
        expected = module(torch.eye(4)[torch.from_numpy(label)], torch.from_numpy(latent)).numpy()
    assert np.allclose(generator.sample(given), expected.reshape(5, 3, 16, 16), atol=1e-5)
    model, _ = opened(path, input1="code")
    assert model.architecture.classes == 0
    assert [one.kind for one in model.architecture.inputs] == ["latent", "code"]


def test_channels_last_bytes_of_a_latent_without_an_axis_of_samples(graphs: ModuleType, tmp_path: Path) -> None:
    weight = np.random.default_rng(0).uniform(0, 60, (3, 75)).astype(np.float32)
    nodes = [
        helper.make_node("MatMul", ["w", "m"], ["flat"]),
        helper.make_node("Abs", ["flat"], ["even"]),
        helper.make_node("Cast", ["even"], ["bytes"], to=TensorProto.UINT8),
        helper.make_node("Reshape", ["bytes", "s"], ["image"]),
    ]
    tensors = [graphs.tensor("m", weight), graphs.tensor("s", np.array([5, 5, 3], np.int64))]
    image = graphs.value("image", [5, 5, 3], TensorProto.UINT8)
    path = graphs.written(tmp_path / "a.onnx", graphs.model(nodes, [graphs.value("w", [3])], [image], tensors))
    model, generator = opened(path)
    assert model.architecture.output == (3, 5, 5)
    assert model.architecture.output_range == (0.0, 255.0)
    given = generator.draw(3, 0)
    expected = np.abs(given[0] @ weight).astype(np.uint8).reshape(3, 5, 5, 3).transpose(0, 3, 1, 2)
    assert np.abs(generator.sample(given) - expected).max() <= 1  # where a sum is nearly whole
    assert "range" not in asked(model)


def test_two_latents_a_truncation_and_half_precision(graphs: ModuleType, tmp_path: Path) -> None:
    half = TensorProto.FLOAT16
    nodes = [
        helper.make_node("Concat", ["z1", "z2"], ["z"], axis=1),
        helper.make_node("Mul", ["z", "truncation"], ["near"]),
        helper.make_node("Tanh", ["near"], ["bent"]),
        helper.make_node("Reshape", ["bent", "s"], ["image"]),
    ]
    inputs = [
        graphs.value("z1", ["n", 4], half),
        graphs.value("z2", ["n", 12], half),
        graphs.value("truncation", [], half),
    ]
    tensors = [graphs.tensor("s", np.array([-1, 1, 4, 4], np.int64))]
    image = graphs.value("image", None, half)
    path = graphs.written(tmp_path / "a.onnx", graphs.model(nodes, inputs, [image], tensors))
    model, generator = opened(path, value3="0.5")
    assert model.architecture.latent == 16
    assert model.architecture.output == (1, 4, 4)
    given = generator.draw(4, 0)
    assert np.allclose(generator.sample(given).reshape(4, 16), np.tanh(given[0] / 2), atol=2e-3)
    with pytest.raises(CheckpointError, match="value3: 'much' is not allowed"):
        opened(path, value3="much")


def test_what_sizes_leave_open_is_read_from_weights_or_asked(graphs: ModuleType, tmp_path: Path) -> None:
    path = graphs.written(tmp_path / "a.onnx", graphs.linear(9, (1, 3, 3), width="d"))
    model, _ = opened(path)
    assert model.architecture.latent == 9
    made = graphs.linear(9, (1, 3, 3), width="d")
    made.graph.node[0].input[0] = "added"
    made.graph.node.insert(0, helper.make_node("Add", ["z", "none"], ["added"]))
    made.graph.initializer.append(graphs.tensor("none", np.zeros(1, np.float32)))
    path = graphs.written(tmp_path / "b.onnx", made)
    with pytest.raises(CheckpointError, match="is not run by ONNX Runtime"):
        opened(path)
    assert opened(path, size1="9")[0].architecture.latent == 9
    with pytest.raises(CheckpointError, match="size1: '0' is not allowed; a whole number from 1"):
        opened(path, size1="0")
    with pytest.raises(CheckpointError, match="'colour' is not asked of this file; asked: size1, latent"):
        opened(path, colour="blue", size1="9")


def test_the_wall(graphs: ModuleType, tmp_path: Path) -> None:
    model, _ = opened(graphs.written(tmp_path / "a.onnx", graphs.linear()))
    assert model.architecture.opaque
    with pytest.raises(CheckpointError, match="gives pictures, but no weights"):
        check_inside(model)
    with pytest.raises(CheckpointError, match="whose weights are not known"):
        write_model(tmp_path / "a.safetensors", model)
    assert not (tmp_path / "a.safetensors").exists()


def test_what_it_draws_itself_is_said(graphs: ModuleType, tmp_path: Path) -> None:
    made = graphs.linear()
    made.graph.node[1].input[0] = "shaken"
    made.graph.node.insert(1, helper.make_node("Add", ["flat", "noise"], ["shaken"]))
    made.graph.node.insert(1, helper.make_node("RandomNormalLike", ["flat"], ["noise"]))
    model, _ = opened(graphs.written(tmp_path / "a.onnx", made))
    assert any("random numbers of its own" in note for note in model.notes)


def test_a_process_that_ended_is_started_again(graphs: ModuleType, tmp_path: Path) -> None:
    path = graphs.written(tmp_path / "a.onnx", graphs.linear())
    model, generator = opened(path)
    assert model.graph is not None
    before = generator.sample(generator.draw(3, 0))
    model.graph.close()
    assert np.array_equal(generator.sample(generator.draw(3, 0)), before)
    model.graph.close()
    graphs.written(path, graphs.linear(4, (1, 3, 3)))
    with pytest.raises(CheckpointError, match="is another file now"):
        generator.sample(generator.draw(3, 0))


def test_without_onnx_runtime_one_line_says_what_to_install(
    graphs: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = graphs.written(tmp_path / "a.onnx", graphs.linear())
    monkeypatch.setattr("ganstudio.checkpoints.onnx.graph.available", lambda: False)
    with pytest.raises(CheckpointError) as caught:
        open_model(path)
    assert str(caught.value) == f"{path}: {process.MISSING}"
    assert main(["inspect", str(path)]) == 0
    assert (
        'no generator: is an ONNX model, which needs ONNX Runtime: pip install "ganstudio[onnx]"'
        in capsys.readouterr().out
    )


def test_the_command_line(graphs: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = graphs.written(tmp_path / "a.onnx", graphs.linear(4, (1, 4, 4), last="Identity"))
    latents = np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32)
    np.save(tmp_path / "z.npy", latents)
    out = tmp_path / "x.npy"
    assert main(["sample", str(path), "--latents", str(tmp_path / "z.npy"), "--out", str(out)]) == 0
    weight = (np.arange(64, dtype=np.float32).reshape(4, 16) - 5) / 10
    assert np.allclose(np.load(out), (latents @ weight).reshape(5, 1, 4, 4), atol=1e-5)
    sheets = [tmp_path / f"{name}.png" for name in "ab"]
    for sheet in sheets:
        assert main(["sample", str(path), "--n", "9", "--seed", "4", "--set", "range=0 to 1", "--out", str(sheet)]) == 0
    assert sheets[0].read_bytes() == sheets[1].read_bytes()
    capsys.readouterr()
    assert main(["inspect", str(path)]) == 0
    told = capsys.readouterr().out
    assert "input z = float32 n x 4" in told
    assert "latent 4 (normal) -> 1 x 4 x 4 pixels" in told
    assert "range=" in told
    for command in (
        ["convert", str(path), str(tmp_path / "a.safetensors")],
        ["invert", str(path), str(sheets[0]), "--out", str(out)],
    ):
        assert main(command) == 2
        assert "gives pictures, but no weights and no feature maps" in capsys.readouterr().err


def test_every_way_of_writing_numbers(graphs: ModuleType, tmp_path: Path) -> None:
    made = graphs.linear()
    weight = made.graph.initializer[0]
    numbers = onnx.numpy_helper.to_array(weight)
    made.graph.initializer[0].CopyFrom(helper.make_tensor("w", TensorProto.FLOAT, weight.dims, numbers.ravel()))
    made.graph.initializer[1].CopyFrom(helper.make_tensor("shape", TensorProto.INT64, [4], [-1, 1, 2, 2]))
    plain = opened(graphs.written(tmp_path / "a.onnx", graphs.linear()))[1]
    other = opened(graphs.written(tmp_path / "b.onnx", made))[1]
    assert np.array_equal(plain.sample(plain.draw(4, 0)), other.sample(other.draw(4, 0)))


@pytest.mark.parametrize(
    ("names", "sizes"),
    [
        (("z:0", "y:0"), (128, 1000)),
        (("input_1:0", "input_2:0"), (128, 1000)),
        (("input_1", "input_2"), (100, 10)),
        (("noise", "class_onehot"), (16, 32)),
        (("model/latent", "model/label"), (10, 100)),
    ],
)
def test_which_of_two_vectors_is_the_latent(graphs: ModuleType, names: tuple[str, str], sizes: tuple[int, int]) -> None:
    for order in (slice(None), slice(None, None, -1)):
        inputs = [graphs.value(name, ["n", size]) for name, size in list(zip(names, sizes, strict=True))[order]]
        made = graphs.model(
            [helper.make_node("Concat", names, ["image"], axis=1)], inputs, [graphs.value("image", None)]
        )
        found = signature_of(outlined(made.SerializeToString()), Asked({}))
        assert [(one.kind, one.size) for one in found.inputs] == [("latent", sizes[0]), ("label", sizes[1])]

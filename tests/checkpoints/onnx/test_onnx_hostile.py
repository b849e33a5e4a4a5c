"""ONNX files that are broken, or meant to do harm: one line that names the file and the reason, soon, nothing else."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper

from ganstudio.checkpoints.errors import CheckpointError
from ganstudio.checkpoints.onnx import process
from ganstudio.checkpoints.onnx.outline import looks_like_onnx, outlined
from ganstudio.checkpoints.onnx.wire import WireError
from ganstudio.checkpoints.opening import open_model

Change = Callable[[onnx.ModelProto, ModuleType], None]


def elsewhere(made: onnx.ModelProto, graphs: ModuleType) -> None:
    weight = made.graph.initializer[0]
    weight.ClearField("raw_data")
    weight.data_location = TensorProto.EXTERNAL
    weight.external_data.add(key="location", value="../../../../etc/passwd")


def elsewhere_unsaid(made: onnx.ModelProto, graphs: ModuleType) -> None:
    made.graph.initializer[0].external_data.add(key="location", value="weights.bin")


def elsewhere_in_an_attribute(made: onnx.ModelProto, graphs: ModuleType) -> None:
    constant = TensorProto(name="c", dims=[4], data_type=TensorProto.FLOAT, data_location=TensorProto.EXTERNAL)
    made.graph.node.append(helper.make_node("Constant", [], ["c"], value=constant))


def custom(made: onnx.ModelProto, graphs: ModuleType) -> None:
    made.graph.node[1].domain = "evil"
    made.opset_import.append(helper.make_opsetid("evil", 1))


def custom_inside(made: onnx.ModelProto, graphs: ModuleType) -> None:
    body = helper.make_graph(
        [helper.make_node("Shell", [], ["o"], domain="com.evil")], "b", [], [graphs.value("o", [1])]
    )
    made.graph.node.append(helper.make_node("If", ["z"], ["i"], then_branch=body, else_branch=body))


def vendors(made: onnx.ModelProto, graphs: ModuleType) -> None:
    made.graph.node[1].domain = "com.microsoft"


def training(made: onnx.ModelProto, graphs: ModuleType) -> None:
    made.training_info.add()


def larger_than_it_is(made: onnx.ModelProto, graphs: ModuleType) -> None:
    made.graph.initializer[0].dims[0] = 2**30


def absurd_axes(made: onnx.ModelProto, graphs: ModuleType) -> None:
    made.graph.initializer[0].dims[0] = 2**62


def negative_axes(made: onnx.ModelProto, graphs: ModuleType) -> None:
    made.graph.initializer[0].dims[0] = -4


def typed_and_empty(made: onnx.ModelProto, graphs: ModuleType) -> None:
    made.graph.initializer.append(TensorProto(name="t", dims=[2**20, 2**10], data_type=TensorProto.INT64))


def no_numbers(made: onnx.ModelProto, graphs: ModuleType) -> None:
    made.graph.initializer[0].data_type = TensorProto.STRING


def nan(made: onnx.ModelProto, graphs: ModuleType) -> None:
    made.graph.initializer[0].CopyFrom(graphs.tensor("w", np.full((4, 4), np.nan, np.float32)))


def endless_latent(made: onnx.ModelProto, graphs: ModuleType) -> None:
    made.graph.input[0].CopyFrom(graphs.value("z", ["n", 10**9]))


def pictures_in(made: onnx.ModelProto, graphs: ModuleType) -> None:
    made.graph.input[0].CopyFrom(graphs.value("z", ["n", 3, 64, 64]))


def texts_in(made: onnx.ModelProto, graphs: ModuleType) -> None:
    made.graph.input[0].CopyFrom(graphs.value("z", ["n", 4], TensorProto.STRING))


def nothing_in(made: onnx.ModelProto, graphs: ModuleType) -> None:
    del made.graph.input[:]


def nothing_out(made: onnx.ModelProto, graphs: ModuleType) -> None:
    del made.graph.output[:]


def many_in(made: onnx.ModelProto, graphs: ModuleType) -> None:
    made.graph.input.extend(graphs.value(f"z{number}", ["n", 4]) for number in range(20))


def nested(made: onnx.ModelProto, graphs: ModuleType) -> None:
    body = helper.make_graph([helper.make_node("Relu", ["z"], ["o"])], "b", [], [graphs.value("o", [1])])
    for _ in range(12):
        node = helper.make_node("If", ["z"], ["o"], then_branch=body, else_branch=body)
        body = helper.make_graph([node], "b", [], [graphs.value("o", [1])])
    made.graph.node.append(body.node[0])


def crowded(made: onnx.ModelProto, graphs: ModuleType) -> None:
    made.graph.node.extend([helper.make_node("Relu", ["z"], ["y"])] * 21_000)


CHANGES: list[tuple[Change, str]] = [
    (elsewhere, "keeps the numbers of tensor w in another file"),
    (elsewhere_unsaid, "keeps the numbers of tensor w in another file"),
    (elsewhere_in_an_attribute, "keeps the numbers of tensor c in another file"),
    (custom, "uses the operator evil.Tanh, which is none of ONNX's own; custom operators are not run"),
    (custom_inside, "com.evil.Shell, which is none of ONNX's own"),
    (vendors, "com.microsoft.Tanh, which is none of ONNX's own"),
    (training, "holds a training graph"),
    (larger_than_it_is, "tensor w: should have 4,294,967,296 numbers, which are not there"),
    (absurd_axes, "tensor w: has axes of absurd sizes"),
    (negative_axes, "tensor w: has axes of absurd sizes"),
    (typed_and_empty, "tensor t: should have 1,073,741,824 numbers"),
    (no_numbers, "tensor w: holds numbers of a kind that is not read"),
    (nan, "tensor w: has values that are not numbers (NaN)"),
    (nested, "nested more than 8 deep"),
    (crowded, "has more than 20,000 operators"),
]
TAKEN_BY_NOBODY: list[tuple[Change, str]] = [
    (endless_latent, "takes 1,000,000,000 numbers"),
    (pictures_in, "as networks on pictures do"),
    (texts_in, "takes no numbers that are known"),
    (nothing_in, "takes no inputs"),
    (nothing_out, "gives nothing"),
    (many_in, "takes 21 inputs"),
]


def refused(path: Path, **choices: str) -> str:
    """Open a file, and return why that is refused, which is soon."""
    start = time.monotonic()
    with pytest.raises(CheckpointError) as caught:
        open_model(path, choices)
    assert time.monotonic() - start < 5.0
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message


@pytest.mark.parametrize(("change", "said"), CHANGES)
def test_what_is_in_a_file_is_refused_before_anything_is_started(
    graphs: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Change, said: str
) -> None:
    monkeypatch.setattr("ganstudio.checkpoints.onnx.graph.GraphProcess", None)
    made = graphs.linear()
    change(made, graphs)
    assert said in refused(graphs.written(tmp_path / "a.onnx", made))


@pytest.mark.parametrize(("change", "said"), TAKEN_BY_NOBODY)
def test_what_is_no_generator_says_why(
    graphs: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Change, said: str
) -> None:
    class Idle:
        def __init__(self, *_: object) -> None:
            pass

    monkeypatch.setattr("ganstudio.checkpoints.onnx.graph.GraphProcess", Idle)
    made = graphs.linear()
    change(made, graphs)
    assert said in refused(graphs.written(tmp_path / "a.onnx", made))


def test_what_is_no_model_at_all(graphs: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "a.onnx"
    whole = graphs.linear().SerializeToString()
    for content, said in (
        (b"", "is empty"),
        (b"\x08", "is cut off"),
        (whole[:20], "is cut off"),
        (whole[:-30], "is cut off"),
        (b"<html>not here</html>", "is a web page"),
        (b"\xff" * 100, "a number has no end"),
        (b"\x08\x08\x12\x01a", "it has no graph"),
        (b"\x08\x08" + b"\x50\x01" * 510_000, "has more than 500,000 parts"),
        (whole + whole, "it has two graphs"),
    ):
        path.write_bytes(content)
        assert said in refused(path)
    path.unlink()
    path.mkdir()
    assert "is a folder" in refused(path)
    path.rmdir()
    os.mkfifo(path)
    assert "is a pipe" in refused(path)
    path.unlink()
    with open(path, "wb") as file:
        file.write(whole)
        file.truncate(600 * 2**20)  # of holes
    assert "at most 537 MB are read" in refused(path)


def test_a_model_is_known_by_its_content(graphs: ModuleType, tmp_path: Path) -> None:
    path = graphs.written(tmp_path / "generator.pth", graphs.linear())
    assert looks_like_onnx(path.read_bytes()[:16])
    assert open_model(path).architecture.output == (1, 2, 2)
    for other in (b"\x08\x12\0\0\0\0\0\0{", b"PK\x03\x04", b"\x80\x02", b""):
        assert not looks_like_onnx(other)


def test_what_needs_the_whole_memory_is_ended(graphs: ModuleType, tmp_path: Path) -> None:
    made = graphs.linear()
    made.graph.initializer.append(graphs.tensor("huge", np.array([10**6, 10**5], np.int64)))
    made.graph.node.append(helper.make_node("ConstantOfShape", ["huge"], ["all"]))
    made.graph.node.append(helper.make_node("ReduceSum", ["all"], ["sum"], keepdims=0))
    made.graph.node.append(helper.make_node("Add", ["image", "sum"], ["picture"]))
    made.graph.output[0].name = "picture"
    assert "needs more memory than it may have" in refused(graphs.written(tmp_path / "a.onnx", made))


def test_what_never_ends_is_ended(graphs: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "LOADING", 1.0)
    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["on"]), helper.make_node("Identity", ["x"], ["y"])],
        "body",
        [graphs.value("i", [], TensorProto.INT64), graphs.value("go", [], TensorProto.BOOL), graphs.value("x", None)],
        [graphs.value("on", [], TensorProto.BOOL), graphs.value("y", None)],
    )
    made = graphs.linear()
    made.graph.initializer.append(graphs.tensor("most", np.array(2**62, np.int64)))
    made.graph.initializer.append(graphs.tensor("yes", np.array(True)))
    made.graph.node.append(helper.make_node("Loop", ["most", "yes", "image"], ["picture"], body=body))
    made.graph.output[0].name = "picture"
    assert "takes longer than 1 s" in refused(graphs.written(tmp_path / "a.onnx", made))


def test_what_only_onnx_runtime_can_tell(graphs: ModuleType, tmp_path: Path) -> None:
    made = graphs.linear()
    made.graph.node[0].op_type = "NoSuchOperator"
    assert "is not run by ONNX Runtime" in refused(graphs.written(tmp_path / "a.onnx", made))
    made = graphs.linear()
    made.graph.node[1].op_type = "Log"  # of what is below 0 it is no number
    assert "gives values that are not finite" in refused(graphs.written(tmp_path / "b.onnx", made))
    flat = graphs.linear(4, (5,))
    assert "which are no square picture" in refused(graphs.written(tmp_path / "c.onnx", flat))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_happens_to_a_file_is_a_typed_error(graphs: ModuleType, data: st.DataObject) -> None:
    content = bytearray(graphs.linear().SerializeToString())
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(WireError):  # and nothing else
        outlined(bytes(content[: data.draw(st.integers(1, len(content)))]))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_typed_error(content: bytes) -> None:
    with contextlib.suppress(WireError):
        outlined(content)


@pytest.mark.slow
def test_whatever_is_left_for_onnx_runtime_ends_well(graphs: ModuleType, tmp_path: Path) -> None:
    whole = graphs.exported(tmp_path / "whole.onnx", graphs.Dcgan(), graphs.example()).read_bytes()
    random = np.random.default_rng(0)
    ends = {"opened": 0, "refused": 0}
    for number in range(60):
        content = bytearray(whole)
        for place in random.integers(0, len(content), random.integers(1, 30)):
            content[place] = random.integers(256)
        path = tmp_path / f"{number}.onnx"
        path.write_bytes(bytes(content))
        try:
            model = open_model(path)
        except CheckpointError as error:
            ends["refused"] += "\n" not in str(error)
        else:
            ends["opened"] += 1
            model.graph.close()  # type: ignore[attr-defined]
    assert sum(ends.values()) == 60
    assert min(ends.values()) > 0

"""Writes ONNX files, of torch modules and by hand."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn


def exported(
    path: Path,
    module: nn.Module,
    inputs: dict[str, Tensor],
    *,
    dynamic: bool = True,
    outputs: tuple[str, ...] = ("image",),
) -> Path:
    """Write a module as torch's exporter does."""
    content = io.BytesIO()
    axes = {name: {0: "n"} for name in (*inputs, *outputs)} if dynamic else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # this exporter is the old one; the new one needs another package
        torch.onnx.export(
            module.eval(),
            tuple(inputs.values()),
            content,
            dynamo=False,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes=axes,
        )
    path.write_bytes(content.getvalue())
    return path


class Dcgan(nn.Module):
    """Transposed convolutions with batch normalisation, (n, 8, 1, 1) to (n, 3, 8, 8)."""

    def __init__(self, last: nn.Module | None = None) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.main = nn.Sequential(
            nn.ConvTranspose2d(8, 6, 4, 1, 0, bias=False),
            nn.BatchNorm2d(6),
            nn.ReLU(True),
            nn.ConvTranspose2d(6, 3, 4, 2, 1),
            last or nn.Tanh(),
        )
        self.main[1].running_mean.normal_()
        self.main[1].running_var.uniform_(0.5, 2.0)

    def forward(self, z: Tensor) -> Tensor:
        return self.main(z)


class Conditional(nn.Module):
    """An embedded label beside the latent, 28 x 28 pixels from 0 to 1 out of a perceptron."""

    def __init__(self, classes: int = 7) -> None:
        super().__init__()
        torch.manual_seed(2)
        self.embedding = nn.Embedding(classes, 5)
        self.main = nn.Sequential(nn.Linear(11, 20), nn.LeakyReLU(0.2), nn.Linear(20, 784), nn.Sigmoid())

    def forward(self, z: Tensor, label: Tensor) -> Tensor:
        return self.main(torch.cat([z, self.embedding(label)], 1)).view(-1, 1, 28, 28)


class OneHot(nn.Module):
    """A one-hot label in front of the latent, 768 numbers that are a colour picture."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(3)
        self.main = nn.Sequential(nn.Linear(4 + 6, 12), nn.ReLU(), nn.Linear(12, 768), nn.Tanh())

    def forward(self, y: Tensor, noise: Tensor) -> Tensor:
        return self.main(torch.cat([y, noise], 1))


def value(name: str, shape: Any, kind: int = TensorProto.FLOAT) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape)


def tensor(name: str, array: np.ndarray) -> onnx.TensorProto:
    return numpy_helper.from_array(array, name)


def model(
    nodes: list[onnx.NodeProto],
    inputs: list[onnx.ValueInfoProto],
    outputs: list[onnx.ValueInfoProto],
    tensors: list[onnx.TensorProto] | None = None,
    **more: Any,
) -> onnx.ModelProto:
    """Return a model by hand."""
    graph = helper.make_graph(nodes, "generator", inputs, outputs, tensors or [])
    opsets = more.pop("opset_imports", [helper.make_opsetid("", 17)])
    return helper.make_model(graph, opset_imports=opsets, ir_version=8, **more)


def linear(
    size: int = 4, shape: tuple[int, ...] = (1, 2, 2), *, axis: Any = "n", last: str = "Tanh", width: Any = None
) -> onnx.ModelProto:
    """Return a model of one layer with weights 0, 1/10, 2/10, ..."""
    count = int(np.prod(shape))
    weight = (np.arange(size * count, dtype=np.float32).reshape(size, count) - 5) / 10
    nodes = [
        helper.make_node("MatMul", ["z", "w"], ["flat"]),
        helper.make_node(last, ["flat"], ["bent"]),
        helper.make_node("Reshape", ["bent", "shape"], ["image"]),
    ]
    tensors = [tensor("w", weight), tensor("shape", np.array([-1, *shape], np.int64))]
    return model(nodes, [value("z", [axis, width or size])], [value("image", [axis, *shape])], tensors)


def written(path: Path, made: onnx.ModelProto) -> Path:
    path.write_bytes(made.SerializeToString())
    return path


def example() -> dict[str, Tensor]:
    """Return what `Dcgan` is exported with."""
    return {"z": torch.randn(2, 8, 1, 1)}

"""What is in an ONNX file, read without ONNX Runtime and checked before that is started.

Refused are: numbers in other files, operators and domains other than ONNX's own, sizes that the file does not hold,
training graphs, and files with absurdly many parts. The numbers of fields are those of onnx.proto3, IR version 13.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ganstudio.checkpoints.onnx.wire import Budget, WireError, fields, signed, text, varints
from ganstudio.settings import name_shown

__all__ = ["TYPES", "Node", "Outline", "Tensor", "Value", "looks_like_onnx", "outlined"]

MOST_FIELDS: Final = 500_000
MOST_NODES: Final = 20_000
MOST_TENSORS: Final = 20_000
DEEPEST: Final = 8
LARGEST_AXIS: Final = 2**31
MOST_AXES: Final = 8

TYPES: Final[Mapping[int, str]] = {
    1: "float32",
    2: "uint8",
    3: "int8",
    4: "uint16",
    5: "int16",
    6: "int32",
    7: "int64",
    9: "bool",
    10: "float16",
    11: "float64",
    12: "uint32",
    13: "uint64",
}
"""Kinds of numbers by their code in the file, as NumPy calls them; others are refused where they matter."""
OWN: Final = ("", "ai.onnx")
RANDOM: Final = ("RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli")

Axes = tuple[int | str, ...]
"""Sizes of axes; a name, or "", where the file leaves one open."""


@dataclass(frozen=True, eq=False)
class Tensor:
    """Numbers in the file."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    raw: memoryview | None
    """Little-endian bytes, or None where the file has them in another form."""
    whole: tuple[int, ...] = ()
    """Whole numbers that stand there one by one."""

    def array(self) -> NDArray[np.generic] | None:
        """Return the numbers, None where they are in a form that is not read."""
        if self.raw is not None:
            return np.frombuffer(self.raw, np.dtype(self.dtype).newbyteorder("<")).reshape(self.shape)
        if self.whole and len(self.whole) == math.prod(self.shape):
            return np.array(self.whole, np.int64).reshape(self.shape)
        return None


@dataclass(frozen=True)
class Value:
    """An input or an output of the graph: its name, kind of numbers ("" if not told), and axes (None if not told)."""

    name: str
    dtype: str
    shape: Axes | None


@dataclass(frozen=True)
class Node:
    """An operator with the names of what it is given and gives, and its attributes as far as they are whole numbers."""

    operator: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, int] = field(default_factory=dict)
    tensors: Mapping[str, Tensor] = field(default_factory=dict)


@dataclass(frozen=True)
class Outline:
    """A file.

    Attributes
    ----------
    nodes, tensors, inputs, outputs
        Of its graph; constants are tensors, and inputs that have a value in the file are left out.
    operators
        How often each operator stands in it, subgraphs and functions included.
    """

    producer: str
    opset: int
    nodes: tuple[Node, ...]
    tensors: Mapping[str, Tensor]
    inputs: tuple[Value, ...]
    outputs: tuple[Value, ...]
    operators: Mapping[str, int]

    @property
    def random(self) -> bool:
        """Whether it draws random numbers of its own."""
        return any(name in RANDOM for name in self.operators)


def looks_like_onnx(head: bytes) -> bool:
    """Tell whether a file begins as ONNX files do: with their version, then what wrote it, its domain or its graph."""
    # 08: field 1, a number. Versions since 2017 are 3 to 13; one digit is enough for long.
    following = (0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42)
    return len(head) > 3 and head[0] == 0x08 and 0 < head[1] < 64 and head[2] in following and any(head[3:8])


def outlined(content: bytes) -> Outline:
    """Read and check a file.

    Raises
    ------
    WireError
        Saying what is wrong with it, without its name.
    """
    return _Reader().model(memoryview(content))


class _Reader:
    """Walks through one file."""

    def __init__(self) -> None:
        self._budget = Budget(MOST_FIELDS)
        self._operators: dict[str, int] = {}
        self._used: set[tuple[str, str]] = set()
        self._tensors = 0

    def model(self, message: memoryview) -> Outline:
        graph: memoryview | None = None
        producer, opset = "", 0
        functions: list[memoryview] = []
        for number, value in self._fields(message):
            match number, value:
                case 2, memoryview():
                    producer = text(value)
                case 7, memoryview():
                    if graph is not None:
                        raise WireError("is damaged: it has two graphs")
                    graph = value
                case 8, memoryview():
                    domain, version = self._opset(value)
                    opset = max(opset, version) if domain in OWN else opset
                case 20, _:
                    raise WireError("holds a training graph; export the generator alone, in evaluation mode")
                case 25, memoryview():
                    functions.append(value)
        if graph is None:
            raise WireError("is no ONNX model: it has no graph")
        defined = {self._function(function) for function in functions}
        outline = self._graph(graph, producer, opset)
        for domain, operator in sorted(self._used):
            if domain not in OWN and (domain, operator) not in defined:
                called = name_shown(f"{domain}.{operator}")
                raise WireError(
                    f"uses the operator {called}, which is none of ONNX's own; custom operators are not run"
                )
        return outline

    def _fields(self, message: memoryview) -> list[tuple[int, int | memoryview]]:
        return list(fields(message, self._budget))

    def _opset(self, message: memoryview) -> tuple[str, int]:
        domain, version = "", 0
        for number, value in self._fields(message):
            if number == 1:
                domain = text(value)
            elif number == 2 and isinstance(value, int):
                version = value
        return domain, version

    def _function(self, message: memoryview) -> tuple[str, str]:
        """Check a function that the file defines, and return its domain and name."""
        name = domain = ""
        for number, value in self._fields(message):
            match number, value:
                case 1, memoryview():
                    name = text(value)
                case 7, memoryview():
                    self._node(value, 1)
                case 10, memoryview():
                    domain = text(value)
        return domain, name

    def _graph(self, message: memoryview, producer: str, opset: int, depth: int = 0) -> Outline:
        if depth > DEEPEST:
            raise WireError(f"its graphs are nested more than {DEEPEST} deep")
        nodes: list[Node] = []
        tensors: dict[str, Tensor] = {}
        inputs: list[Value] = []
        outputs: list[Value] = []
        for number, value in self._fields(message):
            match number, value:
                case 1, memoryview():
                    nodes.append(self._node(value, depth))
                case 5, memoryview():
                    tensor = self._tensor(value)
                    tensors[tensor.name] = tensor
                case 11, memoryview():
                    inputs.append(self._value(value))
                case 12, memoryview():
                    outputs.append(self._value(value))
                case 15, memoryview():
                    for inner, content in self._fields(value):
                        if inner in (1, 2) and isinstance(content, memoryview):
                            self._tensor(content)
        # Some exporters write weights as operators that give a constant.
        tensors |= {node.outputs[0]: node.tensors["value"] for node in nodes if _is_constant(node)}
        given = tuple(one for one in inputs if one.name not in tensors)
        return Outline(producer, opset, tuple(nodes), tensors, given, tuple(outputs), self._operators)

    def _node(self, message: memoryview, depth: int) -> Node:
        inputs: list[str] = []
        outputs: list[str] = []
        operator = domain = ""
        attributes: dict[str, int] = {}
        tensors: dict[str, Tensor] = {}
        for number, value in self._fields(message):
            match number:
                case 1:
                    inputs.append(text(value))
                case 2:
                    outputs.append(text(value))
                case 4:
                    operator = text(value)
                case 5 if isinstance(value, memoryview):
                    self._attribute(value, depth, attributes, tensors)
                case 7:
                    domain = text(value)
        self._used.add((domain, operator))
        self._operators[operator] = self._operators.get(operator, 0) + 1
        if sum(self._operators.values()) > MOST_NODES:
            raise WireError(f"has more than {MOST_NODES:,} operators")
        return Node(operator, tuple(inputs), tuple(outputs), attributes, tensors)

    def _attribute(
        self, message: memoryview, depth: int, attributes: dict[str, int], tensors: dict[str, Tensor]
    ) -> None:
        name = ""
        for number, value in self._fields(message):
            match number, value:
                case 1, _:
                    name = text(value)
                case 3, int():
                    attributes[name] = signed(value)
                case ((5 | 10), memoryview()):
                    tensors[name] = self._tensor(value)
                case ((6 | 11), memoryview()):
                    self._graph(value, "", 0, depth + 1)
                case ((22 | 23), memoryview()):
                    for inner, content in self._fields(value):
                        if inner in (1, 2) and isinstance(content, memoryview):
                            self._tensor(content)

    def _tensor(self, message: memoryview) -> Tensor:
        self._tensors += 1
        if self._tensors > MOST_TENSORS:
            raise WireError(f"has more than {MOST_TENSORS:,} tensors")
        name, code, raw, held = "", 0, None, 0
        shape: list[int] = []
        parts: list[memoryview] = []
        whole: list[int] = []
        elsewhere = False
        for number, value in self._fields(message):
            match number, value:
                case 1, _:
                    shape += varints(value, self._budget)
                case 2, int():
                    code = value
                case 8, _:
                    name = text(value)
                case 9, memoryview():
                    raw = value
                case ((4 | 10), memoryview()):  # float_data, double_data
                    parts.append(value)
                case ((5 | 7 | 11), _):  # int32_data, int64_data, uint64_data
                    held += len(value) if isinstance(value, memoryview) else 1
                    if held <= 4096:  # small ones are counts and depths, which are looked at
                        whole += varints(value, self._budget)
                case 13, _:
                    elsewhere = True
                case 14, int():
                    elsewhere = elsewhere or value == 1
        called = name_shown(name) or "without a name"
        if elsewhere:
            raise WireError(
                f"keeps the numbers of tensor {called} in another file, which is not read; torch.onnx.export(..., "
                "external_data=False) keeps them inside"
            )
        if len(shape) > MOST_AXES or any(not 0 <= size < LARGEST_AXIS for size in shape):
            raise WireError(f"tensor {called}: has axes of absurd sizes")
        if code not in TYPES:
            raise WireError(f"tensor {called}: holds numbers of a kind that is not read (ONNX's type {code})")
        return _filled(called, name, TYPES[code], tuple(shape), raw, parts, whole, held)

    def _value(self, message: memoryview) -> Value:
        name, dtype, shape = "", "", None
        for number, value in self._fields(message):
            if number == 1:
                name = text(value)
            elif number == 2 and isinstance(value, memoryview):
                dtype, shape = self._type(value)
        return Value(name, dtype, shape)

    def _type(self, message: memoryview) -> tuple[str, Axes | None]:
        """Return a tensor's kind of numbers and axes; what is no tensor has neither."""
        dtype, shape = "", None
        for number, value in self._fields(message):
            if number != 1 or not isinstance(value, memoryview):
                continue
            for inner, content in self._fields(value):
                if inner == 1 and isinstance(content, int):
                    dtype = TYPES.get(content, "")
                elif inner == 2 and isinstance(content, memoryview):
                    shape = tuple(self._axis(axis) for found, axis in self._fields(content) if found == 1)
        return dtype, shape

    def _axis(self, message: int | memoryview) -> int | str:
        if isinstance(message, int):
            raise WireError("is damaged: an axis is no message")
        for number, value in self._fields(message):
            if number == 1 and isinstance(value, int) and 0 < signed(value) < LARGEST_AXIS:
                return value
            if number == 2:
                return text(value)
        return ""


def _is_constant(node: Node) -> bool:
    return node.operator == "Constant" and len(node.outputs) == 1 and "value" in node.tensors


def _filled(
    called: str,
    name: str,
    dtype: str,
    shape: tuple[int, ...],
    raw: memoryview | None,
    parts: list[memoryview],
    whole: list[int],
    held: int,
) -> Tensor:
    """Return a tensor whose numbers are there, as far as can be told without reading them."""
    count = math.prod(shape)
    wrong = WireError(f"tensor {called}: should have {count:,} numbers, which are not there")
    itemsize = np.dtype(dtype).itemsize
    if raw is None and parts:
        # Packed numbers are the same bytes; alone, each is a field of its own.
        raw = parts[0] if len(parts) == 1 else memoryview(b"".join(parts))
    if raw is not None:
        if len(raw) != count * itemsize:
            raise wrong
        return Tensor(name, dtype, shape, raw)
    if count > held:  # each takes at least one byte
        raise wrong
    return Tensor(name, dtype, shape, memoryview(b"") if count == 0 else None, tuple(whole))

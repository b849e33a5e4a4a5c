"""What an ONNX graph is given, as the inputs of a generator.

Names, sizes and what the graph does with them decide what inputs are; what they leave open is asked, with the likeliest
answer filled in.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ganstudio.architecture import Input
from ganstudio.checkpoints.foreign.questions import Asked, ChoiceError
from ganstudio.checkpoints.inputs import FARTHEST, Given
from ganstudio.checkpoints.onnx.outline import Node, Outline, Value
from ganstudio.settings import name_shown, shown

__all__ = ["PASSING", "Feed", "Signature", "SignatureError", "signature_of"]

MOST_INPUTS: Final = 8
WIDEST: Final = 16_384
MOST_CODES: Final = 32
CLASSES: Final = (10, 2, 100, 1000)
LATENTS: Final = (100, 128, 512, 64, 62, 256)
LABELS: Final = re.compile(r"label|class|(^|[_./])(y|c|cls|cond\w*|onehot|one_hot|digit)\d*$", re.IGNORECASE)
NOISES: Final = re.compile(r"latent|noise|(^|[_./])(z|w|seed)\d*$", re.IGNORECASE)
CODES: Final = re.compile(r"code", re.IGNORECASE)
CONSTANTS: Final = re.compile(r"trunc|psi|scale|temperature", re.IGNORECASE)
FLOATS: Final = ("float32", "float16", "float64")
PASSING: Final = ("Identity", "Cast", "Squeeze", "Unsqueeze", "Reshape", "Flatten", "Transpose")
"""Operators that only move numbers."""

Role = Literal["latent", "label", "one-hot label", "code", "constant"]
NAMED: Final[dict[Role, re.Pattern[str]]] = {
    "code": CODES,
    "one-hot label": LABELS,
    "latent": NOISES,
    "constant": CONSTANTS,
}
"""What an input's name says of its role; the first that fits counts."""


class SignatureError(ValueError):
    """A graph is no generator of pictures. The message says why, without the file's name."""


@dataclass(frozen=True)
class Feed:
    """One input of the graph, and where its numbers come from.

    Attributes
    ----------
    shape
        Of all axes behind the first, which is the sample's; of a graph for one sample without that axis, of all. Of a
        constant of all axes, 0 where there is one for each sample.
    batch
        Samples that it takes at once, 0 for any number, -1 if there is no axis of samples.
    role, source, columns
        What it is; for all but constants which of the generator's inputs, and which of its columns.
    constant
        The number that fills a constant.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    batch: int
    role: Role
    source: int = 0
    columns: tuple[int, int] = (0, 0)
    constant: float = 0.0

    def array(self, given: Given, rows: int) -> NDArray[np.generic]:
        """Return what the graph is given of the inputs of `rows` samples."""
        if self.role == "constant":
            return np.full([axis or rows for axis in self.shape], self.constant, self.dtype)
        values = given[self.source]
        if self.role == "one-hot label" and values.ndim == 1:
            values = np.eye(self.columns[1])[values]
        elif self.role == "label" and values.ndim == 2:  # shares: the graph takes whole classes
            values = values.argmax(axis=1)
        if values.ndim == 2:
            values = values[:, slice(*self.columns)]
        whole = values.reshape(rows, *self.shape) if self.batch >= 0 else values.reshape(self.shape)
        return whole.astype(self.dtype)


@dataclass(frozen=True)
class Signature:
    """All inputs of a graph as a generator's.

    Attributes
    ----------
    inputs
        As `Architecture` has them.
    batch
        Samples that the graph takes at once: 0 for any number, -1 for one without an axis of samples.
    """

    inputs: tuple[Input, ...]
    feeds: tuple[Feed, ...]
    batch: int

    def arrays(self, given: Given, rows: int) -> dict[str, NDArray[np.generic]]:
        """Return what the graph is given of the inputs of `rows` samples, by name."""
        return {feed.name: feed.array(given, rows) for feed in self.feeds}


# ---- inputs ----------------------------------------------------------------------------------------------------------


def signature_of(outline: Outline, asked: Asked) -> Signature:
    """Work out what a graph is given.

    Raises
    ------
    SignatureError
        If it takes something that no generator is given.
    ChoiceError
        If an answer is not allowed.
    """
    if not outline.inputs:
        raise SignatureError("takes no inputs; a generator is given a latent")
    if len(outline.inputs) > MOST_INPUTS:
        raise SignatureError(f"takes {len(outline.inputs)} inputs; at most {MOST_INPUTS} are understood")
    batch = _batch(outline.inputs)
    looked = [_Looked.at(number, one, outline, batch) for number, one in enumerate(outline.inputs, start=1)]
    roles = _roles(looked, asked)
    if "latent" not in roles:
        raise SignatureError("takes nothing that could be a latent")
    inputs: list[Input] = []
    feeds: list[Feed] = []
    latent = 0
    for one, role in zip(looked, roles, strict=True):
        feed, given = one.feed(role, len(inputs), asked, latent)
        feeds.append(feed)
        if role == "latent":
            latent = feed.columns[1]
        elif given is not None:
            inputs.append(given)
    # Several latents are one, in pieces: it stands first.
    distribution = asked("latent", "how latents are drawn", "normal", "uniform")
    front = Input(kind="latent", size=latent, distribution="normal" if distribution == "normal" else "uniform")
    moved = tuple(feed if feed.role == "latent" else replace(feed, source=feed.source + 1) for feed in feeds)
    return Signature((front, *inputs), moved, batch)


def _batch(inputs: Sequence[Value]) -> int:
    """Return how many samples a graph takes at once."""
    vectors = [one.shape for one in inputs if one.shape is not None and len(one.shape) > 1]
    # A single number may stand beside any number of samples.
    sizes = {shape[0] for shape in vectors if _is_size(shape[0]) and any(axis != 1 for axis in shape)}
    if len(sizes) > 1:
        raise SignatureError("takes different numbers of samples at its inputs")
    if sizes:
        return int(sizes.pop())
    # A latent of one axis alone is one sample.
    if all(one.shape is not None and len(one.shape) <= 1 for one in inputs) and any(
        one.shape and _is_size(one.shape[0]) and one.dtype in FLOATS for one in inputs
    ):
        return -1
    return 0


def _is_size(axis: object) -> bool:
    return isinstance(axis, int)


@dataclass(frozen=True)
class _Looked:
    """An input, and what can be told of it."""

    number: int
    value: Value
    axes: tuple[int | str, ...]
    """Behind the axis of samples."""
    batch: int
    width: int | None
    """Numbers of a sample, if they are known."""
    classes: int | None
    """Of a label, from the table that it looks things up in."""

    @classmethod
    def at(cls, number: int, value: Value, outline: Outline, batch: int) -> _Looked:
        called = f"input {number} ({name_shown(value.name)})"
        if value.shape is None:
            raise SignatureError(f"{called} has no shape")
        if value.dtype not in (*FLOATS, "int32", "int64"):
            raise SignatureError(f"{called} takes {value.dtype or 'no numbers that are known'}")
        axes = value.shape if batch < 0 else value.shape[1:]
        if sum(axis != 1 for axis in axes) > 1:
            size = " x ".join(str(axis or "?") for axis in value.shape)
            raise SignatureError(f"{called} takes {size} numbers, as networks on pictures do; a latent is a vector")
        width: int | None = math.prod(axis for axis in axes if isinstance(axis, int))
        if any(not _is_size(axis) for axis in axes):
            width = _from_weights(value.name, outline)
        return cls(number, value, axes, batch, width, _choices(value.name, outline))

    @property
    def whole(self) -> bool:
        """Whether it takes whole numbers."""
        return self.value.dtype in ("int32", "int64")

    @property
    def bare(self) -> str:
        """Its name without the number of an output, which TensorFlow writes behind it."""
        return self.value.name.partition(":")[0]

    @property
    def called(self) -> str:
        return f"input {self.number} ({name_shown(self.value.name)})"

    def likely(self, *, alone: bool) -> tuple[Role, ...]:
        """Return what it may be, likeliest first."""
        if self.whole:
            return ("label", "constant")
        if alone:
            return ("latent",)
        found: list[Role] = ["latent", "one-hot label", "code", "constant"]
        for role, pattern in NAMED.items():
            if pattern.search(self.bare):
                found = [role, *(other for other in found if other != role)]
                break
        else:
            if self.width == 1 or not self.axes:
                found = ["constant", *(other for other in found if other != "constant")]
        return tuple(found)

    def feed(self, role: Role, source: int, asked: Asked, latent: int) -> tuple[Feed, Input | None]:
        """Return where its numbers come from, and the generator's input that goes with it."""
        if role == "constant":
            value = asked(f"value{self.number}", f"number for {self.called}", "1", "0", "0.7", also="another number")
            shape = tuple(axis if isinstance(axis, int) else 0 for axis in self.value.shape or ())
            constant = _number(self.number, value)
            return Feed(self.value.name, self.value.dtype, shape, self.batch, role, constant=constant), None
        if role == "label":
            classes = self.classes or asked.number(
                f"classes{self.number}", f"classes of {self.called}", *CLASSES, low=2, high=WIDEST
            )
            if self.width is None or self.width > 1:
                raise SignatureError(f"{self.called} takes several whole numbers, which is no class")
            shape = (1,) * len(self.axes)
            feed = Feed(self.value.name, self.value.dtype, shape, self.batch, role, source, (0, classes))
            return feed, Input(kind="label", size=classes)
        width = self.width or asked.number(
            f"size{self.number}",
            f"numbers of {self.called}",
            *(CLASSES if role == "one-hot label" else LATENTS),
            low=1,
            high=WIDEST,
        )
        if width > WIDEST:
            raise SignatureError(f"{self.called} takes {width:,} numbers; at most {WIDEST:,} are a latent")
        shape = tuple(axis if isinstance(axis, int) else width for axis in self.axes)
        begin = latent if role == "latent" else 0
        feed = Feed(self.value.name, self.value.dtype, shape, self.batch, role, source, (begin, begin + width))
        if role == "latent":
            return replace(feed, source=0), None
        kind: Literal["label", "code"] = "label" if role == "one-hot label" else "code"
        return feed, Input(kind=kind, size=width)


def _roles(looked: Sequence[_Looked], asked: Asked) -> list[Role]:
    """Return what each input is: told by what it takes and its name, or asked."""
    vectors = [one for one in looked if not one.whole]
    roles: list[Role] = []
    likeliest = max(vectors, key=_likeness, default=None)
    for one in looked:
        likely = one.likely(alone=len(vectors) == 1)
        if one is likeliest and "latent" in likely and not any(_named_latent(other) for other in vectors):
            likely = ("latent", *(role for role in likely if role != "latent"))
        elif not one.whole and likely[0] == "latent" and one is not likeliest and not _named_latent(one):
            likely = ("one-hot label", *(role for role in likely if role != "one-hot label"))
        if len(likely) == 1:
            roles.append(likely[0])
            continue
        said = asked(f"input{one.number}", f"what {one.called} is", *likely)
        roles.append(next(role for role in likely if role == said))
    labels = [one for one, role in zip(looked, roles, strict=True) if role in ("label", "one-hot label")]
    if len(labels) > 1:
        raise ChoiceError(
            f"input{labels[1].number}: two labels are too many; --set input{labels[1].number}=constant makes one fixed"
        )
    for one, role in zip(looked, roles, strict=True):
        if role == "code" and (one.width or 0) > MOST_CODES:
            raise ChoiceError(f"input{one.number}: {one.width} numbers are no code; at most {MOST_CODES} are")
    return roles


def _named_latent(one: _Looked) -> bool:
    return bool(NOISES.search(one.bare)) and not LABELS.search(one.bare)


def _likeness(one: _Looked) -> tuple[int, int, int]:
    """Return how much a vector is like a latent by its size: latents are rarely of 10 or 1,000 numbers."""
    width = one.width or 0
    return (not width or width in LATENTS) - (width in CLASSES), width, -one.number


def _number(number: int, said: str) -> float:
    try:
        value = float(said)
    except ValueError:
        value = math.nan
    if not abs(value) <= FARTHEST:
        raise ChoiceError(
            f"value{number}: {shown(said)} is not allowed; a number from {-FARTHEST:g} to {FARTHEST:g} is"
        )
    return value


# ---- what the graph does with an input -------------------------------------------------------------------------------


def _users(name: str, outline: Outline) -> Iterator[tuple[Node, str]]:
    """Yield operators that are given something, perhaps moved about, with what it is called there."""
    names = [name]
    for node in outline.nodes:
        for known in names:
            if known not in node.inputs:
                continue
            if node.operator in PASSING and node.inputs[0] == known:
                names += node.outputs[:1]
            else:
                yield node, known
            break


def _from_weights(name: str, outline: Outline) -> int | None:
    """Return how many numbers the first layer takes of an input whose size is left open."""
    for node, known in _users(name, outline):
        weight = outline.tensors.get(node.inputs[1]) if len(node.inputs) > 1 else None
        if weight is None or len(weight.shape) < 2 or node.inputs[0] != known:
            continue
        if node.operator == "Gemm":
            return weight.shape[1] if node.attributes.get("transB", 0) else weight.shape[0]
        if node.operator in ("MatMul", "ConvTranspose"):
            return weight.shape[-2] if node.operator == "MatMul" else weight.shape[0]
    return None


def _choices(name: str, outline: Outline) -> int | None:
    """Return of how many rows a label chooses one, if the graph tells."""
    for node, known in _users(name, outline):
        if node.operator == "Gather" and len(node.inputs) > 1 and node.inputs[1] == known:
            table = outline.tensors.get(node.inputs[0])
            if table is not None and len(table.shape) == 2:
                return table.shape[0]
        if node.operator == "OneHot" and node.inputs[0] == known:
            depth = _constant(node.inputs[1], outline)
            if depth is not None and 2 <= depth <= WIDEST:
                return int(depth)
    return None


def _constant(name: str, outline: Outline) -> float | None:
    """Return a single number of the graph."""
    tensor = outline.tensors.get(name)
    array = tensor.array() if tensor is not None else None
    return float(array.ravel()[0]) if array is not None and array.size == 1 else None

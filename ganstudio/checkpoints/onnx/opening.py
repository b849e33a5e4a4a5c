"""An ONNX file as a model: inputs and picture understood, what they leave open asked, and a card that says how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ganstudio import __version__
from ganstudio.architecture import Architecture
from ganstudio.architecture import Graph as GraphLayer
from ganstudio.checkpoints.card import Card
from ganstudio.checkpoints.errors import CheckpointError
from ganstudio.checkpoints.foreign.contents import Contents
from ganstudio.checkpoints.foreign.questions import Asked, ChoiceError, Question
from ganstudio.checkpoints.inputs import InputError, draw
from ganstudio.checkpoints.model import LONGEST_NAME, Model
from ganstudio.checkpoints.onnx.graph import Graph, content_of, graph_at, is_onnx, outline_of
from ganstudio.checkpoints.onnx.outline import Outline, Value
from ganstudio.checkpoints.onnx.picture import Picture, picture_of
from ganstudio.checkpoints.onnx.signature import Signature, SignatureError, signature_of

__all__ = ["GraphModel", "contents_of", "program_of", "read_onnx"]

PROBED: Final = 2
"""Samples of a first look at what a graph gives."""


@dataclass(frozen=True)
class GraphModel(Model):
    """A model that is a function: it gives pictures for latents, and has neither layers nor tensors.

    Attributes
    ----------
    graph
        The open file, whose process evaluates it.
    signature, output, taken
        How inputs become its, which output is taken, and how that becomes pictures.
    questions, notes
        What the file leaves open and how it was answered, and what a person may want to know.
    """

    graph: Graph | None = None
    signature: Signature | None = None
    output: str = ""
    taken: Picture | None = None
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()


def read_onnx(path: str | Path, choices: Mapping[str, Any] | None = None) -> GraphModel | None:
    """Open an ONNX file; None for another kind of file.

    Parameters
    ----------
    choices
        Answers to what it leaves open, by the keys of `GraphModel.questions`.

    Raises
    ------
    CheckpointError
        If it is damaged, hostile or no generator, an answer is not allowed, or ONNX Runtime is not installed.
    """
    if not is_onnx(path):
        return None
    graph = graph_at(path)
    asked = Asked({key: str(value) for key, value in (choices or {}).items()})
    try:
        return _understood(graph, asked)
    except (SignatureError, ChoiceError, InputError) as problem:
        raise CheckpointError(path, problem) from None


def _understood(graph: Graph, asked: Asked) -> GraphModel:
    outline = graph.outline
    signature = signature_of(outline, asked)
    output = _output(outline, asked)
    width = sum(one.width for one in signature.inputs)
    layer = GraphLayer(inputs=width, picture=(1, 1, 1), program=program_of(outline), digest=graph.digest)
    rows = abs(signature.batch) or PROBED
    unseen = Architecture(inputs=signature.inputs, layers=(layer,))
    found = graph.evaluate(signature, output, draw(unseen, rows, 0))
    picture = picture_of(output, outline, found, rows, asked)
    architecture = Architecture(
        inputs=signature.inputs,
        layers=(layer.model_copy(update={"picture": picture.shape}),),
        output_range=picture.output_range,
    )
    questions = asked.answered()
    notes = tuple(_notes(graph, signature))
    title = "".join(letter if letter.isprintable() else "?" for letter in graph.path.stem).strip()[:LONGEST_NAME]
    name = title or "model"
    answers = "; ".join(f"{one.key}={one.chosen}" for one in questions) or "nothing"
    said = [
        f"Opened by GAN Studio {__version__} from {name}{graph.path.suffix[:20]} ({program_of(outline)}).",
        f"What the file does not tell: {answers}.",
    ]
    return GraphModel(
        name=name,
        architecture=architecture,
        tensors={},
        card=Card(title=name, notes="\n".join(said)[:20_000]),
        graph=graph,
        signature=signature,
        output=output,
        taken=picture,
        questions=questions,
        notes=notes,
    )


def _output(outline: Outline, asked: Asked) -> str:
    """Return the name of the output that is taken: the first that may be pictures, unless somebody chose another."""
    likely = sorted(outline.outputs, key=lambda one: not _may_be_pictures(one))
    if not likely:
        raise SignatureError("gives nothing")
    if len(likely) == 1:
        return likely[0].name
    return asked("output", "which output is the picture", *(one.name for one in likely))


def _may_be_pictures(value: Value) -> bool:
    return value.shape is not None and len(value.shape) in (3, 4) and 1 not in value.shape[-2:]


def program_of(outline: Outline) -> str:
    """Return what a graph is written in, in a few words."""
    count = sum(outline.operators.values())
    by = f", by {outline.producer[:40]}" if outline.producer else ""
    return f"ONNX, operators of version {outline.opset}, {count:,} of them{by}"


def _notes(graph: Graph, signature: Signature) -> list[str]:
    """Return what a person may want to know, as what stands behind "it"."""
    said = ["is evaluated by ONNX Runtime; its layers are not known, so nothing that needs weights can be done with it"]
    if signature.batch > 1:
        said.append(f"takes exactly {signature.batch} samples at once")
    if graph.outline.random:
        said.append("draws random numbers of its own: the same latents need not give the same pictures")
    return said


def contents_of(path: str | Path) -> Contents:
    """Return the tensors in an ONNX file, for whoever inspects it; ONNX Runtime is not needed.

    Raises
    ------
    CheckpointError
        If the file is damaged or refused.
    """
    place = Path(path)
    outline = outline_of(place, content_of(place))
    tensors: dict[str, NDArray[Any]] = {}
    left_out = 0
    for name, tensor in outline.tensors.items():
        array = tensor.array()
        if array is None:
            left_out += 1
        elif array.dtype in (np.float16, np.float64):
            with np.errstate(over="ignore"):
                tensors[name] = array.astype(np.float32)
        else:
            tensors[name] = array
    dtypes = {name: tensor.dtype for name, tensor in outline.tensors.items()}
    values: dict[str, str | int | float | bool] = {
        **{f"input {one.name}": _said(one) for one in outline.inputs},
        **{f"output {one.name}": _said(one) for one in outline.outputs},
        **{f"operator {name}": count for name, count in sorted(outline.operators.items())},
    }
    notes = (f"{left_out} tensors in a form that is not read are left out",) if left_out else ()
    return Contents(place, program_of(outline), tensors, dtypes, values, ordered=True, notes=notes)


def _said(value: Value) -> str:
    shape = " x ".join(str(axis or "?") for axis in value.shape) if value.shape is not None else "any shape"
    return f"{value.dtype or 'unknown'} {shape or 'one number'}"

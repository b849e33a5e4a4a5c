"""The two files of a model that GAN Lab saved: JSON as TensorFlow.js writes it, and the numbers beside it.

The JSON has ``modelTopology`` with ``shape_name`` (the data), ``iter_count`` and ``config``, and a
``weightsManifest`` that lists tensors and the file they stand in, one after the other, as float32 with the lowest byte
first. Tensors are called ``d-0``, ``d-1``, ... and ``g-0``, ...: of discriminator and generator a weight (inputs,
outputs) and a bias (outputs,) for each layer. Read from the source of GAN Lab: its ``ganlab.ts`` and
``ganlab_models.ts``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ganstudio.checkpoints.regular_file import opened
from ganstudio.checkpoints.safetensors_header import strict_json
from ganstudio.files import FileError
from ganstudio.ganlab.kind import LARGEST
from ganstudio.settings import explain, name_shown, shown

__all__ = ["Config", "GanLabFile", "read_file"]

LARGEST_WEIGHTS: Final = 2**24

Data = Literal["line", "gaussians", "ring", "disjoint", "drawing"]
DATA: Final[tuple[Data, ...]] = get_args(Data)

Float32 = NDArray[np.float32]
Layers = Annotated[int, Field(ge=0, le=11)]
Units = Annotated[int, Field(ge=1, le=1000)]
Rate = Annotated[float, Field(gt=0.0, le=10.0)]
Steps = Annotated[int, Field(ge=0, le=100)]


class Read(BaseModel):
    """Values of the JSON; names that a newer GAN Lab adds are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False, strict=True)


class Config(Read):
    """The hyperparameters, under GAN Lab's names."""

    selectedNoiseType: Literal["1D Uniform", "1D Gaussian", "2D Uniform", "2D Gaussian"]  # noqa: N815
    noiseSize: Annotated[int, Field(ge=1, le=2)]  # noqa: N815
    numGeneratorLayers: Layers  # noqa: N815
    numDiscriminatorLayers: Layers  # noqa: N815
    numGeneratorNeurons: Units  # noqa: N815
    numDiscriminatorNeurons: Units  # noqa: N815
    dLearningRate: Rate  # noqa: N815
    gLearningRate: Rate  # noqa: N815
    dOptimizerType: Literal["SGD", "Adam"]  # noqa: N815
    gOptimizerType: Literal["SGD", "Adam"]  # noqa: N815
    lossType: Literal["Log loss", "LeastSq loss"]  # noqa: N815
    kDSteps: Steps  # noqa: N815
    kGSteps: Steps  # noqa: N815

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of every tensor by name; hidden layers are one more than GAN Lab counts."""
        found: dict[str, tuple[int, ...]] = {}
        for which, inputs, hidden, units, outputs in (
            ("d", 2, self.numDiscriminatorLayers + 1, self.numDiscriminatorNeurons, 1),
            ("g", self.noiseSize, self.numGeneratorLayers + 1, self.numGeneratorNeurons, 2),
        ):
            sizes = [inputs, *[units] * hidden, outputs]
            for layer, (before, after) in enumerate(pairwise(sizes)):
                found |= {f"{which}-{2 * layer}": (before, after), f"{which}-{2 * layer + 1}": (after,)}
        return found


class Topology(Read):
    """What TensorFlow.js takes for a description of layers, and GAN Lab fills with its own."""

    shape_name: Annotated[str, Field(max_length=60)]
    iter_count: Annotated[int, Field(ge=0, le=5_000_000)]
    config: Config


class Entry(Read):
    """One tensor of the manifest."""

    name: Annotated[str, Field(max_length=60)]
    shape: Annotated[list[Annotated[int, Field(ge=0, le=100_000)]], Field(max_length=4)]
    dtype: Literal["float32"]
    quantization: None = None


class Group(Read):
    """Tensors and the files that hold them, one after the other."""

    paths: Annotated[list[Annotated[str, Field(max_length=1000)]], Field(min_length=1, max_length=16)]
    weights: Annotated[list[Entry], Field(max_length=100)]


class Whole(Read):
    """The whole JSON."""

    modelTopology: Topology  # noqa: N815
    weightsManifest: Annotated[list[Group], Field(min_length=1, max_length=16)]  # noqa: N815


@dataclass(frozen=True)
class GanLabFile:
    """A saved model as its files have it.

    Attributes
    ----------
    path
        Of the JSON.
    data
        What GAN Lab calls the data, one of `DATA`.
    iterations
        How long it was trained.
    config
        Its hyperparameters.
    tensors
        By GAN Lab's names, finite, of the shapes that `config` asks for.
    """

    path: Path
    data: Data
    iterations: int
    config: Config
    tensors: Mapping[str, Float32]


def read_file(path: str | Path) -> GanLabFile:
    """Read a model that GAN Lab saved.

    Parameters
    ----------
    path
        Of the JSON. Files of weights are looked for beside it, by the last part of what the JSON calls them.

    Raises
    ------
    FileError
        Naming the file, and the setting or the tensor that is wrong.
    """
    path = Path(path)
    whole = _json(path)
    topology = whole.modelTopology
    data = next((kind for kind in DATA if kind == topology.shape_name.lower()), None)
    if data is None:
        raise FileError(path, f"shape_name: {shown(topology.shape_name)} is not known; one of {', '.join(DATA)}")
    config = topology.config
    if not config.selectedNoiseType.startswith(str(config.noiseSize)):
        raise FileError(path, f"noiseSize: {config.noiseSize} does not go with {shown(config.selectedNoiseType)}")
    _check_manifest(path, whole, config.shapes())
    tensors = {name: array for group in whole.weightsManifest for name, array in _group(path, group).items()}
    return GanLabFile(path, data, topology.iter_count, config, tensors)


def _json(path: Path) -> Whole:
    with opened(path) as (file, size):
        if size > LARGEST:
            raise FileError(path, f"has {size:,} bytes; a model of GAN Lab has at most {LARGEST:,}")
        content = file.read()
    try:
        tree: Any = strict_json(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise FileError(path, "is not UTF-8 text; JSON is") from None
    except ValueError as error:  # of JSON's own, too
        said = str(error)
        raise FileError(path, said if said.startswith(("is ", "has ")) else f"is not valid JSON ({said})") from None
    try:
        return Whole.model_validate(tree)
    except ValidationError as error:
        first = error.errors()[0]
        missing = name_shown(".".join(map(str, first["loc"]))) if first["type"] == "missing" else ""
        said = f"it has no {missing}" if missing else explain(error)
        raise FileError(path, f"is no model of GAN Lab: {said}") from None


def _check_manifest(path: Path, whole: Whole, wanted: Mapping[str, tuple[int, ...]]) -> None:
    """Hold all tensors of the manifest against the configuration, before a file of weights is read."""
    entries = [entry for group in whole.weightsManifest for entry in group.weights]
    for entry in entries:
        if entry.name not in wanted:
            raise FileError(path, f"{name_shown(entry.name)}: the configuration has no such layer")
        if tuple(entry.shape) != wanted[entry.name]:
            needed = " x ".join(map(str, wanted[entry.name]))
            raise FileError(path, f"{entry.name}: has the shape {entry.shape}; the configuration asks for {needed}")
    names = {entry.name for entry in entries}
    if len(names) < len(entries):
        raise FileError(path, "lists a tensor twice")
    if missing := [name for name in wanted if name not in names]:
        raise FileError(path, f"{missing[0]}: is missing from the manifest; the configuration has such a layer")


def _group(path: Path, group: Group) -> dict[str, Float32]:
    """Return the tensors of one group of the manifest."""
    places = [path.with_name(_last_part(path, text)) for text in group.paths]
    content = b"".join(_weights(path, place) for place in places)
    called = " and ".join(place.name for place in places)
    needed_bytes = 4 * sum(math.prod(entry.shape) for entry in group.weights)
    if len(content) != needed_bytes:
        raise FileError(path, f"its weights, {called}, have {len(content):,} bytes; {needed_bytes:,} are needed")
    found: dict[str, Float32] = {}
    start = 0
    for entry in group.weights:
        count = math.prod(entry.shape)
        array = np.frombuffer(content, "<f4", count, start).astype(np.float32).reshape(entry.shape)
        start += 4 * count
        if not np.isfinite(array).all():
            raise FileError(path, f"{entry.name}: has values that are not finite (NaN or infinity), in {called}")
        found[entry.name] = array
    return found


def _last_part(path: Path, text: str) -> str:
    """Return the name of a file of weights: wherever the JSON says that it is, it is looked for beside it."""
    name = PurePosixPath(text.replace("\\", "/")).name
    if not name or name == ".." or "\0" in name:
        raise FileError(path, f"{shown(text)} is no name of a file of weights")
    return name


def _weights(path: Path, place: Path) -> bytes:
    try:
        with opened(place) as (file, size):
            if size > LARGEST_WEIGHTS:
                raise FileError(place, f"has {size:,} bytes; at most {LARGEST_WEIGHTS:,} are read")
            return file.read()
    except FileError as error:
        said = str(error).removeprefix(f"{place}: ")
        if not place.exists():
            said = "is missing; it has to lie in the same folder"
        raise FileError(path, f"its weights, {place.name}: {said}") from None

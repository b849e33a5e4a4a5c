"""A trained generator as plain values, and the file that holds it: safetensors with our names in its metadata.

Metadata, all texts: ``format`` "ganstudio-model", ``version`` "major.minor", ``name``, ``architecture`` (JSON),
``card`` (JSON), and where there are any ``experiment`` (JSON, the settings it was trained with) and ``parts`` (JSON,
architectures of further networks by name). Tensors are called ``generator.0.weight``, after the networks' names and
`Architecture.tensors`, and ``resume.`` with whatever training needs to go on.

A newer minor version may add names, which are passed over; it never changes what the present ones mean.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ValidationError

from ganstudio.architecture import Architecture
from ganstudio.checkpoints.card import Card, Distance
from ganstudio.checkpoints.errors import CheckpointError
from ganstudio.checkpoints.regular_file import opened
from ganstudio.checkpoints.safetensors_content import packed, read_array
from ganstudio.checkpoints.safetensors_header import Header, header_of, strict_json
from ganstudio.files import FileError, write_whole
from ganstudio.settings import explain, shown

__all__ = [
    "FORMAT",
    "VERSION",
    "Card",
    "Description",
    "Distance",
    "Model",
    "Part",
    "check",
    "describe",
    "is_own",
    "read_model",
    "write_model",
]

FORMAT: Final = "ganstudio-model"
VERSION: Final = (1, 1)
"""Major and minor version of what is written."""
GENERATOR: Final = "generator"
RESUME: Final = "resume"
LONGEST_NAME: Final = 120
LONGEST_TEXT: Final = 1_000_000
"""Characters of one text of the metadata."""
MOST_PARTS: Final = 16
_FLOATS: Final = ("F32", "F16")
_PART: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")

Arrays = Mapping[str, NDArray[Any]]
Described = TypeVar("Described", bound=BaseModel)


@dataclass(frozen=True)
class Part:
    """A further network that was trained with the generator.

    Attributes
    ----------
    architecture
        What it is made of.
    tensors
        By name, as ``architecture.tensors()`` has them; float32 or float16.
    """

    architecture: Architecture
    tensors: Arrays


@dataclass(frozen=True)
class Model:
    """A generator and what belongs to it.

    Attributes
    ----------
    name
        One line, at most 120 characters.
    architecture
        What the generator is made of, its inputs and its output's range.
    tensors
        By name, as ``architecture.tensors()`` has them; float32 or float16.
    card
        What a person wants to know of it.
    experiment
        The settings that it was trained with as a plain tree, None if it is not known.
    parts
        Further networks: "encoder", "critic", ...
    resume
        Everything that training needs to go on, the optimisers' states among it; None where nobody asked for it.
    """

    name: str
    architecture: Architecture
    tensors: Arrays
    card: Card = field(default_factory=Card)
    experiment: Mapping[str, Any] | None = None
    parts: Mapping[str, Part] = field(default_factory=dict)
    resume: Arrays | None = None

    @property
    def networks(self) -> dict[str, Part]:
        """The generator and all parts by name."""
        return {GENERATOR: Part(self.architecture, self.tensors), **self.parts}


def check(model: Model) -> None:
    """Refuse a model whose pieces do not go together.

    Raises
    ------
    ValueError
        Naming the tensor that is missing, left over, of another shape, of another type, or not finite, or what else
        is wrong.
    """
    _check_names(model)
    for name, part in model.networks.items():
        _check_tensors(name, part)


def _check_names(model: Model) -> None:
    if not model.name or len(model.name) > LONGEST_NAME or not model.name.isprintable():
        raise ValueError(f"name {shown(model.name)}: is one line of 1 to {LONGEST_NAME} characters")
    if not model.architecture.inputs or len(model.architecture.output) != 3:
        raise ValueError("the generator is no network that makes pictures out of inputs")
    if model.architecture.opaque:
        raise ValueError("is a graph of another program, whose weights are not known; only layers can be written")
    low, high = model.architecture.output_range
    if low == high:
        raise ValueError(f"the generator's output has the range {low:g} to {high:g}, in which nothing can be seen")
    if len(model.parts) > MOST_PARTS:
        raise ValueError(f"has {len(model.parts)} further networks; at most {MOST_PARTS} are allowed")
    for name in model.parts:
        if not _PART.fullmatch(name) or name in (GENERATOR, RESUME):
            raise ValueError(f"network {shown(name)}: a name has small letters, digits and underscores")
    classes, named = model.architecture.classes, len(model.card.class_names)
    if named and named != classes:
        raise ValueError(f"card: names {named} classes; the generator has {classes}")


def _check_tensors(network: str, part: Part) -> None:
    wanted = part.architecture.tensors()
    _check_listed(network, part.tensors, wanted)
    for name, shape in wanted.items():
        array = part.tensors[name]
        if array.shape != shape:
            raise ValueError(f"tensor {network}.{name}: has the shape {array.shape}; {shape} is needed")
        if array.dtype not in (np.float32, np.float16):
            raise ValueError(f"tensor {network}.{name}: holds {array.dtype}; float32 or float16 is needed")
        if not np.isfinite(array).all():
            raise ValueError(f"tensor {network}.{name}: has values that are not finite (NaN or infinity)")


def _check_listed(network: str, found: Mapping[str, object], wanted: Mapping[str, object]) -> None:
    if missing := [name for name in wanted if name not in found]:
        raise ValueError(f"tensor {network}.{missing[0]}: is missing{_and_more(missing)}")
    if over := [name for name in found if name not in wanted]:
        raise ValueError(f"tensor {shown(f'{network}.{over[0]}')}: belongs to no layer{_and_more(over)}")


def _and_more(names: list[str]) -> str:
    return f" (and {len(names) - 1} more)" if len(names) > 1 else ""


# ---- writing --------------------------------------------------------------------------------------------


def write_model(path: str | Path, model: Model) -> None:
    """Write a model whole or not at all; the same model gives the same bytes.

    Raises
    ------
    CheckpointError
        If its pieces do not go together, or the file cannot be written.
    """
    tensors = {f"{part}.{name}": array for part, own in model.networks.items() for name, array in own.tensors.items()}
    tensors |= {f"{RESUME}.{name}": array for name, array in (model.resume or {}).items()}
    try:
        check(model)
        metadata = _metadata(model)
        for name, text in metadata.items():
            if len(text) > LONGEST_TEXT:
                raise ValueError(f"its {name} has {len(text):,} characters; at most {LONGEST_TEXT:,} are allowed")
        content = packed(tensors, metadata)
    except (ValueError, TypeError) as error:  # TypeError: something in the experiment that JSON has not
        raise CheckpointError(path, error) from None
    try:
        write_whole(path, content)
    except FileError as error:
        raise CheckpointError(path, str(error).removeprefix(f"{path}: ")) from None


def _metadata(model: Model) -> dict[str, str]:
    """Return everything but the tensors as texts."""
    told = {
        "format": FORMAT,
        "version": "{}.{}".format(*VERSION),
        "name": model.name,
        "architecture": model.architecture.model_dump_json(),
        "card": model.card.model_dump_json(exclude_defaults=True),
    }
    if model.experiment is not None:
        told["experiment"] = json.dumps(model.experiment, sort_keys=True, allow_nan=False)
    if model.parts:
        parts = {name: part.architecture.model_dump(mode="json") for name, part in sorted(model.parts.items())}
        told["parts"] = json.dumps(parts)
    return told


# ---- reading --------------------------------------------------------------------------------------------


def is_own(header: Header) -> bool:
    """Whether a file says that it is one of ours."""
    return header.metadata.get("format") == FORMAT


def read_model(path: str | Path, *, with_resume: bool = False) -> Model:
    """Read a model of ours.

    Parameters
    ----------
    with_resume
        Whether what training needs to go on is read, too, where the file has it.

    Raises
    ------
    CheckpointError
        If it cannot be read, is none of ours, was written in a newer major version, or its pieces do not go together.
    """
    with opened(path) as (file, size):
        header = header_of(file, size, path)
        plan = _planned(header, path)
        model = plan.filled(file, header, path, with_resume=with_resume)
    try:
        check(model)
    except ValueError as error:
        raise CheckpointError(path, error) from None
    return model


class Description(NamedTuple):
    """What a file says of its model; see `Model`."""

    name: str
    architecture: Architecture
    card: Card
    experiment: Mapping[str, Any] | None
    parts: Mapping[str, Architecture]


def describe(path: str | Path) -> Description:
    """Read what a file of ours says of its model, but none of the numbers.

    Raises
    ------
    CheckpointError
        As `read_model`.
    """
    with opened(path) as (file, size):
        plan = _planned(header_of(file, size, path), path)
    parts = dict(plan.architectures)
    return Description(plan.name, parts.pop(GENERATOR), plan.card, plan.experiment, parts)


def _planned(header: Header, path: str | Path) -> _Plan:
    try:
        return _Plan.of(header)
    except ValueError as error:
        raise CheckpointError(path, error) from None


@dataclass(frozen=True)
class _Plan:
    """What the metadata announces, held against the header's tensors before any of them is read."""

    name: str
    architectures: Mapping[str, Architecture]
    card: Card
    experiment: Mapping[str, Any] | None
    resume: tuple[str, ...]

    @classmethod
    def of(cls, header: Header) -> _Plan:
        """Read the metadata.

        Raises
        ------
        ValueError
            Saying what is wrong.
        """
        if not is_own(header):
            raise ValueError(f'is no model of GAN Studio: its metadata has no format "{FORMAT}"')
        told = header.metadata
        newer = _is_newer(told.get("version", ""))
        if missing := [name for name in ("name", "architecture") if name not in told]:
            raise ValueError(f"its metadata has no {missing[0]}")
        parts = _table(told.get("parts", "{}"), "parts")
        for name, tree in parts.items():
            if not _PART.fullmatch(name) or name in (GENERATOR, RESUME) or not isinstance(tree, dict):
                raise ValueError(f"its parts have {shown(name)}, which is no network's architecture")
        trees = {GENERATOR: _table(told["architecture"], "architecture"), **parts}
        architectures = {name: _described(Architecture, tree, newer, name) for name, tree in trees.items()}
        plan = cls(
            told["name"],
            architectures,
            _described(Card, _table(told.get("card", "{}"), "card"), newer, "card"),
            _table(told["experiment"], "experiment") if "experiment" in told else None,
            tuple(name for name in header.tensors if name.startswith(f"{RESUME}.")),
        )
        plan._check_header(header, newer)
        return plan

    def _check_header(self, header: Header, newer: bool) -> None:
        """Refuse tensors of other names, shapes and types than the architectures have."""
        left = set(header.tensors) - set(self.resume)
        for network, architecture in self.architectures.items():
            own = {name for name in left if name.startswith(f"{network}.")}
            left -= own
            wanted = architecture.tensors()
            _check_listed(network, {name.removeprefix(f"{network}."): None for name in sorted(own)}, wanted)
            for name, shape in wanted.items():
                entry = header.tensors[f"{network}.{name}"]
                if entry.shape != shape:
                    raise ValueError(f"tensor {network}.{name}: has the shape {entry.shape}; {shape} is needed")
                if entry.dtype not in _FLOATS:
                    raise ValueError(f"tensor {network}.{name}: holds {entry.dtype}; F32 or F16 is needed")
        if left and not newer:
            raise ValueError(f"tensor {shown(min(left))}: belongs to no network{_and_more(sorted(left))}")

    def filled(self, file: BinaryIO, header: Header, path: str | Path, *, with_resume: bool) -> Model:
        """Return the model with its tensors."""
        networks = {
            network: Part(
                architecture,
                {name: read_array(file, header, f"{network}.{name}", path) for name in architecture.tensors()},
            )
            for network, architecture in self.architectures.items()
        }
        generator = networks.pop(GENERATOR)
        wanted = self.resume if with_resume else ()
        resume = {name.removeprefix(f"{RESUME}."): read_array(file, header, name, path) for name in wanted}
        return Model(
            self.name,
            generator.architecture,
            generator.tensors,
            self.card,
            self.experiment,
            networks,
            resume or None,
        )


def _is_newer(version: str) -> bool:
    """Return whether a file's minor version is newer; refuse a newer major version, and what is no version."""
    if not re.fullmatch(r"\d{1,4}\.\d{1,4}", version, re.ASCII):
        raise ValueError(f'its version {shown(version)} is not known; it is of the form "1.0"')
    major, minor = map(int, version.split("."))
    if major > VERSION[0]:
        own = "{}.{}".format(*VERSION)
        raise ValueError(f"was written by a newer GAN Studio (format {version}); this one reads up to format {own}")
    if major < 1:
        raise ValueError(f"its version {version} is not known; the first was 1.0")
    return (major, minor) > VERSION


def _table(text: str, what: str) -> dict[str, Any]:
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"its {what} has {len(text):,} characters; at most {LONGEST_TEXT:,} are read")
    try:
        tree = strict_json(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"its {what} is not valid JSON ({error})") from None
    except ValueError as error:
        raise ValueError(f"its {what} {error}") from None
    if not isinstance(tree, dict):
        raise ValueError(f"its {what} is no table")
    return tree


def _described(kind: type[Described], tree: dict[str, Any], newer: bool, what: str) -> Described:
    """Return an architecture or a card; names that a newer version has added are passed over."""
    try:
        return kind.model_validate_json(json.dumps(tree))
    except ValidationError as error:
        unknown = [found["loc"] for found in error.errors() if found["type"] == "extra_forbidden"]
        if not (newer and unknown):
            raise ValueError(f"{what}: {explain(error)}") from None
    for place in unknown:
        _drop(tree, place)
    return _described(kind, tree, newer, what)


def _drop(tree: dict[str, Any], place: tuple[int | str, ...]) -> None:
    """Take one name out of a tree; a place also names the kinds of layers, which are no part of it."""
    *above, name = place
    inner: Any = tree
    for part in above:
        if not isinstance(inner, dict) or part in inner:
            inner = inner[part]
    del inner[name]

"""A judge's file: safetensors with our names in its metadata, like a model's file but with a network on pictures.

Metadata, all texts: ``format`` "ganstudio-judge", ``version`` "1", ``architecture`` and ``card`` (JSON). Tensors are
called as `Architecture.tensors` has them and are float16: the files come with every copy of the program.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import numpy as np
from pydantic import Field, ValidationError

from ganstudio.architecture import Architecture
from ganstudio.checkpoints.errors import CheckpointError
from ganstudio.checkpoints.model import Part
from ganstudio.checkpoints.regular_file import opened
from ganstudio.checkpoints.safetensors_content import packed, read_array
from ganstudio.checkpoints.safetensors_header import header_of
from ganstudio.files import write_whole
from ganstudio.settings import Settings, explain

__all__ = ["FORMAT", "JudgeCard", "read_judge", "write_judge"]

FORMAT: Final = "ganstudio-judge"
VERSION: Final = "1"

Line = Annotated[str, Field(min_length=1, max_length=300)]


class JudgeCard(Settings):
    """What is known about a judge."""

    title: Line
    """For example "MNIST classifier"."""
    data: Line
    """What it was trained on."""
    licence: Line
    """Of the data, and of the weights."""
    class_names: Annotated[tuple[str, ...], Field(min_length=2, max_length=1000)]
    accuracy: Annotated[float, Field(ge=0.0, le=1.0)]
    """Share of the pictures that it was tested with whose class it names."""
    tested: Annotated[int, Field(ge=1)]
    """How many these were."""
    tested_on: Line
    """Which these were."""
    settings: Line
    """How it was trained: command, seed, epochs."""


def write_judge(path: str | Path, part: Part, card: JudgeCard) -> int:
    """Write a judge whole or not at all, its numbers rounded to float16; return how many bytes that were.

    Raises
    ------
    FileError
        If the file cannot be written.
    """
    metadata = {
        "format": FORMAT,
        "version": VERSION,
        "architecture": part.architecture.model_dump_json(),
        "card": card.model_dump_json(),
    }
    content = packed({name: part.tensors[name].astype(np.float16) for name in part.architecture.tensors()}, metadata)
    write_whole(path, content)
    return len(content)


def read_judge(path: str | Path) -> tuple[Part, JudgeCard]:
    """Read a judge.

    Raises
    ------
    CheckpointError
        If it cannot be read, is no judge, or its pieces do not go together.
    """
    with opened(path) as (file, size):
        header = header_of(file, size, path)
        told = header.metadata
        if told.get("format") != FORMAT or told.get("version") != VERSION:
            raise CheckpointError(path, f'is no judge of GAN Studio: its format is not "{FORMAT}", version {VERSION}')
        try:
            architecture = Architecture.model_validate_json(told.get("architecture", "{}"))
            card = JudgeCard.model_validate_json(told.get("card", "{}"))
        except ValidationError as error:
            raise CheckpointError(path, explain(error)) from None
        wanted = architecture.tensors()
        if {name: entry.shape for name, entry in header.tensors.items()} != wanted:
            raise CheckpointError(path, "its tensors are not those of its architecture")
        tensors = {name: read_array(file, header, name, path) for name in wanted}
    if not architecture.picture or architecture.output != (len(card.class_names),):
        raise CheckpointError(path, f"gives no score to each of {len(card.class_names)} classes of a picture")
    if not all(array.dtype.kind == "f" and np.isfinite(array).all() for array in tensors.values()):
        raise CheckpointError(path, "has values that are no finite numbers")
    return Part(architecture, tensors), card

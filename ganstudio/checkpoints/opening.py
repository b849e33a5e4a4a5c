"""Opens any file with a trained generator in it, by what the file is, not by what it is called."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from ganstudio import resources
from ganstudio.checkpoints.errors import CheckpointError
from ganstudio.checkpoints.foreign.opening import read_foreign
from ganstudio.checkpoints.model import Model, is_own, read_model
from ganstudio.checkpoints.onnx.opening import read_onnx
from ganstudio.checkpoints.regular_file import opened
from ganstudio.checkpoints.safetensors_header import checked_header

__all__ = ["READERS", "SUFFIX", "found", "is_ours", "open_model", "shipped"]

SUFFIX: Final = ".safetensors"
JUDGES: Final = "judges"
"""The folder whose files are classifiers, no generators; see `ganstudio.judging`."""
FIRST: Final = ("infogan-mnist", "dcgan-mnist", "acgan-fashion", "dcgan-emoji", "vae-mnist")
"""The order in which the models that come with the program are shown, what people come for first."""

Choices = Mapping[str, Any]
"""What cannot be known from another program's file, by name: the foreign readers say which names there are."""
Reader = Callable[[str | Path, Choices | None], Model | None]
"""Returns the model in a file, or None for a file that is not for this reader."""


def shipped() -> dict[str, Path]:
    """Return the models that come with the program by name: files in `models/` and one folder below.

    Those that are named in `FIRST` come first, the others in the order of their names.
    """
    folder = resources.models_folder()
    files = sorted([*folder.glob(f"*{SUFFIX}"), *folder.glob(f"*/*{SUFFIX}")], key=lambda path: _place(path.stem))
    return {path.stem: path for path in files if path.parent.name != JUDGES}


def _place(name: str) -> tuple[int, str]:
    return (FIRST.index(name) if name in FIRST else len(FIRST)), name


def found(what: str | Path) -> Path:
    """Return the path of a model: `what` itself if there is such a file, otherwise that of the shipped model.

    Raises
    ------
    CheckpointError
        If there is neither.
    """
    try:
        if os.path.lexists(what):  # a broken link, too, is said to be one
            return Path(what)
    except ValueError as error:  # what no file can be called
        raise CheckpointError(repr(what), error) from None
    known = shipped()
    if str(what) in known:
        return known[str(what)]
    names = f" ({', '.join(known)})" if known else ""
    raise CheckpointError(what, f"there is no such file, and no such model that comes with the program{names}")


def open_model(path: str | Path, choices: Choices | None = None) -> Model:
    """Read the generator in a file.

    Parameters
    ----------
    path
        A file, or the name of a shipped model.
    choices
        Answers to what cannot be known from another program's file, by the keys of its questions
        (`ganstudio.checkpoints.foreign.inferring`, `ganstudio.checkpoints.onnx.signature`), and by
        "part" which of its networks is taken.

    Raises
    ------
    CheckpointError
        If it cannot be read, or nothing that is known is in it.
    """
    place = found(path)
    for reader in READERS:
        model = reader(place, choices)
        if model is not None:
            return model
    raise CheckpointError(place, "is no model that is known")


def is_ours(path: str | Path) -> bool:
    """Whether a file says that it is a model of ours; whether that is true, `read_model` finds out.

    Raises
    ------
    CheckpointError
        If it cannot be read, or is a broken safetensors file.
    """
    with opened(path) as (file, _size):
        looks_like_it = file.read(9)[8:] == b"{"
    return looks_like_it and is_own(checked_header(path))


def _own(path: str | Path, choices: Choices | None) -> Model | None:
    if not is_ours(path):
        return None
    if choices:
        raise CheckpointError(
            path, f"is a model of GAN Studio, which says itself what it is; {min(choices)} is not asked"
        )
    return read_model(path)


READERS: Final[tuple[Reader, ...]] = (_own, read_onnx, read_foreign)
"""Tried in order; the last takes every file, or says why not. Add a line before it for another kind of file."""

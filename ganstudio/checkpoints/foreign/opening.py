"""Other people's files as models: read, searched for the generator, understood, and with a card that says how."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ganstudio import __version__
from ganstudio.checkpoints.card import Card
from ganstudio.checkpoints.errors import UnfitError
from ganstudio.checkpoints.foreign.contents import Contents
from ganstudio.checkpoints.foreign.early import found_among, not_finite, refuse_early
from ganstudio.checkpoints.foreign.finding import Found
from ganstudio.checkpoints.foreign.reading import read
from ganstudio.checkpoints.model import LONGEST_NAME, Model, check

__all__ = ["found_in", "model_of", "read_foreign"]


def read_foreign(path: str | Path, choices: Mapping[str, Any] | None = None) -> Model:
    """Read the generator in another program's file.

    Parameters
    ----------
    choices
        Answers to what shapes leave open, by the keys of `Guess.questions`, and which part of the file is taken, by
        "part".

    Raises
    ------
    CheckpointError
        If it cannot be read, holds no generator that is known, or a choice is not allowed.
    """
    refuse_early(path, choices)
    contents = read(path)
    return model_of(contents, found_in(contents, choices))


def found_in(contents: Contents, choices: Mapping[str, Any] | None = None) -> Found:
    """Return the generator in a checkpoint that was read; quick enough for every choice that somebody tries.

    Raises
    ------
    CheckpointError
        If there is none, or a choice is not allowed.
    """
    return found_among(contents.path, contents.tensors, choices, ordered=contents.ordered, values=contents.values)


def model_of(contents: Contents, which: Found) -> Model:
    """Return a generator that was found as a model.

    Raises
    ------
    UnfitError
        If its tensors are not finite.
    """
    guess = which.guess
    tensors = {
        ours: np.ascontiguousarray(array, dtype=np.float32) for ours, array in guess.taken(contents.tensors).items()
    }
    for ours, array in tensors.items():
        if not np.isfinite(array).all():
            raise UnfitError(contents.path, not_finite(guess.sources[ours]))
    title = _title(contents.path)
    model = Model(title, guess.architecture, tensors, Card(title=title, notes=_notes(contents, which)))
    try:
        check(model)
    except ValueError as error:
        raise UnfitError(contents.path, error) from None
    return model


def _title(path: Path) -> str:
    text = "".join(letter if letter.isprintable() else "?" for letter in path.stem).strip()
    return text[:LONGEST_NAME] or "model"


def _notes(contents: Contents, which: Found) -> str:
    """Return where a model comes from and what was assumed."""
    answers = "; ".join(f"{question.key}={question.chosen}" for question in which.guess.questions)
    part = f", {which.candidate.name}" if which.candidate.name else ""
    where = f"{_title(contents.path)}{contents.path.suffix[:20]} ({contents.kind}{part})"
    lines = [
        f"Read by GAN Studio {__version__} from {where}.",
        f"The architecture was worked out from shapes; it {'; it '.join(which.guess.notes)}.",
        f"What shapes do not tell: {answers}.",
        *(f"{note}." for note in contents.notes),
    ]
    return "\n".join(lines)[:20_000]

"""Pictures that carry what they show: an experiment as text, and the state of every run, inside a PNG.

The experiments stand as TOML in a text chunk named ``ganstudio``; each run's state, in NumPy's format, in a private
chunk of its own. Every viewer of PNG passes over both. Nothing of the machine or of its user is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ganstudio import files, png_chunks, states
from ganstudio.experiment import Comparison
from ganstudio.messages import Arrays

__all__ = ["Carried", "attach", "carries", "read"]

KEYWORD = "ganstudio"
CHUNK = b"gaNs"
"""Ancillary and private, and to be kept by editors that do not know it: the lower-case letters say so."""


@dataclass(frozen=True)
class Carried:
    """What a picture carries.

    Attributes
    ----------
    comparison
        The experiments.
    states
        State of each experiment's run, None where there is none.
    problems
        What of it could not be used, one line each.
    """

    comparison: Comparison
    states: tuple[Arrays | None, ...]
    problems: tuple[str, ...] = ()


def attach(picture: bytes, comparison: Comparison, runs: Sequence[Arrays | None]) -> bytes:
    """Return a PNG with experiments and states in it.

    Parameters
    ----------
    picture
        Content of a PNG file.
    runs
        State of each experiment's run, as `ganstudio.messages.Exported` has it.

    Raises
    ------
    ValueError
        If `picture` is no PNG.
    """
    chunks = [png_chunks.text(KEYWORD, files.written(comparison))]
    for index, state in enumerate(runs):
        if state is not None:
            chunks.append(png_chunks.chunk(CHUNK, bytes([index]) + states.pack(state)))
    return png_chunks.inserted(picture, chunks)


def read(path: str | Path) -> Carried | None:
    """Return what a picture carries, None if it carries nothing.

    Parameters
    ----------
    path
        Any file. Its pixels are not looked at.

    Returns
    -------
    Carried or None
        A state that is damaged is None, and `problems` says so.

    Raises
    ------
    FileError
        If it cannot be read, is no PNG, is damaged before its pixels, or carries experiments that are not allowed.
    """
    text, chunks = png_chunks.read(path, KEYWORD, CHUNK)
    if text is None:
        return None
    comparison = files.parsed(text.encode(), path)
    runs: list[Arrays | None] = [None] * len(comparison.experiments)
    problems = []
    for chunk in chunks:
        if not chunk or chunk[0] >= len(runs):
            continue
        try:
            runs[chunk[0]] = states.unpack(chunk[1:])
        except states.StateError as error:
            title = comparison.experiments[chunk[0]].title
            problems.append(" ".join(f"{title}: the run in the picture is not used, {error}".split()))
    return Carried(comparison, tuple(runs), tuple(problems))


def carries(path: str | Path) -> bool:
    """Return whether a file is a PNG with an experiment in it, as far as its bytes say so."""
    return png_chunks.mentions(path, KEYWORD)

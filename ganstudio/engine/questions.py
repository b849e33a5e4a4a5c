"""Questions whose answers take longer than a moment: they are worked at in turns, so that nobody waits meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from ganstudio.checkpoints.model import Model
from ganstudio.checkpoints.sampling import Sampler
from ganstudio.image_messages import (
    Answer,
    Answering,
    FindNeighbours,
    Nearest,
    NeighboursFound,
    Question,
    Represent,
    Represented,
    Unanswered,
)
from ganstudio.imagesets import ImageSet
from ganstudio.judging import neighbours, representation
from ganstudio.judging.data import image_set_of, trained_on
from ganstudio.sheets.pixels import pixels

__all__ = ["Questions"]

TELLING_SECONDS: Final = 0.25
"""Least time between two reports of how far an answer is."""
MOST_PICTURES: Final = 256
"""Whose neighbours are looked for at once."""
MOST_NEIGHBOURS: Final = 50

Find = Callable[[str], tuple[Model, Sampler]]
"""Returns the opened model, or what a run has become by now, with its generator."""


class Questions:
    """What an engine was asked and has not answered yet: of each source the newest question of each kind.

    Parameters
    ----------
    find
        Raises `LookupError` where there is neither a model nor a run of a name.
    """

    def __init__(self, find: Find) -> None:
        self._find = find
        self._open: dict[tuple[str, type], tuple[Question, Iterator[Answer | float]]] = {}
        self._told = 0.0
        self._rest_until = 0.0

    def ask(self, question: Question) -> None:
        """Take a question, in place of an older one of the same kind about the same source."""
        key = question.source, type(question)
        self._open.pop(key, None)
        self._open[key] = question, _answers(question, self._find)

    def forgo(self, source: str, request: int | None = None) -> None:
        """Forget what was asked about a source: one request, or all."""
        self._open = {
            key: asked
            for key, asked in self._open.items()
            if key[0] != source or request not in (None, asked[0].request)
        }

    @property
    def waiting(self) -> bool:
        """Whether there is something to work at."""
        return bool(self._open)

    def turn(self, playing: bool) -> Answer | None:
        """Work at the oldest question for some ten milliseconds; return what there is to tell.

        Parameters
        ----------
        playing
            Whether runs train, which then have half of the time.
        """
        start = time.perf_counter()
        if not self._open or (playing and start < self._rest_until):
            return None
        key, (question, answers) = next(iter(self._open.items()))
        try:
            found = next(answers)
        except Exception as error:  # a file of somebody else's, or a full memory: it costs the answer only
            found = Unanswered(question.source, question.request, _first_line(error))
        end = time.perf_counter()
        self._rest_until = end + (end - start)
        if isinstance(found, float):
            if end < self._told + TELLING_SECONDS:
                return None
            self._told = end
            return Answering(question.source, question.request, found)
        del self._open[key]
        return found


def _answers(question: Question, find: Find) -> Iterator[Answer | float]:
    match question:
        case FindNeighbours():
            return _neighbours(question, find)
        case Represent():
            return _representation(question, find)


def _neighbours(question: FindNeighbours, find: Find) -> Iterator[Answer | float]:
    shown = question.pictures
    model = None
    if shown is None:
        model, generator = find(question.source)
        shown = pixels(generator.sample(question.given), generator.architecture.output_range)
    if not 1 <= len(shown) <= MOST_PICTURES or not 1 <= question.count <= MOST_NEIGHBOURS:
        raise ValueError(f"neighbours: at most {MOST_NEIGHBOURS} of each of 1 to {MOST_PICTURES} pictures are found")
    image_set = _image_set(question, model, find)
    queries = np.ascontiguousarray(shown.transpose(0, 3, 1, 2))
    for found in neighbours.neighbours_turns(queries, image_set, question.count):
        if isinstance(found, float):
            yield found
        else:
            near, alike = (_nearest(side, image_set) for side in (found.in_pixels, found.in_features))
            names = image_set.class_names
            yield NeighboursFound(question.source, question.request, shown, near, alike, found.judge, names)


def _nearest(found: neighbours.Nearest, image_set: ImageSet) -> Nearest:
    """Return neighbours with their pictures, as they cross to the window."""
    real = image_set.load()
    pictures = real.pixels[found.indices].transpose(0, 1, 3, 4, 2)
    labels = real.labels[found.indices]
    return Nearest(np.ascontiguousarray(pictures), labels, found.indices, found.distances, found.usual)


def _representation(question: Represent, find: Find) -> Iterator[Answer | float]:
    model, _ = find(question.source)
    image_set = _image_set(question, model, find)
    for found in representation.represented_turns(model, image_set, question.labels):
        if isinstance(found, float):
            yield found
        else:
            rows = tuple((row.features, row.dimensions, row.accuracy) for row in found.rows)
            told = found.data, found.labels, found.tested, found.tested_on, rows, found.context
            yield Represented(question.source, question.request, *told)


def _image_set(question: Question, model: Model | None, find: Find) -> ImageSet:
    """Return the set that a question is about."""
    if question.data is not None:
        return image_set_of(question.data)
    return trained_on(model or find(question.source)[0])


def _first_line(error: Exception) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__

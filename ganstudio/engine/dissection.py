"""An engine's work on feature maps and latents, a slice at a time between everything else."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from functools import singledispatchmethod
from typing import Any, Final

import numpy as np

from ganstudio.checkpoints import generator as networks
from ganstudio.checkpoints.errors import CheckpointError
from ganstudio.checkpoints.inputs import picked
from ganstudio.checkpoints.model import write_model
from ganstudio.dissection.baking import ablated
from ganstudio.dissection.causes import effects
from ganstudio.dissection.changes import edited_samples
from ganstudio.dissection.feature_layers import feature_layer
from ganstudio.dissection.inversion import Descent, inverting, picture_from, shape_note, target_of
from ganstudio.dissection.inversion import Inverted as Found
from ganstudio.dissection.removal import removal
from ganstudio.dissection.units import units
from ganstudio.dissection.work import Progress, aside, cost, parts
from ganstudio.dissection_messages import (
    AblatedSaved,
    Asked,
    AskEffects,
    AskUnits,
    Cancel,
    Cancelled,
    DissectionFailed,
    DissectionProgress,
    Effects,
    FitRemoval,
    FromEngine,
    Invert,
    Inverted,
    InvertProgress,
    Paint,
    RemovalFitted,
    SaveAblated,
    Units,
)
from ganstudio.engine.models import Models
from ganstudio.image_messages import Pixels, Rendered
from ganstudio.sheets.pixels import pixels

__all__ = ["Dissection"]

SAID_EVERY: Final = 0.1
"""Seconds between two reports of how far something is."""

Said = Generator[FromEngine | None, None, FromEngine]
"""Work that yields after each slice what could be said of it, and returns the answer."""


class Dissection:
    """What was asked of opened models and is not answered yet.

    Parameters
    ----------
    models
        Where the generators are.
    """

    def __init__(self, models: Models) -> None:
        self._models = models
        self._jobs: dict[tuple[str, str], _Job] = {}

    def ask(self, message: Asked) -> None:
        """Take a question, in place of an older one of the same kind."""
        kind = f"{type(message).__name__} {message.slot}" if isinstance(message, Paint) else type(message).__name__
        self._drop((message.model, kind))
        self._jobs[message.model, kind] = _Job(message, self._begun(message))

    def cancel(self, message: Cancel) -> FromEngine | None:
        """End a request; return nothing if it has been answered."""
        for key, job in list(self._jobs.items()):
            if job.message.model == message.model and job.message.request == message.request:
                self._drop(key)
                return Cancelled(message.model, message.request)
        return None

    def close(self, model: str) -> None:
        """Forget what was asked of a model."""
        for key in [key for key in self._jobs if key[0] == model]:
            self._drop(key)

    @property
    def waiting(self) -> bool:
        """Whether there is something to do."""
        return bool(self._jobs)

    def answers(self, interrupted: Callable[[], bool]) -> Iterator[FromEngine]:
        """Do a slice of each job, or of one if something new has come, and yield what there is to say."""
        for number, (key, job) in enumerate(list(self._jobs.items())):
            if number and interrupted():
                return
            said = job.slice()
            if job.ended:
                self._drop(key)
            else:  # those that waited longest are next, even if something new always comes
                self._jobs[key] = self._jobs.pop(key)
            if said is not None:
                yield said

    def _drop(self, key: tuple[str, str]) -> None:
        job = self._jobs.pop(key, None)
        if job is not None:
            job.work.close()

    def _begun(self, message: Asked) -> Said:
        try:
            generator = self._models.generator(message.model)
        except CheckpointError as problem:  # a graph has no inside to ask about
            return _refused(problem)
        if generator is None:
            return _refused(ValueError(f"there is no model {message.model!r}"))
        return self._work(message, generator)

    # ---- what each question comes to ------------------------------------------------------------------

    @singledispatchmethod
    def _work(self, message: Asked, generator: networks.Generator) -> Said:
        raise TypeError(f"nothing is known of {type(message).__name__}")

    @_work.register
    def _fit(self, message: FitRemoval, generator: networks.Generator) -> Said:
        work = removal(generator, message.given, message.boxes, message.layer, message.l2, message.seed)
        found = yield from _told(message, work)
        return RemovalFitted(
            message.model,
            message.request,
            found.layer.index,
            found.weights,
            found.inside,
            found.outside,
            found.accuracy,
            found.held_out,
        )

    @_work.register
    def _look(self, message: AskUnits, generator: networks.Generator) -> Said:
        work = units(generator, message.given, message.layer, message.region, message.top, message.quantile)
        found = yield from _told(message, work)
        samples, places = np.unique(found.samples, return_inverse=True)
        pictures = []
        for part in parts(len(samples), cost(generator.architecture)):
            drawn = generator.sample(picked(message.given, samples[part]))
            pictures.append(pixels(drawn, generator.architecture.output_range))
            yield None
        return Units(
            message.model,
            message.request,
            found.layer.index,
            found.thresholds,
            found.levels,
            found.peaks,
            np.concatenate(pictures),
            samples,
            places.reshape(found.samples.shape),
            found.heat.clip(-65_504.0, 65_504.0).astype(np.float16),
            found.agreement,
        )

    @_work.register
    def _cause(self, message: AskEffects, generator: networks.Generator) -> Said:
        place = feature_layer(generator.architecture, message.layer)
        chosen = message.units if message.units is not None else tuple(range(place.maps))
        work = effects(generator, message.given, message.region, place.index, chosen)
        found = yield from _told(message, work)
        return Effects(message.model, message.request, place.index, chosen, found)

    @_work.register
    def _paint(self, message: Paint, generator: networks.Generator) -> Said:
        yield None
        start = time.perf_counter()
        samples = edited_samples(generator, message.given, message.edits, message.removed)
        drawn = pixels(samples, generator.architecture.output_range)
        return Rendered(message.model, message.slot, message.request, drawn, time.perf_counter() - start)

    @_work.register
    def _invert(self, message: Invert, generator: networks.Generator) -> Said:
        architecture = generator.architecture
        picture, note = message.picture, ""
        if picture is None:
            note = shape_note(message.path, architecture, message.fit)
            reading = aside(lambda: picture_from(message.path, architecture, message.fit), Progress(0, 1))
            picture = yield from _told(message, reading)
        descent = Descent().changed(**(message.descent or {}))
        search = inverting(generator, target_of(picture, architecture), descent)
        while True:
            try:
                found = next(search)
            except StopIteration as end:
                return _inverted(Inverted, message, generator, picture, end.value, note)
            yield _inverted(InvertProgress, message, generator, picture, found, note)

    @_work.register
    def _save(self, message: SaveAblated, generator: networks.Generator) -> Said:
        yield None
        model = generator.model
        for layer, maps in message.removed:
            model = ablated(model, layer, maps, message.name or None)
        yield from _told(message, aside(lambda: write_model(message.path, model), Progress(0, 1)))
        return AblatedSaved(message.model, message.request, message.path)


class _Job:
    """One question, and the work on it."""

    def __init__(self, message: Asked, work: Said) -> None:
        self.message = message
        self.work = work
        self.ended = False
        self._said = 0.0

    def slice(self) -> FromEngine | None:
        """Do a slice of work, and return the answer, or how far it is if it is time to say so."""
        try:
            said = next(self.work)
        except StopIteration as end:
            self.ended = True
            answer: FromEngine = end.value
            return answer
        except Exception as error:  # whatever goes wrong costs this answer and nothing else
            self.ended = True
            return DissectionFailed(self.message.model, self.message.request, _first_line(error))
        now = time.perf_counter()
        if said is None or now - self._said < SAID_EVERY:
            return None
        self._said = now
        return said


def _told(message: Asked, work: Generator[Progress, None, Any]) -> Generator[FromEngine | None, None, Any]:
    """Do some work, telling how far it is, and return its result."""
    while True:
        try:
            progress = next(work)
        except StopIteration as end:
            return end.value
        yield DissectionProgress(message.model, message.request, progress.done, progress.total)


def _refused(problem: Exception) -> Said:
    yield None
    raise problem


def _inverted(
    kind: type[InvertProgress],
    message: Invert,
    generator: networks.Generator,
    picture: Pixels,
    found: Found,
    note: str,
) -> InvertProgress:
    return kind(
        message.model,
        message.request,
        found.done,
        found.total,
        found.given,
        picture,
        pixels(found.reconstruction[None], generator.architecture.output_range)[0],
        found.error,
        found.decibels,
        found.by_encoder,
        note,
    )


def _first_line(error: Exception) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__

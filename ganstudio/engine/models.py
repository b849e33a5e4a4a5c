"""The models of an engine: generators that answer with pictures, the newest request first."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ganstudio.checkpoints.foreign.contents import Contents
from ganstudio.checkpoints.foreign.finding import Found
from ganstudio.checkpoints.foreign.opening import found_in, model_of, read_foreign
from ganstudio.checkpoints.foreign.reading import read
from ganstudio.checkpoints.generator import Generator
from ganstudio.checkpoints.model import Model
from ganstudio.checkpoints.opening import READERS, found, open_model
from ganstudio.dissection.changes import without
from ganstudio.engine.inspection import inspected
from ganstudio.files import write_whole
from ganstudio.image_messages import (
    FromEngine,
    Inspect,
    Inspected,
    ModelFailed,
    ModelOpened,
    OpenModel,
    Render,
    Rendered,
    SheetWritten,
    WriteSheet,
)
from ganstudio.latent.directions import principal
from ganstudio.sheets.picture import digest, png
from ganstudio.sheets.pixels import pixels
from ganstudio.sheets.recipe import Recipe

__all__ = ["Models"]


class Models:
    """Opened models by name, and what they are still to answer."""

    def __init__(self) -> None:
        self._generators: dict[str, tuple[int, Generator]] = {}
        self._waiting: dict[tuple[str, str], Render] = {}
        self._over: dict[str, tuple[str, ...]] = {}
        self._last: tuple[tuple[str, int, int], Contents] | None = None

    def open(self, message: OpenModel) -> FromEngine:
        """Load a model and say what it is, or why it cannot be loaded."""
        self.close(message.model)
        try:
            model, which = self._read(message)
            generator = Generator(model)
        except Exception as error:  # whatever a file of somebody else's does costs nothing but itself
            return ModelFailed(message.model, message.stamp, _first_line(error))
        self._generators[message.model] = message.stamp, generator
        self._over[message.model] = which.guess.over if which else ()
        directions = principal(model.architecture, model.tensors) if model.architecture.latent else None
        return ModelOpened(
            message.model,
            message.stamp,
            model.name,
            model.architecture.model_dump(mode="json"),
            model.card.model_dump(mode="json"),
            None if directions is None else directions.vectors.astype(np.float32),
            tuple(model.parts),
            digest(model),
            tuple((one.key, one.text, one.options, one.chosen) for one in which.guess.questions) if which else (),
            which.guess.notes if which else (),
            _data(model),
        )

    def _read(self, message: OpenModel) -> tuple[Model, Found | None]:
        """Return the model in a file, and how another program's file was understood."""
        place = found(message.path)
        for reader in READERS:
            if reader is read_foreign:
                contents = self._contents_of(place)
                which = found_in(contents, message.choices)
                return model_of(contents, which), which
            if (model := reader(place, dict(message.choices))) is not None:
                return model, None
        return open_model(place, dict(message.choices)), None

    def _contents_of(self, place: Path) -> Contents:
        """Read another program's file; the last one is kept, so that answers to its questions are tried at once."""
        told = place.stat()
        key = str(place), told.st_mtime_ns, told.st_size
        if self._last is None or self._last[0] != key:
            self._last = None
            self._last = key, read(place)
        return self._last[1]

    def generator(self, name: str) -> Generator | None:
        """Return an opened model's generator, which knows its model, or None if there is none of that name."""
        found = self._generators.get(name)
        return found[1] if found else None

    def inspect(self, message: Inspect) -> Inspected | None:
        """Return what is in an opened model, None if there is none of that name."""
        generator = self.generator(message.model)
        if generator is None:
            return None
        return inspected(message, generator.model, self._over.get(message.model, ()))

    def close(self, name: str) -> None:
        """Forget a model and what it was still to answer."""
        self._generators.pop(name, None)
        self._over.pop(name, None)
        self._waiting = {key: render for key, render in self._waiting.items() if key[0] != name}

    def write(self, message: WriteSheet) -> SheetWritten:
        """Write samples into a file, or say why that cannot be."""
        if message.model not in self._generators:
            return SheetWritten(message.model, message.path, "the model is not open any more")
        generator = self._generators[message.model][1]
        try:
            recipe = Recipe.model_validate_json(message.recipe)
            samples = generator.sample(recipe.given(generator.architecture, message.latents))
            if message.path.lower().endswith(".npy"):
                content = io.BytesIO()
                np.save(content, samples, allow_pickle=False)
                write_whole(message.path, content.getvalue())
            else:
                write_whole(message.path, png(samples, generator.model, recipe, message.latents))
        except Exception as error:  # a full disk, or samples that are no pictures
            return SheetWritten(message.model, message.path, _first_line(error))
        return SheetWritten(message.model, message.path)

    def ask(self, message: Render) -> None:
        """Take a request, in place of an older one of the same slot."""
        self._waiting.pop((message.model, message.slot), None)
        self._waiting[message.model, message.slot] = message

    @property
    def waiting(self) -> bool:
        """Whether there is something to answer."""
        return bool(self._waiting)

    def answers(self, interrupted: Callable[[], bool]) -> Iterator[FromEngine]:
        """Yield answers until there are none or something new has come, the smallest requests first."""
        while self._waiting and not interrupted():
            key = min(self._waiting, key=lambda key: len(self._waiting[key].given[0]))
            answer = self._answer(self._waiting.pop(key))
            if answer is not None:
                yield answer

    def _answer(self, message: Render) -> FromEngine | None:
        if message.model not in self._generators:
            return None
        stamp, generator = self._generators[message.model]
        start = time.perf_counter()
        try:
            samples = generator.sample(message.given, change=without(message.removed))
        except Exception as error:
            return ModelFailed(message.model, stamp, _first_line(error))
        shown = pixels(samples, generator.architecture.output_range)
        return Rendered(message.model, message.slot, message.request, shown, time.perf_counter() - start)


def _first_line(error: Exception) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__


def _data(model: Model) -> dict[str, Any] | None:
    """Return the settings of the set that a model was trained on, None if its file does not say."""
    settings = (model.experiment or {}).get("data")
    return dict(settings) if isinstance(settings, Mapping) else None

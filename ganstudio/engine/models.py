"""The models of an engine: generators that answer with pictures, the newest request first."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ganstudio.checkpoints.errors import CheckpointError, UnfitError
from ganstudio.checkpoints.foreign.contents import Contents
from ganstudio.checkpoints.foreign.early import refuse_early
from ganstudio.checkpoints.foreign.finding import Found
from ganstudio.checkpoints.foreign.opening import found_in, model_of, read_foreign
from ganstudio.checkpoints.foreign.reading import read
from ganstudio.checkpoints.generator import Generator
from ganstudio.checkpoints.model import Model
from ganstudio.checkpoints.onnx.opening import GraphModel
from ganstudio.checkpoints.opening import READERS, found, open_model
from ganstudio.checkpoints.sampling import Sampler, check_inside, sampler
from ganstudio.dissection.changes import without
from ganstudio.engine.inspection import inspected, inspected_file
from ganstudio.files import write_whole
from ganstudio.image_messages import (
    FromEngine,
    Inspect,
    Inspected,
    ModelFailed,
    ModelOpened,
    NotInspected,
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
        self._generators: dict[str, tuple[int, Sampler]] = {}
        self._waiting: dict[tuple[str, str], Render] = {}
        self._origins: dict[str, tuple[Path, Mapping[str, str]]] = {}
        self._last: tuple[tuple[str, int, int], Contents] | None = None
        self._graph: GraphModel | None = None
        """The graph that was opened last, so that answers to its questions are tried with the process that it has."""

    def open(self, message: OpenModel) -> FromEngine:
        """Load a model and say what it is, or why it cannot be loaded."""
        self._forget(message.model)
        try:
            model, which = self._read(message)
            generator = sampler(model)
        except Exception as error:  # whatever a file of somebody else's does costs nothing but itself
            readable = isinstance(error, UnfitError)
            return ModelFailed(message.model, message.stamp, _first_line(error), readable)
        self._generators[message.model] = message.stamp, generator
        if which is not None:
            self._origins[message.model] = found(message.path), message.choices
        asked = which.guess if which else model if isinstance(model, GraphModel) else None
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
            tuple((one.key, one.text, one.options, one.chosen) for one in asked.questions) if asked else (),
            asked.notes if asked else (),
            _data(model),
        )

    def _read(self, message: OpenModel) -> tuple[Model, Found | None]:
        """Return the model in a file, and how another program's file was understood."""
        place = found(message.path)
        for reader in READERS:
            if reader is read_foreign:
                if not self._is_known(place):
                    refuse_early(place, message.choices)
                contents = self._contents_of(place)
                which = found_in(contents, message.choices)
                return model_of(contents, which), which
            if (model := reader(place, dict(message.choices))) is not None:
                if isinstance(model, GraphModel):
                    self._graph = model
                return model, None
        return open_model(place, dict(message.choices)), None

    def _contents_of(self, place: Path) -> Contents:
        """Read another program's file; the last one is kept, so that answers to its questions are tried at once."""
        if self._last is None or not self._is_known(place):
            self._last = None
            self._last = _state(place), read(place)
        return self._last[1]

    def sampler(self, name: str) -> Sampler | None:
        """Return what draws an opened model's pictures and knows the model, or None if there is none of that name."""
        found = self._generators.get(name)
        return found[1] if found else None

    def generator(self, name: str) -> Generator | None:
        """Return an opened model's generator, of which features can be asked, or None if there is none of that name.

        Raises
        ------
        CheckpointError
            If the model gives nothing but pictures.
        """
        found = self.sampler(name)
        if found is None or isinstance(found, Generator):
            return found
        check_inside(found.model)
        raise TypeError(f"{name}: is no generator")

    def _is_known(self, place: Path) -> bool:
        """Whether a file is the one that was read last."""
        return self._last is not None and self._last[0] == _state(place)

    def inspect(self, message: Inspect) -> Inspected | NotInspected | None:
        """Return what is in an opened model or in a file, None if there is no model of that name."""
        try:
            if message.path:
                return self._inspect_file(message, found(message.path), {})
            if message.model in self._origins:
                return self._inspect_file(message, *self._origins[message.model])
        except Exception as error:  # whatever a file of somebody else's does costs nothing but itself
            return NotInspected(message.model, message.request, _first_line(error))
        drawn_by = self.sampler(message.model)
        return inspected(message, drawn_by.model) if drawn_by is not None else None

    def _inspect_file(self, message: Inspect, place: Path, choices: Mapping[str, str]) -> Inspected:
        """Return what is in another program's file, a model or not."""
        contents = self._contents_of(place)
        try:
            which = found_in(contents, choices)
        except CheckpointError as error:
            return inspected_file(message, contents, None, _without(place, error))
        try:
            model_of(contents, which)
        except CheckpointError as error:
            return inspected_file(message, contents, which, _without(place, error))
        return inspected_file(message, contents, which)

    def close(self, name: str) -> None:
        """Forget a model and what it was still to answer, and end the process that only it has."""
        self._forget(name)
        self._graph = None

    def _forget(self, name: str) -> None:
        self._generators.pop(name, None)
        self._origins.pop(name, None)
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
            if message.removed and (whole := self.generator(message.model)) is not None:
                samples = whole.sample(message.given, change=without(message.removed))
            else:
                samples = generator.sample(message.given)
        except Exception as error:
            return ModelFailed(message.model, stamp, _first_line(error))
        shown = pixels(samples, generator.architecture.output_range)
        return Rendered(message.model, message.slot, message.request, shown, time.perf_counter() - start)


def _state(place: Path) -> tuple[str, int, int]:
    """Return what changes when a file does."""
    told = place.stat()
    return str(place), told.st_mtime_ns, told.st_size


def _without(place: Path, error: Exception) -> str:
    return _first_line(error).removeprefix(f"{place}: ")


def _first_line(error: Exception) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__


def _data(model: Model) -> dict[str, Any] | None:
    """Return the settings of the set that a model was trained on, None if its file does not say."""
    settings = (model.experiment or {}).get("data")
    return dict(settings) if isinstance(settings, Mapping) else None

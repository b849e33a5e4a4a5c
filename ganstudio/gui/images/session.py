"""The Images bench without a widget: models in an engine of their own, and pictures that are asked of them."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from PySide6.QtCore import QObject, Signal, SignalInstance

from ganstudio.checkpoints import opening
from ganstudio.checkpoints.errors import CheckpointError
from ganstudio.checkpoints.inputs import Given, count, picked
from ganstudio.checkpoints.model import describe
from ganstudio.dissection_messages import ToEngine
from ganstudio.gui.bridge import EngineLink
from ganstudio.gui.images.opened import OpenedModel
from ganstudio.image_messages import (
    CloseModel,
    ModelFailed,
    ModelOpened,
    OpenModel,
    Pixels,
    Removed,
    Render,
    Rendered,
    SheetWritten,
    WriteSheet,
)
from ganstudio.sheets.recipe import Recipe

__all__ = ["ImageSession", "Link", "ShelfModel"]

CHUNK = 24
"""Samples of one request: what is asked after it waits for no more than these."""
FORGOTTEN = -1
"""The number of a request whose answer nobody wants any more."""
DEATHS = 3
DEATH_SECONDS = 60.0
"""An engine that died so often in so long is not started again by itself."""


class Link(Protocol):
    """What the session needs of a `ganstudio.gui.bridge.EngineLink`."""

    arrived: SignalInstance
    died: SignalInstance

    def start(self) -> None:
        """Begin."""

    def post(self, message: ToEngine) -> None:
        """Send a message; returns at once."""

    def stop(self) -> None:
        """Ask the engine to end."""

    def dispose(self) -> None:
        """Wait for its end, and be deleted."""


@dataclass
class ShelfModel:
    """A model that can be chosen.

    Attributes
    ----------
    title, about
        What its card says: its name, and what is made of what.
    shipped
        Whether it came with the program.
    opened
        What the engine said of it, None until it has.
    problem
        Why it cannot be used, "" if it can.
    choices
        Answers to what its file leaves open, by their keys.
    """

    key: str
    path: str
    title: str
    about: str = ""
    shipped: bool = False
    opened: OpenedModel | None = None
    problem: str = ""
    stamp: int = 0
    choices: dict[str, str] = field(default_factory=dict)


@dataclass
class _Request:
    """Samples that are being drawn, a part at a time."""

    number: int
    given: Given
    removed: Removed
    begun: float
    done: list[Pixels] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def sent(self) -> int:
        return sum(map(len, self.done))


class ImageSession(QObject):
    """Models by key, one of them current, and requests for pictures of which the newest of each slot wins.

    Parameters
    ----------
    make_link
        Returns a connection to an engine that is not yet started; None makes an `EngineLink`.
    """

    shelf_changed = Signal()
    """There is another model, or something else is known of one."""
    opened = Signal(str)
    """The engine has loaded a model: its key."""
    failed = Signal(str)
    """A model cannot be loaded or asked: its key."""
    rendered = Signal(str, str, object, float)
    """(model, slot, pictures, seconds that the engine needed)."""
    progressed = Signal(str, str, float)
    """(model, slot, share): so much of a large request is drawn."""
    written = Signal(str, str)
    """(path, problem): a sheet is in the file, or is not."""
    unfit = Signal(str, str)
    """(path, why): a file can be read, but is no model; what is in it can be inspected."""
    message = Signal(str, str, str)
    """(level, text, what it is about) for the message bar."""
    told = Signal(object)
    """Whatever else the engine says: answers about a model's inside."""
    lost = Signal(str)
    """The engine died too often to be started again by itself; says how."""

    def __init__(self, make_link: Callable[[QObject], Link] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._make_link = make_link or EngineLink
        self._link: Link | None = None
        self._ended = False
        self._deaths: list[float] = []
        self._shelf: dict[str, ShelfModel] = {}
        self._stamps = itertools.count(1)
        self._numbers = itertools.count(1)
        self._flying: dict[tuple[str, str], _Request] = {}
        self._waiting: dict[tuple[str, str], tuple[Given, Removed]] = {}

    # ---- the engine ------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the engine, and load the models that come with the program."""
        if self._link is not None or self._ended:
            return
        for name, path in opening.shipped().items():
            self._put(name, str(path), shipped=True)
        self.shelf_changed.emit()
        self._begin()

    def _begin(self) -> None:
        self._link = self._make_link(self)
        self._link.arrived.connect(self._receive)
        self._link.died.connect(self._on_died)
        self._link.start()
        for model in self._shelf.values():
            self._load(model)

    def stop(self) -> None:
        """End the engine for good."""
        self._ended = True
        if self._link is not None:
            self._link.stop()
            self._link.dispose()
            self._link = None

    def restart(self) -> None:
        """Start an engine in place of the one that died, and load the models again."""
        if self._link is None and not self._ended:
            self._begin()

    def _on_died(self, how: str) -> None:
        sender: object = self.sender()
        if self._link is None or sender is not self._link:
            return
        self._link.dispose()
        self._link = None
        self._flying.clear()
        self._waiting.clear()
        for model in self._shelf.values():
            model.opened = None
        now = time.monotonic()
        self._deaths = [death for death in self._deaths if now - death < DEATH_SECONDS] + [now]
        if len(self._deaths) >= DEATHS:
            self.lost.emit(how)
            return
        text = self.tr("The engine that draws is gone: {0}. It was started again; nothing that was set is lost.")
        self.message.emit("warning", text.format(how), "image engine")
        self._begin()

    @property
    def is_running(self) -> bool:
        """Whether there is an engine that can answer."""
        return self._link is not None

    def post(self, message: ToEngine) -> None:
        """Send the engine, if there is one, a message of which the session knows nothing; `told` has the answer."""
        if self._link is not None:
            self._link.post(message)

    # ---- models ----------------------------------------------------------------------------------------

    @property
    def shelf(self) -> list[ShelfModel]:
        """All models, those that come with the program first."""
        return sorted(self._shelf.values(), key=lambda model: not model.shipped)

    def model(self, key: str) -> ShelfModel | None:
        """Return a model by its key."""
        return self._shelf.get(key)

    def open_path(self, path: str) -> str:
        """Load a model from a file, again if it is open; return its key."""
        whole = str(Path(path).absolute())
        for model in self._shelf.values():
            if model.path == whole:
                self._load(model)
                return model.key
        key = f"{Path(path).name} #{next(self._numbers)}"
        self._load(self._put(key, whole))
        self.shelf_changed.emit()
        return key

    def choose(self, key: str, choices: Mapping[str, str]) -> None:
        """Load a model again with other answers to what its file leaves open."""
        model = self._shelf.get(key)
        if model is not None:
            model.choices = dict(choices)
            self._load(model)

    def close(self, key: str) -> None:
        """Forget a model that was opened."""
        if key in self._shelf:
            del self._shelf[key]
            self._drop_requests(key)
            self.post(CloseModel(key))
            self.shelf_changed.emit()

    def _put(self, key: str, path: str, *, shipped: bool = False) -> ShelfModel:
        model = ShelfModel(key, path, Path(path).stem, shipped=shipped)
        try:
            told = describe(path)
        except CheckpointError:
            pass  # another program's file; the engine says what it is, or why it cannot be read
        else:
            model.title = told.name
        self._shelf[key] = model
        return model

    def _load(self, model: ShelfModel) -> None:
        model.stamp, model.problem = next(self._stamps), ""
        self._drop_requests(model.key)
        self.post(OpenModel(model.key, model.stamp, model.path, model.choices))

    def _drop_requests(self, key: str) -> None:
        self._flying = {place: request for place, request in self._flying.items() if place[0] != key}
        self._waiting = {place: request for place, request in self._waiting.items() if place[0] != key}

    # ---- pictures --------------------------------------------------------------------------------------

    def ask(self, key: str, slot: str, given: Given, removed: Removed = ()) -> None:
        """Ask a model for pictures. What the same slot asked before and has not got is forgotten.

        Parameters
        ----------
        slot
            Who asks.
        given
            Inputs of n samples; `rendered` has n pictures.
        removed
            Feature maps to leave out.
        """
        place = key, slot
        model = self._shelf.get(key)
        if self._link is None or model is None or model.opened is None or not count(given):
            return
        if place in self._flying:
            self._waiting[place] = given, removed
        else:
            self._fly(place, given, removed)

    def forget(self, key: str, slot: str) -> None:
        """Give up what a slot asked for."""
        self._waiting.pop((key, slot), None)
        if request := self._flying.get((key, slot)):
            request.number = FORGOTTEN  # its answer is nobody's, and the slot is free after it

    def _fly(self, place: tuple[str, str], given: Given, removed: Removed) -> None:
        self._flying[place] = _Request(next(self._numbers), given, removed, time.perf_counter())
        self._send_part(place)

    def _send_part(self, place: tuple[str, str]) -> None:
        request = self._flying[place]
        start = request.sent
        part = picked(request.given, np.arange(start, min(start + CHUNK, count(request.given))))
        self.post(Render(*place, request.number, part, request.removed))

    def write_sheet(self, key: str, path: str, recipe: Recipe, latents: np.ndarray | None) -> None:
        """Write samples into a PNG or NPY file as the command does; `written` says whether it came off."""
        if self._link is None:
            self.written.emit(path, self.tr("no engine is running"))
            return
        self.post(WriteSheet(key, path, recipe.model_dump_json(), latents))

    # ---- what the engine says --------------------------------------------------------------------------

    def _receive(self, message: object) -> None:
        match message:
            case Rendered():
                self._take(message)
            case ModelOpened():
                self._on_opened(message)
            case ModelFailed():
                self._on_failed(message)
            case SheetWritten():
                self.written.emit(message.path, message.problem)
            case _:
                self.told.emit(message)

    def _take(self, message: Rendered) -> None:
        place = message.model, message.slot
        request = self._flying.get(place)
        if request is None:
            self.told.emit(message)  # somebody else asked
            return
        if request.number not in (FORGOTTEN, message.request):
            return
        newer = self._waiting.pop(place, None)
        if message.request == request.number:
            request.done.append(message.pictures)
            request.seconds += message.seconds
            if request.sent < count(request.given) and newer is None:
                self._send_part(place)
                self.progressed.emit(*place, request.sent / count(request.given))
                return
        del self._flying[place]
        if message.request == request.number and request.sent == count(request.given):
            pictures = request.done[0] if len(request.done) == 1 else np.concatenate(request.done)
            self.rendered.emit(message.model, message.slot, pictures, request.seconds)
        if newer is not None and place not in self._flying:
            self._fly(place, *newer)

    def _on_opened(self, message: ModelOpened) -> None:
        model = self._shelf.get(message.model)
        if model is None or model.stamp != message.stamp:
            return
        model.opened = OpenedModel.of(message)
        model.title = message.name
        model.about = self._about(model.opened)
        self.shelf_changed.emit()
        self.opened.emit(model.key)

    def _on_failed(self, message: ModelFailed) -> None:
        model = self._shelf.get(message.model)
        if model is None or model.stamp != message.stamp:
            return
        self._drop_requests(model.key)
        if message.readable and model.opened is None:
            self.unfit.emit(model.path, message.message)
        else:
            self.message.emit("error", message.message, model.path)
        if model.opened is None:
            model.problem = message.message
            if not model.shipped:
                del self._shelf[model.key]
        self.shelf_changed.emit()
        self.failed.emit(model.key)

    def _about(self, model: OpenedModel) -> str:
        """Return what a model is in a line: "10 categories, 2 codes, latent 62, 28 x 28"."""
        channels, height, width = model.picture
        parts = []
        for name in model.choices:
            place = model.places[name]
            kind = self.tr("{0} classes") if place.input.kind == "label" else self.tr("{0} categories")
            parts.append(kind.format(place.input.size))
        if model.codes:
            parts.append(self.tr("{0} codes").format(len(model.codes)))
        if model.latent:
            parts.append(self.tr("latent {0}").format(model.latent))
        size = f"{height}\N{MULTIPLICATION SIGN}{width}"
        parts.append(self.tr("{0} colour").format(size) if channels >= 3 else size)
        return ", ".join(parts)
